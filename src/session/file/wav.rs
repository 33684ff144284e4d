//! WAV files, by hound.

use std::io::{self, Read, Seek};

use hound::{SampleFormat, WavReader};

use crate::graph::ReadFailure;
use crate::session::SourceError;
use crate::session::file::decode::Decode;
use crate::types::SampleRate;

/// A WAV file: integer or float, any number of channels.
pub(super) struct WavFile<R: Read> {
    wav: WavReader<R>,
    rate: SampleRate,
}

impl<R: Read> WavFile<R> {
    pub fn new(input: R) -> Result<Self, SourceError> {
        let wav = WavReader::new(input)?;
        let rate = SampleRate::new(wav.spec().sample_rate)?;
        Ok(Self { wav, rate })
    }
}

impl<R: Read + Seek + Send> Decode for WavFile<R> {
    fn rate(&self) -> SampleRate {
        self.rate
    }

    fn read(&mut self, out: &mut [f32]) -> Result<usize, ReadFailure> {
        let samples = read_mono(&mut self.wav, out.len()).map_err(|why| match why {
            hound::Error::IoError(why)
                if why.kind() != io::ErrorKind::UnexpectedEof && why.raw_os_error().is_some() =>
            {
                ReadFailure::Unreadable
            }
            _ => ReadFailure::Corrupt,
        })?;
        out[..samples.len()].copy_from_slice(&samples);
        Ok(samples.len())
    }

    fn seek(&mut self, to: u64) -> Result<(), ReadFailure> {
        let to = u32::try_from(to).unwrap_or(u32::MAX).min(self.wav.duration());
        self.wav.seek(to).map_err(|_| ReadFailure::Unreadable)
    }
}

/// The next `most` samples mixed to mono; what is no number is silence.
pub(in crate::session) fn read_mono<R: Read>(wav: &mut WavReader<R>, most: usize) -> Result<Vec<f32>, hound::Error> {
    let format = wav.spec();
    let channels = usize::from(format.channels.max(1));
    let count = most.saturating_mul(channels);
    let interleaved: Vec<f32> = match format.sample_format {
        SampleFormat::Float => wav.samples::<f32>().take(count).collect::<Result<_, _>>()?,
        SampleFormat::Int => {
            let full_scale = (1u64 << (format.bits_per_sample - 1)) as f32;
            wav.samples::<i32>().take(count).map(|s| s.map(|s| s as f32 / full_scale)).collect::<Result<_, _>>()?
        }
    };
    let mono = |frame: &[f32]| frame.iter().sum::<f32>() / channels as f32;
    let number = |sample: f32| if sample.is_finite() { sample } else { 0.0 };
    Ok(interleaved.chunks_exact(channels).map(mono).map(number).collect())
}
