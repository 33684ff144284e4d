//! Voice activity detection: for every 10 ms the probability that somebody speaks, and a decision with a hang-over.
//!
//! The default describes the spectrum (`spectrum`, `floor`, `pitch`, `features`) and lets a small recurrent network of
//! our own judge (`network`). [`VadConfig::simple`] compares energy and zero crossings with those of the pauses
//! (`simple`): a tenth of the cost, for quiet lines.

mod config;
mod decibel;
mod detector;
mod features;
mod floor;
mod hang_over;
mod network;
mod pitch;
mod simple;
mod spectrum;
#[cfg(test)]
mod tests;

pub use config::{Method, VadConfig};
pub use detector::{Vad, VadFrame};
