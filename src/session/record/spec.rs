//! What a recording is to be, and why it ended.

use std::io;

use thiserror::Error;

use crate::types::{Millis, SampleRate};

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

/// What is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// WAV, 16 bits.
    #[default]
    Wav,
    /// Ogg/Opus (RFC 7845), at 8, 12, 16, 24 or 48 kHz, in packets of 20 ms. Each channel is a stream of its own, so that no
    /// party is heard in another's: stereo by mapping family 1, a channel for each track by family 255, which few players know.
    #[cfg(feature = "opus")]
    OggOpus {
        /// Bits per second of each channel, 6 000 to 510 000; `None`: libopus chooses by the rate.
        bitrate: Option<u32>,
    },
}

/// Describes a recording; every field has a default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordSpec {
    pub(super) layout: Layout,
    pub(super) rate: Option<SampleRate>,
    pub(super) format: Format,
    pub(super) hold_back: Millis,
}

impl Default for RecordSpec {
    fn default() -> Self {
        Self { layout: Layout::Mono, rate: None, format: Format::Wav, hold_back: Millis(0) }
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

impl RecordSpec {
    /// What is written; WAV by default.
    pub fn format(mut self, format: Format) -> Self {
        self.format = format;
        self
    }

    /// How long audio is held back before it is written, so that what a detector finds late can still be masked
    /// ([`Recorder::mask_between`](super::Recorder::mask_between)); nothing by default, 10 s at most.
    pub fn hold_back(mut self, time: Millis) -> Self {
        self.hold_back = Millis(time.0.min(10_000));
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
    /// Opus has no such rate.
    #[error("Opus has no rate of {0} Hz; it has 8000, 12000, 16000, 24000 and 48000")]
    Rate(u32),
    /// The encoder cannot work so.
    #[cfg(feature = "opus")]
    #[error(transparent)]
    Opus(#[from] crate::codec::audio::opus::OpusError),
    /// The Ogg file cannot be written.
    #[error("cannot write the recording: {0}")]
    Ogg(#[source] io::Error),
    /// The side-car cannot be written.
    #[error("cannot write the side-car: {0}")]
    Sidecar(#[from] io::Error),
}
