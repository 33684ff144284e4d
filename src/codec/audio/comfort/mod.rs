//! Comfort noise (RFC 3389): background noise as a level and a spectrum, a few bytes now and then.
//!
//! For codecs without a discontinuous transmission of their own. `analysis` describes noise, `payload`
//! carries the description, `generator` makes noise of it again.

mod analysis;
mod generator;
mod payload;
#[cfg(test)]
mod tests;

pub use analysis::ComfortAnalyser;
pub use generator::ComfortNoise;
pub use payload::{ComfortPayload, MAX_ORDER};
