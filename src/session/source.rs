//! Audio that the engine plays into a leg: a tone, PCM from memory, a file that is read meanwhile, or what a program writes.

use std::path::Path;
use std::sync::Arc;

use thiserror::Error;

use crate::graph::nodes::{FileNode, PcmSource, ToneSource};
use crate::graph::{Node, ReadFailure};
use crate::processing::dsp::ToneSpec;
use crate::processing::format::resample;
use crate::session::file::{FileSource, Readers, Reading, read_mono};
use crate::session::live::LiveSource;
use crate::session::{Cue, PcmWriter};
use crate::types::{Decibels, InvalidRate, Millis, SampleRate};

/// A source that cannot be opened.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The file cannot be read as WAV.
    #[error("cannot read the WAV file: {0}")]
    Wav(#[from] hound::Error),
    /// The file's sample rate is out of range.
    #[error(transparent)]
    Rate(#[from] InvalidRate),
    /// There are no samples.
    #[error("the source holds no samples")]
    Empty,
    /// The file is not there, or cannot be read.
    #[error("cannot read the file: {0}")]
    Unreadable(#[from] std::io::Error),
    /// A folder, a pipe, a device: what has no end or no beginning is no file to play.
    #[error("not a regular file")]
    NoFile,
    /// Neither WAV nor Ogg/Opus, or of a kind that is not known.
    #[error("neither a WAV file nor one of Ogg/Opus")]
    Format,
    /// What a program writes is played elsewhere.
    #[error("the live source is played elsewhere")]
    Taken,
    /// The file begins well, and holds what its format has not.
    #[error("the file is damaged")]
    Damaged,
}

/// Something to play. Cheap to clone: PCM is shared.
#[derive(Clone, Debug)]
pub enum Source {
    /// A generated tone, until it is stopped.
    Tone(ToneSpec),
    /// Mono PCM in −1.0..=1.0.
    Pcm {
        /// The samples.
        samples: Arc<[f32]>,
        /// Their rate.
        rate: SampleRate,
        /// Starts again at the end; otherwise ends with a `PlayDone` event.
        repeat: bool,
    },
    /// A file, read by an ordinary thread while it plays.
    File(FileSource),
    /// What a program writes meanwhile.
    Live(LiveSource),
}

impl From<ReadFailure> for SourceError {
    fn from(why: ReadFailure) -> Self {
        match why {
            ReadFailure::Unreadable => SourceError::Unreadable(std::io::ErrorKind::Other.into()),
            ReadFailure::Corrupt => SourceError::Damaged,
        }
    }
}

impl Source {
    /// Reads a whole WAV file (integer or float, any number of channels, mixed to mono) into memory. Allocates.
    pub fn wav(path: impl AsRef<Path>) -> Result<Self, SourceError> {
        Self::from_reader(hound::WavReader::open(path)?)
    }

    /// Plays a file while it is read: WAV as [`Source::wav`], or Ogg/Opus (feature `opus`), of any length. Looks into the file and
    /// reads its first half second here; an ordinary thread of the engine reads the rest, a second ahead of what plays
    /// ([`FileSource::ahead`]). Where the disk is late there is silence, told by `PlayStarved` and `PlayResumed`; where
    /// no more can be read, `PlayFailed` tells.
    ///
    /// Playing from another place than the start, and seeking, begin when the thread has read there: some
    /// 20 ms later in real time, at once in an [`OfflineEngine`](crate::OfflineEngine). In an Ogg/Opus file it reads all
    /// packets before.
    pub fn file(path: impl AsRef<Path>) -> Result<Self, SourceError> {
        FileSource::open(path).map(Source::File)
    }

    /// What a program writes, as it comes: speech that is being made, a radio. Beyond `target` pauses are left out, beyond
    /// `most` (up to 10 minutes) the oldest audio, told by `Backlog`; where nothing was written in time there is silence, told by
    /// `Starved`. Marks of the writer are told when what came before them was played. One player at a time has it,
    /// from where the one before has left off; a second one is refused. [`PlayControl::Flush`](crate::engine::PlayControl::Flush) drops what waits.
    pub fn live(rate: SampleRate, target: Millis, most: Millis) -> (PcmWriter, Self) {
        let (writer, source) = LiveSource::new(rate, target, most);
        (writer, Source::Live(source))
    }

    /// Whether it can be played now.
    pub(crate) fn is_free(&self) -> bool {
        !matches!(self, Source::Live(live) if !live.is_free())
    }

    /// As [`Source::wav`], from the bytes of a WAV file.
    pub fn wav_bytes(bytes: &[u8]) -> Result<Self, SourceError> {
        Self::from_reader(hound::WavReader::new(bytes)?)
    }

    /// Plays again from the start whenever the end is reached.
    pub fn repeated(mut self) -> Self {
        match &mut self {
            Source::Pcm { repeat, .. } => *repeat = true,
            Source::File(file) => *file = file.clone().repeated(),
            Source::Tone(_) | Source::Live(_) => {}
        }
        self
    }

    fn from_reader<R: std::io::Read>(mut reader: hound::WavReader<R>) -> Result<Self, SourceError> {
        let rate = SampleRate::new(reader.spec().sample_rate)?;
        let samples = read_mono(&mut reader, usize::MAX)?;
        if samples.is_empty() {
            return Err(SourceError::Empty);
        }
        Ok(Source::Pcm { samples: samples.into(), rate, repeat: false })
    }

    /// The node that plays it at `rate`. Converts PCM of another rate as a whole. Allocates.
    pub(crate) fn node(self, rate: SampleRate, cue: &Cue, readers: &Readers) -> Box<dyn Node> {
        let mut node: Box<dyn Node> = match self {
            Source::Tone(tone) => Box::new(ToneSource::new(&tone, rate)),
            Source::Pcm { samples, rate: from, repeat } => {
                let samples = if from == rate { samples } else { resample(&samples, from, rate).into() };
                Box::new(PcmSource::cued(samples, rate, cue.cues(rate, repeat)))
            }
            Source::Live(live) => Box::new(live.node(rate)),
            Source::File(file) => {
                let cues = cue.cues(rate, file.repeat);
                let (reading, end) = Reading::begin(file, rate, &cues);
                readers.add(reading);
                Box::new(FileNode::new(rate, end, cues))
            }
        };
        if cue.gain != Decibels(0.0) {
            node.set(PcmSource::GAIN_DB, cue.gain.0, Millis(0));
        }
        node
    }
}
