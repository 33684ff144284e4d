//! Audio that the engine plays into a leg: a tone, or PCM from memory or a WAV file.

use std::path::Path;
use std::sync::Arc;

use thiserror::Error;

use crate::graph::Node;
use crate::graph::nodes::{PcmSource, ToneSource};
use crate::processing::dsp::ToneSpec;
use crate::processing::format::resample;
use crate::session::Cue;
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
}

impl Source {
    /// Reads a whole WAV file (integer or float, any number of channels, mixed to mono) into memory. Allocates.
    pub fn wav(path: impl AsRef<Path>) -> Result<Self, SourceError> {
        Self::from_reader(hound::WavReader::open(path)?)
    }

    /// As [`Source::wav`], from the bytes of a WAV file.
    pub fn wav_bytes(bytes: &[u8]) -> Result<Self, SourceError> {
        Self::from_reader(hound::WavReader::new(bytes)?)
    }

    /// Plays again from the start whenever the end is reached.
    pub fn repeated(mut self) -> Self {
        if let Source::Pcm { repeat, .. } = &mut self {
            *repeat = true;
        }
        self
    }

    fn from_reader<R: std::io::Read>(mut reader: hound::WavReader<R>) -> Result<Self, SourceError> {
        let format = reader.spec();
        let rate = SampleRate::new(format.sample_rate)?;
        let interleaved: Vec<f32> = match format.sample_format {
            hound::SampleFormat::Float => reader.samples::<f32>().collect::<Result<_, _>>()?,
            hound::SampleFormat::Int => {
                let full_scale = (1u64 << (format.bits_per_sample - 1)) as f32;
                reader.samples::<i32>().map(|s| s.map(|s| s as f32 / full_scale)).collect::<Result<_, _>>()?
            }
        };
        let channels = usize::from(format.channels.max(1));
        let samples: Vec<f32> =
            interleaved.chunks_exact(channels).map(|c| c.iter().sum::<f32>() / channels as f32).collect();
        if samples.is_empty() {
            return Err(SourceError::Empty);
        }
        Ok(Source::Pcm { samples: samples.into(), rate, repeat: false })
    }

    /// The node that plays it at `rate`. Converts PCM of another rate as a whole. Allocates.
    pub(crate) fn node(self, rate: SampleRate, cue: &Cue) -> Box<dyn Node> {
        let mut node: Box<dyn Node> = match self {
            Source::Tone(tone) => Box::new(ToneSource::new(&tone, rate)),
            Source::Pcm { samples, rate: from, repeat } => {
                let samples = if from == rate { samples } else { resample(&samples, from, rate).into() };
                Box::new(PcmSource::cued(samples, rate, cue.cues(rate, repeat)))
            }
        };
        if cue.gain != Decibels(0.0) {
            node.set(PcmSource::GAIN_DB, cue.gain.0, Millis(0));
        }
        node
    }
}
