//! Changes of format: sample rate, channels, bit depth.
//!
//! - [`Resampler`] converts between rates that one clock drives, [`DriftResampler`] between two clocks
//!   ([`SteeredFilter`] where the caller keeps the signal); a [`Quality`] trades delay for band and attenuation.
//! - [`ChannelMixer`] converts between channel [`Layout`]s by a [`GainMatrix`].
//! - 16-bit words are in [`crate::sample`]; 24-bit words and Q8.23 fixed point are here, and [`Dither`] for either.

mod bank;
mod bit_depth;
mod channel_mixer;
mod dither;
mod drift;
mod kernel;
mod layout;
mod prototype;
mod quality;
mod resampler;
mod rows;
mod steered;
mod streams;
#[cfg(test)]
mod tests;

pub use bit_depth::{ByteOrder, from_i24, from_packed_i24, from_q23, to_i24, to_packed_i24, to_q23};
pub use channel_mixer::ChannelMixer;
pub use dither::Dither;
pub use drift::DriftResampler;
pub use layout::{GainMatrix, Layout, MAX_CHANNELS};
pub use quality::Quality;
pub use resampler::{Resampler, resample};
pub use steered::SteeredFilter;
