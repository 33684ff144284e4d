//! Packet-loss concealment for codecs that have none of their own.
//!
//! The last pitch cycles are repeated and mixed with noise of the same spectrum, by how voiced the
//! signal was, and fade out. The idea of repeating up to three cycles is that of ITU-T G.711
//! Appendix I (1999); the mix of a periodic and a noisy part is common to later ones.

mod concealer;
mod cycle;
mod lpc;
mod pitch;

#[cfg(test)]
mod tests;

pub use concealer::{Concealer, past_length};
pub use lpc::{ORDER, Predictor};
pub use pitch::{Pitch, correlation, dot, find_pitch};
