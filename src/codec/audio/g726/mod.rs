//! G.726: speech at 40, 32, 24 or 16 kbit/s by ADPCM, bit-exact with ITU-T's vectors.
//!
//! Each 8 kHz sample becomes a code of five to two bits: the difference from an adaptive prediction
//! (`predictor`), in the logarithm and less an adaptive scale (`quantiser`, `scale`). How fast the scale
//! adapts adapts itself (`speed`). The audio is 14-bit linear (Annex A) or G.711 codes (`log_pcm`), as the
//! Recommendation's first use was to halve the bits of G.711 lines.
//!
//! Blocks and clauses are those of Recommendation G.726 (12/90). Its modular arithmetic on words of 11 to
//! 19 bits is done in 32 bits here, and wraps only where a word can in fact overflow. At 32 kbit/s it is
//! what G.721 was. Patents on it have expired; it may be used freely.
//!
//! RTP packs codes from the lowest bit of an octet upwards (RFC 3551 §4.5.4), AAL2 from the highest down.

mod coder;
mod decoder;
mod description;
mod encoder;
mod log_pcm;
mod loops;
mod packing;
mod predictor;
mod quantiser;
mod rate;
mod scale;
mod speed;
mod tables;
#[cfg(test)]
mod tests;

pub use coder::{G726Decoder, G726Encoder};
pub use decoder::Decoder;
pub use description::G726;
pub use encoder::Encoder;
pub use packing::Packing;
pub use rate::Rate;
