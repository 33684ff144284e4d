//! Gain control on speech-like sound whose loudness is known.

mod hostile;
mod limiter;
mod loudness;
mod noise;

use super::*;
use crate::processing::audio::loudness::Meter;
use crate::types::SampleRate;

const RATE: SampleRate = SampleRate::HZ_16000;

/// White noise of numbers of our own, −1 to 1.
fn noise(count: usize) -> Vec<f32> {
    let mut seed = 7u32;
    (0..count)
        .map(|_| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            seed as f32 / u32::MAX as f32 * 2.0 - 1.0
        })
        .collect()
}

/// Syllables of a buzz with a voice's spectrum, four a second, and a pause of 0.3 s every 1.5 s; about −20 dBFS times `gain`.
fn talk(rate: SampleRate, seconds: f32, gain: f32) -> Vec<f32> {
    let hz = rate.hz() as f32;
    let (mut phase, mut low) = (0.0f32, [0.0f32; 2]);
    (0..(seconds * hz) as usize)
        .map(|n| {
            let t = n as f32 / hz;
            phase = (phase + (120.0 + 20.0 * (t * 3.0).sin()) / hz).fract();
            let saw = 2.0 * phase - 1.0;
            // Two poles at 700 Hz: 12 dB an octave above, as a voice has.
            let share = 1.0 - (-std::f32::consts::TAU * 700.0 / hz).exp();
            low[0] += share * (saw - low[0]);
            low[1] += share * (low[0] - low[1]);
            let syllable = (std::f32::consts::PI * (t * 4.0).fract()).sin().powi(2);
            let talking = if t % 1.5 < 1.2 { 1.0 } else { 0.0 };
            gain * 0.55 * syllable * talking * low[1]
        })
        .collect()
}

/// What comes out, a delay included; `speech` as the caller's detector has it.
fn control(rate: SampleRate, config: &AgcConfig, samples: &[f32], speech: Option<f32>) -> (Vec<f32>, AgcMetrics) {
    let mut agc = Agc::new(rate, config);
    let mut samples = samples.to_vec();
    samples.chunks_mut(rate.per_tick()).for_each(|frame| agc.process(frame, speech));
    (samples, agc.metrics())
}

fn loudness(rate: SampleRate, samples: &[f32]) -> f32 {
    let mut meter = Meter::mono(rate);
    meter.push(samples);
    meter.integrated().expect("loud enough").0
}
