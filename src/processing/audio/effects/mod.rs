//! Effects on one mono signal: parametric equaliser, high-pass, compressor.
//!
//! Each is made at a rate from its configuration, works in place on frames of any length without delay, and is back at
//! its start after `reset`. Whatever comes in, what goes out is finite; silence stays silence.

mod chain;
mod compressor;
mod equalizer;
mod high_pass;
#[cfg(test)]
mod tests;

pub(crate) use chain::BUTTERWORTH;
pub use compressor::{Compressor, CompressorConfig};
pub use equalizer::{Band, Equalizer, EqualizerConfig, Shape};
pub use high_pass::{HighPass, HighPassConfig};
