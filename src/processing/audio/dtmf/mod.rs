//! Digits in the audio itself: dual-tone multi-frequency signals (ITU-T Q.23), told apart from everything else (Q.24).
//!
//! A window of 20 ms under a Hann weight is looked at every 5 ms (`bank.rs`, `look.rs`): two tones, one of each
//! group, near enough to their frequencies, near enough in level, and nothing else beside them. Five such looks in a row
//! make a digit ([`DtmfDetector`]), so that 40 ms always do and 23 ms never.

mod bank;
mod config;
mod detector;
mod key;
mod look;
mod player;
mod run;
#[cfg(test)]
mod tests;

pub use config::DtmfConfig;
pub use detector::{DtmfDetector, DtmfEnd, DtmfFrame};
pub use key::{code, frequencies, key};
pub use player::{DIGITS, DigitPlayer};
