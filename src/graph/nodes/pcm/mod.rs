//! The two ends of a leg whose party is a program: PCM in, PCM out, no packets.

mod backlog;
mod input;
mod lease;
mod output;
mod piece;

pub use input::PcmIn;
pub(crate) use lease::{Home, Lease};
pub use output::PcmOut;
pub(crate) use piece::Piece;
