//! Echo paths, voices and measures that the tests of the canceller share.

mod contract;
mod material;
mod parts;
mod paths;
mod rates;
mod talk;

use super::{AecConfig, EchoCanceller};
use crate::types::SampleRate;

/// Noise from −1 to 1, the same each time.
struct Noise(u32);

impl Noise {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as f32 / (1 << 23) as f32 - 1.0
    }
}

/// Something like a voice: syllables of harmonics on a gliding pitch and of hiss, with pauses, at about −26 dBov.
fn voice(seed: u32, hz: u32, seconds: f32) -> Vec<f32> {
    let (mut noise, mut phase, mut pitch, mut colour) = (Noise(seed), 0.0f32, 120.0, [0.0f32; 3]);
    let (mut level, mut hiss, mut left, mut low) = (0.0f32, 0.0, 0u32, 0.0f32);
    let mut sample = || {
        if left == 0 {
            left = hz / 12 + (hz as f32 * 0.1 * (noise.next() + 1.0)) as u32;
            level = if noise.next() < -0.5 { 0.0 } else { 0.25 + 0.15 * noise.next() };
            pitch = 150.0 + 60.0 * noise.next();
            hiss = 0.3 + 0.3 * noise.next();
            colour = [noise.next(), noise.next(), noise.next()];
        }
        left -= 1;
        phase = (phase + pitch / hz as f32).fract();
        let harmonics = |k: usize| (phase * k as f32 * std::f32::consts::TAU).sin() * (1.0 + colour[k % 3]) / k as f32;
        let tone: f32 = (1..=20).filter(|k| (*k as f32) * 210.0 < 0.45 * hz as f32).map(harmonics).sum();
        low += 0.3 * (level - low) * 800.0 / hz as f32;
        low * (0.3 * tone * (1.0 - hiss) + hiss * noise.next())
    };
    (0..(hz as f32 * seconds) as usize).map(|_| sample()).collect()
}

/// A room's impulse response: of `seconds` to −60 dB, with `gain` as its whole.
fn room(seed: u32, hz: u32, seconds: f32, gain: f32) -> Vec<f32> {
    let mut noise = Noise(seed);
    let fall = |n: usize| (-6.9 * n as f32 / (seconds * hz as f32)).exp();
    let mut taps: Vec<f32> = (0..(seconds * hz as f32) as usize).map(|n| noise.next() * fall(n)).collect();
    taps[0] = 1.5;
    let scale = gain / taps.iter().map(|tap| tap * tap).sum::<f32>().sqrt();
    taps.iter_mut().for_each(|tap| *tap *= scale);
    taps
}

/// The echo of `far` through `path`, `delay` samples later.
fn echo(far: &[f32], path: &[f32], delay: usize) -> Vec<f32> {
    let at = |n: usize| -> f32 { path.iter().take(n + 1).zip(far[..=n].iter().rev()).map(|(tap, x)| tap * x).sum() };
    (0..far.len()).map(|n| if n < delay { 0.0 } else { at(n - delay) }).collect()
}

fn sum(a: &[f32], b: &[f32]) -> Vec<f32> {
    a.iter().zip(b).map(|(a, b)| a + b).collect()
}

/// The output for whole signals, latency taken off.
fn cancel(canceller: &mut EchoCanceller, far: &[f32], mic: &[f32]) -> Vec<f32> {
    let block = canceller.far.len();
    let mut out = mic.to_vec();
    for (far, mic) in far.chunks_exact(block).zip(out.chunks_exact_mut(block)) {
        assert_no_alloc::assert_no_alloc(|| canceller.process(far, mic));
    }
    out.drain(..canceller.latency());
    out
}

fn at(hz: u32) -> SampleRate {
    SampleRate::new(hz).unwrap()
}

fn full(hz: u32) -> EchoCanceller {
    EchoCanceller::new(at(hz), &AecConfig::full())
}

fn linear(hz: u32) -> EchoCanceller {
    EchoCanceller::new(at(hz), &AecConfig::linear_only())
}

/// Power of `a` over that of `b`, in dB.
fn ratio(a: &[f32], b: &[f32]) -> f32 {
    let power = |x: &[f32]| x.iter().map(|x| x * x).sum::<f32>() / x.len() as f32 + 1e-12;
    10.0 * (power(a) / power(b)).log10()
}

/// Echo return loss enhancement between two moments in seconds.
fn erle(mic: &[f32], out: &[f32], hz: u32, from: f32, to: f32) -> f32 {
    let (from, to) = ((from * hz as f32) as usize, ((to * hz as f32) as usize).min(out.len()));
    ratio(&mic[from..to], &out[from..to])
}
