//! Works on the voice in a file as the engine does on a leg's: echo, noise, gain, voice activity, digits.
//!
//! ```sh
//! cargo run --release --example process -- --mic mic.wav --far far.wav --aec --out clean.wav
//! cargo run --release --example process -- --mic noisy.wav --ns --agc --out clean.wav --plot both.png
//! cargo run --release --example process -- --mic speech.wav --vad voice.csv --dtmf digits.json --out same.wav
//! ```
//!
//! The microphone is a leg of an engine in virtual time, and what that hears a second leg: the canceller's reference is what
//! the leg was sent. The output begins where the microphone's file does: the declared delay is taken off.
#![allow(clippy::print_stdout, reason = "an example tells what it did")]

mod picture;
mod run;
#[path = "../support/wave.rs"]
mod wave;

use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use clap::{Parser, ValueEnum};
use media_core::processing::audio::aec::AecConfig;
use media_core::processing::audio::agc::AgcConfig;
use media_core::processing::audio::dtmf::{DtmfConfig, key};
use media_core::processing::audio::ns::{NsConfig, NsKind, NsLevel};
use media_core::processing::audio::vad::VadConfig;
use media_core::processing::format::resample;
use media_core::{Decibels, DigitPolicy, DigitsToFar, ProcessingSpec, SampleRate, Source};

/// Works on the voice in a file.
#[derive(Parser)]
struct Args {
    /// What comes from the party: WAV.
    #[arg(long)]
    mic: PathBuf,
    /// What it is sent: WAV of any rate, beginning with the microphone's.
    #[arg(long)]
    far: Option<PathBuf>,
    /// Cancel echo: `full` by default, `linear` for the adaptive filters alone.
    #[arg(long, num_args = 0..=1, default_missing_value = "full", value_enum)]
    aec: Option<Aec>,
    /// Suppress noise: `spectral` by default, `recurrent` with the feature ns-rnn.
    #[arg(long, num_args = 0..=1, default_missing_value = "spectral", value_enum)]
    ns: Option<Ns>,
    /// How far noise is let down, in dB: 6, 12, 18 or 24.
    #[arg(long, default_value_t = 24)]
    ns_level: u32,
    /// Control the gain: the loudness aimed at in LUFS, −23 by default.
    #[arg(long, num_args = 0..=1, default_missing_value = "-23", allow_negative_numbers = true)]
    agc: Option<f32>,
    /// Write the probability and the decision of each 10 ms to this CSV file.
    #[arg(long)]
    vad: Option<PathBuf>,
    /// Write the digits found to this JSON file.
    #[arg(long)]
    dtmf: Option<PathBuf>,
    /// Keep the tones of digits out of the output.
    #[arg(long)]
    block: bool,
    /// Print signals of networks, faxes and machines.
    #[arg(long)]
    signals: bool,
    /// Write the result here: WAV at the microphone's rate.
    #[arg(long)]
    out: PathBuf,
    /// Write spectrograms before and after to this PNG file.
    #[arg(long)]
    plot: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Aec {
    Linear,
    Full,
}

#[derive(Clone, Copy, ValueEnum)]
enum Ns {
    Spectral,
    Recurrent,
}

/// Samples and their rate.
pub struct Audio {
    /// In −1.0..=1.0.
    pub samples: Vec<f32>,
    /// Their rate.
    pub rate: SampleRate,
}

fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    let mic = read(&args.mic)?;
    let far = args.far.as_deref().map(read).transpose()?;
    let done = run::through(&mic, far.as_ref(), &spec(&args)?)?;
    wave::write(&args.out, mic.rate.hz(), [&done.audio])?;
    if let Some(path) = &args.vad {
        let rows = done.voice.iter().fold(String::new(), |mut rows, (probability, speech)| {
            let _ = writeln!(rows, "{probability:.4},{}", u8::from(*speech));
            rows
        });
        std::fs::write(path, rows)?;
    }
    if let Some(path) = &args.dtmf {
        let digits = done.digits.iter().filter_map(|digit| {
            let (start_ms, end_ms) = (digit.start_ms, digit.end_ms);
            Some(serde_json::json!({ "digit": key(digit.code)?.to_string(), "start_ms": start_ms, "end_ms": end_ms }))
        });
        std::fs::write(path, serde_json::to_string_pretty(&digits.collect::<Vec<_>>())?)?;
    }
    if let Some(path) = &args.plot {
        picture::spectrograms(path, &mic, &done.audio)?;
    }
    done.tell(&mic);
    Ok(())
}

fn spec(args: &Args) -> Result<ProcessingSpec, Box<dyn Error>> {
    let mut spec = ProcessingSpec::new().signals(args.signals);
    spec = match args.aec {
        Some(Aec::Linear) => spec.echo(AecConfig::linear_only()),
        Some(Aec::Full) => spec.echo(AecConfig::full()),
        None => spec,
    };
    let level = match args.ns_level {
        6 => NsLevel::Low,
        12 => NsLevel::Moderate,
        18 => NsLevel::High,
        24 => NsLevel::VeryHigh,
        other => return Err(format!("noise can be let down by 6, 12, 18 or 24 dB, not {other}").into()),
    };
    spec = match args.ns {
        Some(Ns::Spectral) => spec.noise(NsConfig::new().level(level)),
        Some(Ns::Recurrent) => spec.noise(NsConfig::new().level(level).kind(NsKind::Recurrent)),
        None => spec,
    };
    if let Some(target) = args.agc {
        spec = spec.gain(AgcConfig::default().target(Decibels(target)));
    }
    if args.vad.is_some() {
        spec = spec.voice(VadConfig::default());
    }
    let mut digits = DigitPolicy::new();
    if args.dtmf.is_some() {
        digits = digits.detect(DtmfConfig::default());
    }
    if args.block {
        digits = digits.to_far(DigitsToFar::Block);
    }
    Ok(spec.digits(digits))
}

/// Mono samples of a WAV file of any number of channels.
fn read(path: &Path) -> Result<Audio, Box<dyn Error>> {
    match Source::wav(path).map_err(|e| format!("{}: {e}", path.display()))? {
        Source::Pcm { samples, rate, .. } => Ok(Audio { samples: samples.to_vec(), rate }),
        _ => Err("a file holds samples".into()),
    }
}

impl Audio {
    /// The same at another rate.
    pub fn at(&self, rate: SampleRate) -> Vec<f32> {
        if rate == self.rate { self.samples.clone() } else { resample(&self.samples, self.rate, rate) }
    }
}
