//! The paths of the resampler against the direct sum, and its conduct at the edges.

use std::sync::Arc;

use super::super::bank::{self, Key};
use super::super::kernel::{Kernel, gcd};
use super::super::{Quality, Resampler, resample};
use super::{noise, rate, sine};
use crate::types::SampleRate;

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
        let kernel = Kernel::new(from, to, Quality::Voice, 1);
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
        let kernel = Kernel::new(from, to, Quality::Voice, lanes);
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

#[test]
fn resamplers_of_one_kind_share_a_kernel_until_the_last_is_gone() {
    // Rates that no other test uses.
    let key = Key { from: rate(8_300), to: rate(8_700), quality: Quality::High, multiple: 16, fractional: false };
    let first = bank::kernel(key);
    assert!(Arc::ptr_eq(&first, &bank::kernel(key)));
    let resampler = Resampler::with_quality(key.from, key.to, key.quality);
    assert_eq!(Arc::strong_count(&first), 2);
    assert!(!Arc::ptr_eq(&first, &bank::kernel(Key { quality: Quality::Voice, ..key })));
    let gone = Arc::downgrade(&first);
    drop((first, resampler));
    assert_eq!(gone.strong_count(), 0);
}
