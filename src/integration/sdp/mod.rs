//! Offer and answer as text (RFC 8866), by the rules of RFC 3264, for the audio of one dialog.

mod error;
mod read;
mod session;
mod write;

pub use error::SdpError;
pub use session::SdpSession;
