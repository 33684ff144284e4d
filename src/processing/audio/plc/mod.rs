//! Packet-loss concealment for codecs that have none of their own.
//!
//! The signal before a gap is taken apart into a spectral envelope and its residual. The residual's
//! last pitch cycles are repeated, mixed with noise by how unvoiced the signal was, and filtered
//! again: the filter's memory makes the join seamless and carries a tone on. It fades, by how voiced
//! it was and along the trend it had, into noise like the quietest stretch of late.
//!
//! Ideas: repetition of a growing number of cycles from ITU-T G.711 Appendix I (1999), the
//! residual's extension from G.722 Appendix IV (2006), and the mix with noise and the background
//! from later receivers.

mod concealer;
mod cycle;
mod floor;
mod gain;
mod gap;
mod lpc;
mod noise;
mod pitch;
mod synthesis;

#[cfg(test)]
mod tests;

pub use concealer::{Concealer, past_length};
pub use lpc::{MAX_ORDER, Predictor};
pub use pitch::{Pitch, correlation, dot, dots, find_pitch};
