//! Voice activity: on speech, on what is no speech, and what must not change the answer.

mod features;
mod hostile;
mod invariance;
mod network;
mod other_sounds;
mod speech;

use super::{Vad, VadConfig, VadFrame};
use crate::types::SampleRate;

const RATE: SampleRate = SampleRate::HZ_16000;

fn run(rate: SampleRate, config: &VadConfig, samples: &[f32]) -> Vec<VadFrame> {
    let mut vad = Vad::new(rate, config);
    samples.chunks_exact(rate.per_tick()).map(|frame| vad.process(frame)).collect()
}

/// Share of frames that count as speech.
fn share(frames: &[VadFrame]) -> f32 {
    frames.iter().filter(|frame| frame.speech).count() as f32 / frames.len().max(1) as f32
}

/// White noise of numbers of our own, −1 to 1.
fn noise(count: usize) -> Vec<f32> {
    let mut seed = 5u32;
    (0..count)
        .map(|_| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            seed as f32 / u32::MAX as f32 * 2.0 - 1.0
        })
        .collect()
}

fn scaled(samples: &[f32], gain: f32) -> Vec<f32> {
    samples.iter().map(|sample| sample * gain).collect()
}

fn sum(a: &[f32], b: &[f32]) -> Vec<f32> {
    a.iter().zip(b).map(|(a, b)| a + b).collect()
}

/// A voice of the examples at 8 kHz, 10 s with pauses.
fn clip(name: &str) -> Vec<f32> {
    let path = format!("{}/examples/clips/{name}.wav", env!("CARGO_MANIFEST_DIR"));
    let mut file = hound::WavReader::open(path).expect("a WAV file");
    file.samples::<i16>().map(|sample| f32::from(sample.expect("whole")) / 32_768.0).collect()
}
