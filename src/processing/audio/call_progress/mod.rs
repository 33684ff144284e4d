//! Signals of the network and of machines: dial tone, ringback, busy, congestion, special information tones (ITU-T E.180,
//! Q.35), fax calling and answering tones (T.30, V.8, V.25), and the beep of an answering machine.
//!
//! A spectrum of 64 ms is taken every 20 ms (`ear.rs`): one or two sines, something else, or silence. How long each lasts
//! makes the pattern (`pattern.rs`); the phase of 2 100 Hz is followed apart (`answer.rs`).

mod answer;
mod detector;
mod ear;
mod pattern;
mod signal;
mod special;
#[cfg(test)]
mod tests;

pub use detector::{CallProgress, CallProgressFrame};
pub use signal::Signal;
