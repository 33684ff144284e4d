//! What a recording is to be, and why it ended.

use std::io;

use thiserror::Error;

use crate::types::SampleRate;

/// How tracks become channels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Layout {
    /// The sum of all tracks, held at full scale.
    #[default]
    Mono,
    /// The first track left, all others right.
    Stereo,
    /// A channel for each track.
    Tracks,
}

/// Describes a recording; every field has a default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordSpec {
    pub(super) layout: Layout,
    pub(super) rate: Option<SampleRate>,
}

impl Default for RecordSpec {
    fn default() -> Self {
        Self { layout: Layout::Mono, rate: None }
    }
}

impl RecordSpec {
    /// Mono, at the highest rate among the tracks.
    pub fn new() -> Self {
        Self::default()
    }

    /// How tracks become channels.
    pub fn layout(mut self, layout: Layout) -> Self {
        self.layout = layout;
        self
    }

    /// Rate of the file; tracks at other rates are resampled.
    pub fn rate(mut self, rate: SampleRate) -> Self {
        self.rate = Some(rate);
        self
    }
}

/// Why a recording cannot begin, or go on.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RecordError {
    /// No tracks, or more than a file has channels for.
    #[error("{0} tracks; allowed are 1 to 255")]
    Tracks(usize),
    /// The file cannot be written.
    #[error("cannot write the recording: {0}")]
    Wav(#[from] hound::Error),
    /// The side-car cannot be written.
    #[error("cannot write the side-car: {0}")]
    Sidecar(#[from] io::Error),
}
