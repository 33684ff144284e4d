//! Changes of format: sample rates.

mod kernel;
mod resampler;
mod rows;
mod streams;
#[cfg(test)]
mod tests;

pub use resampler::{Resampler, resample};
