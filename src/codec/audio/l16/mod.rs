//! L16: 16-bit linear samples in network byte order (RFC 3551 §4.5.11), at any rate, mono or stereo.

mod coder;
mod description;
#[cfg(test)]
mod tests;

pub use coder::{L16Decoder, L16Encoder};
pub use description::L16;
