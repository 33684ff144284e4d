//! Noise suppression for one leg of a call.
//!
//! The spectral kind works on a transform of the last 40 ms, every 10 ms, with 25 Hz a bin at any rate: `noise` tracks
//! the noise in each bin (Gerkmann and Hendriks, 2012), `prior` the ratio of speech to it, smoothed in the cepstrum
//! (Breithaupt et al., 2008) where Ephraim and Malah (1984) smooth by the last decision, `presence` how probable speech
//! is (Cohen, 2002), and `gain` makes of these the gain (Ephraim and Malah, 1985; Cohen and Berdugo, 2001). Where a voice
//! has next to no noise, `limit` leaves it alone.
//!
//! A signalling tone (`signalling`) of up to two lines, such as a DTMF digit or a dial tone, passes for as long as it lasts,
//! and is never learnt as noise. Hum of many harmonics, or below 300 Hz, is noise.

mod approximations;
mod config;
mod gain;
mod limit;
mod metrics;
mod noise;
mod presence;
mod prior;
#[cfg(feature = "ns-rnn")]
mod recurrent;
mod signalling;
mod spectral;
mod suppressor;
#[cfg(test)]
mod tests;
mod windows;

pub use config::{NsConfig, NsKind, NsLevel, NsUnavailable};
pub use metrics::NsMetrics;
#[cfg(feature = "ns-rnn")]
pub use recurrent::prepare_thread;
pub use suppressor::NoiseSuppressor;
