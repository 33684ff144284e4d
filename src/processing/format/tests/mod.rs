//! Changes of format against slow references, and against what their documentation promises.

mod bit_depth;
mod channel_mixer;
mod dither;
mod drift;
mod figures;
mod resampler;

use super::{ChannelMixer, Dither, DriftResampler, GainMatrix, Layout, Quality, Resampler, to_q23};
use crate::types::SampleRate;

fn rate(hz: u32) -> SampleRate {
    SampleRate::new(hz).expect("an allowed rate")
}

fn noise(samples: usize) -> Vec<f32> {
    let mut seed = 7u32;
    let mut next = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        seed as i32 as f32 / 4.0e9
    };
    (0..samples).map(|_| next()).collect()
}

/// Sine and cosine of `cycles` times each sample's number, turned from one to the next.
fn turns(cycles: f64) -> impl Iterator<Item = (f64, f64)> {
    let (s, c) = (std::f64::consts::TAU * cycles).sin_cos();
    std::iter::successors(Some((0.0, 1.0)), move |&(a, b)| Some((a * c + b * s, b * c - a * s)))
}

fn sine(hz: f64, rate: SampleRate, samples: usize) -> Vec<f32> {
    turns(hz / f64::from(rate.hz())).take(samples).map(|(s, _)| (0.5 * s) as f32).collect()
}

/// Level in dB of the sine of `hz` in `samples` relative to amplitude 0.5, and of everything else relative to it.
fn analyse(samples: &[f32], hz: f64, rate: SampleRate) -> (f64, f64) {
    fit(samples, hz / f64::from(rate.hz()))
}

/// As `analyse`, by cycles per sample: the best fitting sine, which need not have whole cycles.
fn fit(samples: &[f32], cycles: f64) -> (f64, f64) {
    let (mut ss, mut sc, mut cc, mut xs, mut xc) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for ((s, c), &x) in turns(cycles).zip(samples) {
        let x = f64::from(x);
        (ss, sc, cc, xs, xc) = (ss + s * s, sc + s * c, cc + c * c, xs + x * s, xc + x * c);
    }
    let determinant = ss * cc - sc * sc;
    let (a, b) = ((xs * cc - xc * sc) / determinant, (xc * ss - xs * sc) / determinant);
    let rest = turns(cycles).zip(samples).map(|((s, c), &x)| (f64::from(x) - a * s - b * c).powi(2));
    let (power, rest) = ((a * a + b * b) / 2.0, rest.sum::<f64>() / samples.len() as f64);
    let decibels = |ratio: f64| 10.0 * ratio.max(1e-30).log10();
    (decibels(power / 0.125), decibels(power / rest.max(1e-30)))
}

/// Mean power in dB relative to a sine of amplitude 0.5.
fn level(samples: &[f32]) -> f64 {
    let power = samples.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>() / samples.len() as f64;
    10.0 * (power / 0.125).max(1e-30).log10()
}

#[test]
fn no_call_on_the_hot_path_allocates() {
    let (from, to, input) = (rate(44_100), rate(48_000), noise(441));
    let (mut output, mut words, mut long) = ([0.0; 882], [0i16; 441], [0i32; 441]);
    let mut fixed = Resampler::new(from, to);
    let mut side_by_side = Resampler::new(rate(8_000), rate(16_000));
    let mut steered = DriftResampler::new(from, to, Quality::High);
    let mut mixer = ChannelMixer::new(GainMatrix::between(Layout::Mono, Layout::Stereo));
    let mut dither = Dither::new(1);
    assert_no_alloc::assert_no_alloc(|| {
        fixed.process(&input, &mut output);
        side_by_side.process(&input, &mut output);
        steered.set_drift(200.0);
        steered.process(&input, &mut output);
        mixer.set(&GainMatrix::silent(1, 2), 100);
        mixer.process(&input, &mut output);
        dither.to_i16(&input, &mut words);
        dither.to_i24(&input, &mut long);
        to_q23(&input, &mut long);
        fixed.reset();
        steered.reset();
    });
}
