//! The file that a recording goes to.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

#[cfg(feature = "opus")]
use crate::session::record::ogg::OpusOutput;
use crate::session::record::{Format, RecordError, RecordSpec};
use crate::session::tap::word;
use crate::types::SampleRate;

/// A file that is written.
pub(super) enum Output {
    Wav(hound::WavWriter<BufWriter<File>>),
    #[cfg(feature = "opus")]
    Opus(Box<OpusOutput>),
}

impl Output {
    /// Creates the file.
    pub fn create(path: &Path, spec: RecordSpec, channels: usize, rate: SampleRate) -> Result<Self, RecordError> {
        match spec.format {
            Format::Wav => {
                let spec = hound::WavSpec {
                    channels: channels as u16,
                    sample_rate: rate.hz(),
                    bits_per_sample: 16,
                    sample_format: hound::SampleFormat::Int,
                };
                Ok(Output::Wav(hound::WavWriter::create(path, spec)?))
            }
            #[cfg(feature = "opus")]
            Format::OggOpus { bitrate } => {
                let opus = OpusOutput::create(path, spec.layout, channels, rate, bitrate)?;
                Ok(Output::Opus(Box::new(opus)))
            }
        }
    }

    /// Writes a tick of all channels, interleaved.
    pub fn write(&mut self, samples: &[f32]) -> Result<(), RecordError> {
        match self {
            Output::Wav(wav) => Ok(samples.iter().try_for_each(|sample| wav.write_sample(word(*sample)))?),
            #[cfg(feature = "opus")]
            Output::Opus(opus) => opus.write(samples),
        }
    }

    /// Completes the file.
    pub fn finish(self) -> Result<(), RecordError> {
        match self {
            Output::Wav(wav) => Ok(wav.finalize()?),
            #[cfg(feature = "opus")]
            Output::Opus(opus) => opus.finish(),
        }
    }
}
