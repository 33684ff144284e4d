//! Where what was heard is written.

use std::error::Error;
use std::path::{Path, PathBuf};

use hound::WavReader;
use media_core::SampleRate;
use media_core::processing::format::resample;

use crate::wave;

/// One file for one leg, `NAME-1.wav` and so on for several.
pub fn names(out: &Path, legs: usize) -> Vec<PathBuf> {
    let numbered = |number: usize| {
        let stem = out.file_stem().unwrap_or_default().to_string_lossy();
        let extension = out.extension().map_or("wav".into(), |e| e.to_string_lossy());
        out.with_file_name(format!("{stem}-{number}.{extension}"))
    };
    if legs == 1 { vec![out.to_owned()] } else { (1..=legs).map(numbered).collect() }
}

/// Two legs as one file: the first left, the second right, at the higher rate.
pub fn stereo(out: &Path, legs: [&Path; 2]) -> Result<(), Box<dyn Error>> {
    let [(left, a), (right, b)] = [read(legs[0])?, read(legs[1])?];
    let rate = a.max(b);
    let [left, right] = [at_rate(left, a, rate)?, at_rate(right, b, rate)?];
    Ok(wave::write(out, rate, [&left, &right])?)
}

fn read(path: &Path) -> Result<(Vec<f32>, u32), Box<dyn Error>> {
    let wav = WavReader::open(path)?;
    let rate = wav.spec().sample_rate;
    let samples = wav.into_samples::<i16>().map(|s| Ok(f32::from(s?) / 32_768.0));
    Ok((samples.collect::<Result<_, hound::Error>>()?, rate))
}

fn at_rate(samples: Vec<f32>, from: u32, to: u32) -> Result<Vec<f32>, Box<dyn Error>> {
    Ok(if from == to { samples } else { resample(&samples, SampleRate::new(from)?, SampleRate::new(to)?) })
}
