//! Echo cancellation for one leg: what it was sent, taken out of what comes back from it.
//!
//! A delay search over half a second, two adaptive filters over the 200 ms behind it that know a bent loudspeaker and
//! follow drifting clocks, and a suppressor of what they leave. It does not decide when it runs: that is the node's and the session's.

mod bands;
mod blind;
mod canceller;
mod comfort;
mod config;
mod core;
mod decimator;
mod delay;
mod drift;
mod harm;
mod history;
mod kalman;
mod kernel;
mod lapped;
mod leakage;
mod linear;
mod magnitude;
mod meter;
mod metrics;
mod moves;
mod near;
mod residual;
mod spectrum;
mod split;
mod suppressor;

#[cfg(test)]
mod tests;

pub use canceller::EchoCanceller;
pub use config::AecConfig;
pub use metrics::AecMetrics;
