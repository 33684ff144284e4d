//! The two ends of a leg whose party is a program: PCM in, PCM out, no packets.

mod backlog;
mod input;
mod output;
mod piece;

pub use input::PcmIn;
pub use output::PcmOut;
pub(crate) use piece::Piece;
