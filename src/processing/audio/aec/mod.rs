//! Echo cancellation.
mod config;
mod canceller;
mod history; mod decimator; mod delay; mod harm; mod linear; mod suppressor;
mod kalman;
mod kernel;
mod spectrum;
pub use canceller::EchoCanceller;
pub use config::AecConfig;
