//! Automatic gain control: brings every talker to one loudness, and lets nothing pass full scale.
//!
//! The default measures loudness as broadcasters do (K-weighted, gated: [`loudness`](super::loudness)), moves the gain
//! while somebody speaks and holds it otherwise, evens out syllables in three bands, and ends in a limiter that looks
//! ahead. [`AgcConfig::simple`] is the classic one: a mean level with attack and release, and the same limiter.

mod bands;
mod config;
mod control;
mod crossover;
mod level;
mod limiter;
mod loss;
mod measured;
mod simple;
mod target;
#[cfg(test)]
mod tests;

pub use config::{AgcConfig, Measure};
pub use control::{Agc, AgcMetrics};
pub use limiter::{Limiter, LimiterConfig};
