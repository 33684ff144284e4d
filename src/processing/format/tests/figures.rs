//! The promised figures of the resampler: every pair of the usual rates, in every quality.

use super::super::{Quality, Resampler};
use super::{analyse, level, rate, sine};
use crate::types::SampleRate;

/// Length of a tone.
const TICKS: usize = 22;

const RATES: [u32; 7] = [8_000, 12_000, 16_000, 24_000, 32_000, 44_100, 48_000];

/// What a quality promises: edge of the flat band as a part of the lower rate (below 16 kHz, else), ripple,
/// attenuation of aliases and images, delay in microseconds.
fn promise(quality: Quality, low: SampleRate) -> (f64, f64, f64, usize) {
    match (quality, low.hz() < 16_000) {
        (Quality::Voice, true) => (0.425, 0.03, 90.0, 2_000),
        (Quality::Voice, false) => (0.4375, 0.03, 90.0, 1_250),
        (Quality::High, true) => (0.4625, 0.03, 100.0, 4_000),
        (Quality::High, false) => (0.46875, 0.03, 100.0, 2_500),
    }
}

fn cases() -> impl Iterator<Item = (SampleRate, SampleRate, Quality)> {
    let pairs = RATES.into_iter().flat_map(|a| RATES.map(|b| (rate(a), rate(b)))).filter(|(a, b)| a != b);
    pairs.flat_map(|(a, b)| [Quality::Voice, Quality::High].map(|quality| (a, b, quality)))
}

/// A tone's output, without the filter's start.
fn tone(hz: f64, (from, to, quality): (SampleRate, SampleRate, Quality)) -> Vec<f32> {
    let mut resampler = Resampler::with_quality(from, to, quality);
    let mut output = vec![0.0; to.per_tick() * TICKS];
    for (input, out) in
        sine(hz, from, from.per_tick() * TICKS).chunks(from.per_tick()).zip(output.chunks_mut(to.per_tick()))
    {
        resampler.process(input, out);
    }
    output.split_off(to.per_tick() * 2)
}

#[test]
fn a_sine_of_1_khz_keeps_its_level_and_has_a_sinad_of_95_db() {
    for case @ (_, to, _) in cases() {
        let (level, sinad) = analyse(&tone(1_000.0, case), 1_000.0, to);
        assert!(level.abs() < 0.03 && sinad >= 95.0, "{case:?}: {level} dB, SINAD {sinad} dB");
    }
}

#[test]
fn the_band_is_flat_and_its_images_are_as_far_down_as_promised() {
    for case @ (from, to, quality) in cases() {
        let (edge, ripple, attenuation, _) = promise(quality, from.min(to));
        let edge = edge * f64::from(from.min(to).hz());
        for part in [1, 2, 5, 8, 11, 12] {
            let hz = edge * f64::from(part) / 12.0;
            let (level, images) = analyse(&tone(hz, case), hz, to);
            assert!(level.abs() < ripple && images >= attenuation, "{case:?} at {hz}: {level} dB, {images} dB");
        }
    }
}

#[test]
fn what_would_fold_into_the_band_is_as_far_down_as_promised() {
    for case @ (from, to, quality) in cases().filter(|(from, to, _)| from > to) {
        let (edge, _, attenuation, _) = promise(quality, to);
        let first = f64::from(to.hz()) * (1.0 - edge);
        let room = f64::from(from.hz()) / 2.0 - first;
        if room <= 0.0 {
            continue;
        }
        for part in 0..=10 {
            let hz = first + room * f64::from(part) / 10.1;
            let level = level(&tone(hz, case));
            assert!(level <= -attenuation, "{case:?} at {hz:.0}: {level} dB");
        }
    }
}

#[test]
fn the_delay_is_as_stated_and_promised() {
    for case @ (from, to, quality) in cases() {
        let delay = Resampler::with_quality(from, to, quality).delay();
        let promised = promise(quality, from.min(to)).3;
        assert!(delay * 1_000_000 <= promised * to.hz() as usize, "{case:?}: {delay}");
        let expected = sine(500.0, to, to.per_tick() * TICKS);
        let at = to.per_tick() * 2 - delay;
        let apart = tone(500.0, case).iter().zip(&expected[at..]).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(apart < 2e-3, "{case:?}: {apart}");
    }
}
