//! Redundant audio data (RFC 2198): a packet that carries payloads of packets before it again.
//!
//! `reader` takes such a payload apart, `writer` puts one together, `history` keeps what a sender repeats.

mod history;
mod reader;
#[cfg(test)]
mod tests;
mod writer;

pub use history::RedHistory;
pub use reader::{Block, Redundant, RedundantBlocks};
pub use writer::{MAX_LENGTH, MAX_OFFSET, red_bytes, write_red};
