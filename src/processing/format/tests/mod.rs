//! Changes of format against slow references, and against what their documentation promises.

mod bit_depth;
mod channel_mixer;
mod dither;
mod drift;
mod figures;
mod resampler;

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
