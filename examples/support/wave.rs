//! Audio as a WAV file of 16 bits.

use std::path::Path;

use hound::{Error, SampleFormat, WavSpec, WavWriter};

/// Writes channels side by side, as long as the longest; what the others are short of is silence.
pub fn write<const CHANNELS: usize>(path: &Path, rate: u32, channels: [&[f32]; CHANNELS]) -> Result<(), Error> {
    let sample_format = SampleFormat::Int;
    let spec = WavSpec { channels: CHANNELS as u16, sample_rate: rate, bits_per_sample: 16, sample_format };
    let mut wav = WavWriter::create(path, spec)?;
    for at in 0..channels.iter().map(|channel| channel.len()).max().unwrap_or(0) {
        for channel in channels {
            let sample = channel.get(at).copied().unwrap_or(0.0);
            wav.write_sample((sample * 32_768.0).round().clamp(-32_768.0, 32_767.0) as i16)?;
        }
    }
    wav.finalize()
}
