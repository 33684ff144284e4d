//! Signals that the suppressor's tests share.

mod blocks;
mod contract;
mod passes;
#[cfg(feature = "ns-rnn")]
mod recurrent;
mod suppresses;

use super::{NoiseSuppressor, NsConfig};
use crate::types::SampleRate;

const RATES: [SampleRate; 4] = [SampleRate::HZ_8000, SampleRate::HZ_16000, SampleRate::HZ_32000, SampleRate::HZ_48000];

/// White noise of the standard deviation `level`, by the sum of twelve.
fn white(seconds: f32, rate: SampleRate, level: f32) -> Vec<f32> {
    let mut state = 0x2545_f491_u32;
    let mut uniform = move || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as f32 / u32::MAX as f32
    };
    (0..samples(seconds, rate)).map(|_| ((0..12).map(|_| uniform()).sum::<f32>() - 6.0) * level).collect()
}

/// Words of 0.3 s with pauses as long: a glottal buzz of 110 to 140 Hz with a falling spectrum, of the amplitude
/// `level`.
fn voice(seconds: f32, rate: SampleRate, level: f32) -> Vec<f32> {
    let hz = rate.hz() as f32;
    let mut phase = 0.0f32;
    (0..samples(seconds, rate))
        .map(|n| {
            let second = n as f32 / hz;
            phase = (phase + (125.0 + 15.0 * (second * 9.0).sin()) / hz).fract();
            let within = second % 0.6;
            let envelope = if within < 0.3 { (within / 0.3 * std::f32::consts::PI).sin() } else { 0.0 };
            let buzz = (1..24).map(|h| (h as f32 * phase * std::f32::consts::TAU).sin() / h as f32).sum::<f32>();
            level * envelope * buzz
        })
        .collect()
}

/// Sines of these frequencies, each of the amplitude `level`.
fn tone(seconds: f32, rate: SampleRate, hertz: &[f32], level: f32) -> Vec<f32> {
    let turn = |n: usize, hz: f32| (n as f64 * f64::from(hz) / f64::from(rate.hz())).fract() * std::f64::consts::TAU;
    (0..samples(seconds, rate)).map(|n| hertz.iter().map(|&hz| level * turn(n, hz).sin() as f32).sum()).collect()
}

fn samples(seconds: f32, rate: SampleRate) -> usize {
    (seconds * 100.0).round() as usize * rate.per_tick()
}

fn sum(a: &[f32], b: &[f32]) -> Vec<f32> {
    a.iter().zip(b).map(|(a, b)| a + b).collect()
}

/// The audio after `suppressor`, as long, its delay taken off; the end is the pause that follows.
fn run(suppressor: &mut NoiseSuppressor, rate: SampleRate, audio: &[f32]) -> Vec<f32> {
    let mut out = audio.to_vec();
    out.resize(audio.len() + 4 * rate.per_tick(), 0.0);
    assert_no_alloc::assert_no_alloc(|| {
        for frame in out.chunks_mut(rate.per_tick()) {
            suppressor.process(frame);
        }
    });
    out.drain(..suppressor.latency());
    out.truncate(audio.len());
    out
}

fn suppressed(rate: SampleRate, config: &NsConfig, audio: &[f32]) -> Vec<f32> {
    run(&mut NoiseSuppressor::new(rate, config), rate, audio)
}

fn decibels(audio: &[f32]) -> f32 {
    10.0 * (audio.iter().map(|s| s * s).sum::<f32>() / audio.len() as f32).log10()
}
