//! Resamplers against a slow direct sum, and against what their documentation promises.

use super::kernel::{Kernel, gcd};
use super::*;
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

/// Runs whole ticks through a resampler.
fn run(input: &[f32], from: SampleRate, to: SampleRate) -> Vec<f32> {
    let mut resampler = Resampler::new(from, to);
    let mut output = Vec::new();
    for block in input.chunks_exact(from.per_tick()) {
        let mut out = vec![f32::NAN; to.per_tick()];
        resampler.process(block, &mut out);
        output.extend(out);
    }
    output
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

/// Rates in both directions: many repeats of a phase in a block, few, and one.
fn pairs() -> Vec<(SampleRate, SampleRate)> {
    let hundreds = [(80, 160), (80, 480), (160, 480), (320, 480), (80, 120), (80, 441), (441, 480), (81, 479)];
    let both = hundreds.into_iter().flat_map(|(a, b)| [(a, b), (b, a)]);
    both.map(|(from, to)| (rate(from * 100), rate(to * 100))).collect()
}

#[test]
fn the_fast_paths_are_the_direct_sum() {
    for (from, to) in pairs() {
        let input = noise(from.per_tick() * 6);
        let fast = run(&input, from, to);
        let kernel = Kernel::new(from, to, 1);
        assert_eq!(kernel.delay, Resampler::new(from, to).delay());
        for (n, &got) in fast.iter().enumerate() {
            let (q, phase) = (n / kernel.up, n % kernel.up);
            let newest = q * kernel.down + kernel.newest(phase);
            let expected: f64 = kernel
                .row(phase)
                .iter()
                .rev()
                .enumerate()
                .map(|(age, &h)| newest.checked_sub(age).map_or(0.0, |k| f64::from(h) * f64::from(input[k])))
                .sum();
            assert!((f64::from(got) - expected).abs() < 2e-6, "{from:?} to {to:?}, output {n}: {got} {expected}");
        }
    }
}

/// The documented order of additions, in plain code: one after another, or 16 partial sums halved.
fn plain_sum(row: &[f32], window: &[f32], lanes: usize) -> f32 {
    let mut sums = vec![0.0f32; lanes];
    for (i, (h, x)) in row.iter().zip(window).enumerate() {
        sums[i % lanes] += h * x;
    }
    while sums.len() > 1 {
        let upper = sums.split_off(sums.len() / 2);
        sums.iter_mut().zip(upper).for_each(|(sum, other)| *sum += other);
    }
    sums[0]
}

#[test]
fn the_bits_do_not_depend_on_the_width_of_vectors() {
    for (from, to) in pairs() {
        let lanes = if gcd(from.per_tick() as u32, to.per_tick() as u32) >= 8 { 1 } else { 16 };
        let kernel = Kernel::new(from, to, lanes);
        let input = noise(from.per_tick() * 3);
        let past = [vec![0.0; kernel.taps], input.clone()].concat();
        for (n, got) in run(&input, from, to).into_iter().enumerate() {
            let (q, phase) = (n / kernel.up, n % kernel.up);
            let window = &past[q * kernel.down + kernel.newest(phase) + 1..];
            let expected = plain_sum(kernel.row(phase), window, lanes);
            assert_eq!(got.to_bits(), expected.to_bits(), "{from:?} to {to:?}, output {n}");
        }
    }
}

#[test]
fn a_sine_of_1_khz_keeps_its_level_and_nothing_joins_it() {
    for (from, to) in pairs() {
        let output = run(&sine(1_000.0, from, from.per_tick() * 60), from, to);
        let (level, sinad) = analyse(&output[to.per_tick() * 10..], 1_000.0, to);
        assert!(level.abs() < 0.01 && sinad >= 95.0, "{from:?} to {to:?}: {level} dB, SINAD {sinad} dB");
    }
}

#[test]
fn speech_bands_are_flat_and_without_images() {
    for (from, to) in pairs() {
        let edge = if from.hz().min(to.hz()) < 16_000 { 3_400.0 } else { 7_000.0 };
        for hz in [100.0, 300.0, edge / 2.0, edge - 100.0, edge] {
            let output = run(&sine(hz, from, from.per_tick() * 60), from, to);
            let (level, sinad) = analyse(&output[to.per_tick() * 10..], hz, to);
            assert!(level.abs() < 0.1 && sinad >= 80.0, "{from:?} to {to:?} at {hz}: {level} dB, images {sinad} dB");
        }
    }
}

#[test]
fn what_would_fold_into_the_speech_band_is_80_db_down() {
    for (from, to) in pairs() {
        let low = f64::from(to.hz());
        let first = low * if low < 16_000.0 { 0.575 } else { 0.5625 };
        let room = f64::from(from.hz()) / 2.0 - first;
        if room <= 0.0 {
            continue;
        }
        for part in 0..=10 {
            let hz = first + room * f64::from(part) / 10.1;
            let output = run(&sine(hz, from, from.per_tick() * 40), from, to);
            let power: f64 = output[to.per_tick() * 10..].iter().map(|&x| f64::from(x).powi(2)).sum();
            let level = 10.0 * (power / (to.per_tick() * 30) as f64 / 0.125).log10();
            assert!(level <= -80.0, "{from:?} to {to:?} at {hz:.0}: {level} dB");
        }
    }
}

#[test]
fn the_delay_is_as_stated_and_at_most_4_ms() {
    for (from, to) in pairs() {
        let delay = Resampler::new(from, to).delay();
        assert!(delay * 1_000 <= 4 * to.hz() as usize, "{from:?} to {to:?}: {delay}");
        let output = run(&sine(500.0, from, from.per_tick() * 10), from, to);
        let expected = sine(500.0, to, output.len());
        for n in to.per_tick() * 2..output.len() {
            assert!((output[n] - expected[n - delay]).abs() < 1e-4, "{from:?} to {to:?}, output {n}");
        }
    }
}

#[test]
fn a_recording_comes_out_aligned_and_as_long() {
    let (from, to) = (rate(44_100), rate(16_000));
    let output = resample(&sine(500.0, from, 10_001), from, to);
    assert_eq!(output.len(), (10_001usize * 16_000).div_ceil(44_100));
    let expected = sine(500.0, to, output.len());
    assert!((200..output.len() - 200).all(|n| (output[n] - expected[n]).abs() < 1e-4));
    assert!(resample(&[], from, to).is_empty());
    let same = noise(1_234);
    assert_eq!(resample(&same, from, from), same);
}

#[test]
fn after_a_reset_a_resampler_is_as_new_and_odd_lengths_do_no_harm() {
    for (from, to) in pairs().into_iter().chain([(rate(8_000), rate(8_000))]) {
        let input = noise(from.per_tick());
        let (mut first, mut again) = (vec![0.0; to.per_tick()], vec![0.0; to.per_tick()]);
        let mut resampler = Resampler::new(from, to);
        resampler.process(&input, &mut first);
        resampler.process(&input[..3], &mut again[..5]);
        resampler.process(&[], &mut []);
        resampler.process(&[0.5; 2_000], &mut [0.0; 2_000]);
        resampler.reset();
        resampler.process(&input, &mut again);
        assert_eq!(first, again);
    }
}
