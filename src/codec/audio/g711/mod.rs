//! G.711, µ-law and A-law: 64 kbit/s companding of 8 kHz speech, bit-exact with the Recommendation.
//!
//! µ-law takes the upper 14 bits of a 16-bit sample and A-law the upper 13, both by dropping the
//! lower bits of the two's complement, as ITU-T's Software Tool Library does. Engine audio is that
//! 16-bit value divided by 32 768, which f32 holds exactly, so decoding and encoding again gives the
//! same code (only µ-law's second zero, 0x7F, comes back as the first, 0xFF).

mod decode;
mod description;
mod encode;
mod tables;
#[cfg(test)]
mod tests;
mod transcode;

pub use decode::{G711Decoder, decode_a, decode_u};
pub use description::{G711, PCMA, PCMU};
pub use encode::{G711Encoder, encode_a, encode_u};
pub use transcode::{transcode_a_to_u, transcode_u_to_a};

/// Which of the two companding laws of ITU-T G.711. There will be no third, so it is exhaustive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Law {
    /// µ-law (North America, Japan): RTP encoding name PCMU.
    Mu,
    /// A-law (elsewhere): RTP encoding name PCMA.
    A,
}
