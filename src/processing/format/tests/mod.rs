//! Changes of format against slow references, and against what their documentation promises.

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

fn sine(hz: f64, rate: SampleRate, samples: usize) -> Vec<f32> {
    let step = std::f64::consts::TAU * hz / f64::from(rate.hz());
    (0..samples).map(|n| (0.5 * (step * n as f64).sin()) as f32).collect()
}

/// Level in dB of the sine of `hz` in `samples` relative to amplitude 0.5, and of everything else relative to it.
fn analyse(samples: &[f32], hz: f64, rate: SampleRate) -> (f64, f64) {
    let step = std::f64::consts::TAU * hz / f64::from(rate.hz());
    let scale = 2.0 / samples.len() as f64;
    let project = |f: fn(f64) -> f64| {
        samples.iter().enumerate().map(|(n, &x)| f64::from(x) * f(step * n as f64)).sum::<f64>() * scale
    };
    let (c, s) = (project(f64::cos), project(f64::sin));
    let rest = samples.iter().enumerate().map(|(n, &x)| {
        let tone = c * (step * n as f64).cos() + s * (step * n as f64).sin();
        (f64::from(x) - tone).powi(2)
    });
    let power = (c * c + s * s) / 2.0;
    let noise = rest.sum::<f64>() / samples.len() as f64;
    (10.0 * (power / 0.125).log10(), 10.0 * (power / noise.max(1e-30)).log10())
}

/// Mean power in dB relative to a sine of amplitude 0.5.
fn level(samples: &[f32]) -> f64 {
    let power = samples.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>() / samples.len() as f64;
    10.0 * (power / 0.125).max(1e-30).log10()
}
