//! G.722: 7 kHz audio at 64, 56 or 48 kbit/s by sub-band ADPCM, bit-exact with ITU-T's vectors.
//!
//! A quadrature mirror filter splits 16 kHz audio into two bands of 8 kHz samples (`qmf`); a 6-bit
//! ADPCM codes the lower one (`low`), a 2-bit ADPCM the upper one (`high`), both around the same
//! adaptive predictor (`predictor`) and scale factor (`scale`). One octet carries one code of each.
//!
//! Clauses are those of Recommendation G.722 (11/88). Where its 16-bit words would overflow they
//! saturate, as in ITU-T's own software (G.191); arithmetic is done in 32 bits, and only those sums are
//! clipped that can leave 16 bits. Patents on G.722 have expired; it may be used freely.
//!
//! RTP always carries whole octets, 64 kbit/s, with a clock of 8 kHz although the audio has 16 (RFC 3551 §4.5.2).

mod coder;
mod decoder;
mod description;
mod encoder;
mod high;
mod low;
mod mode;
mod predictor;
mod qmf;
mod scale;
mod tables;
#[cfg(test)]
mod tests;

pub use coder::{G722Decoder, G722Encoder};
pub use decoder::Decoder;
pub use description::G722;
pub use encoder::Encoder;
pub use mode::Mode;
