//! What a recording tells of itself.

use std::path::PathBuf;

use crate::types::Tick;

/// What became of a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recorded {
    /// Samples of one channel.
    pub samples: u64,
    /// Samples of all tracks that the recorder was too slow for.
    pub gap_samples: u64,
    /// The audio.
    pub path: PathBuf,
    /// Ticks that were to be masked when they were written already.
    pub unmasked_ticks: u64,
    /// What is known about it, in JSON.
    pub sidecar: PathBuf,
}

/// Ticks that the recorder was too slow for: silence in the recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Gap {
    /// Which track, in the order of channels.
    pub track: usize,
    /// The first that is missing.
    pub first: Tick,
    /// How many are.
    pub ticks: u64,
}
