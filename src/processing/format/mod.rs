//! Changes of format: sample rates.
//!
//! - [`Resampler`] converts between rates that one clock drives, [`DriftResampler`] between two clocks; a [`Quality`]
//!   trades delay for band and attenuation.

mod bank;
mod drift;
mod kernel;
mod prototype;
mod quality;
mod resampler;
mod rows;
mod streams;
#[cfg(test)]
mod tests;

pub use drift::DriftResampler;
pub use quality::Quality;
pub use resampler::{Resampler, resample};
