//! The steered resampler: place, purity and count of its output.

use std::f64::consts::TAU;

use super::super::{DriftResampler, Quality};
use super::{fit, level, noise, rate, sine};
use crate::types::SampleRate;

const PAIRS: [(u32, u32); 8] = [
    (8_000, 8_000),
    (16_000, 16_000),
    (48_000, 48_000),
    (8_000, 48_000),
    (48_000, 8_000),
    (44_100, 48_000),
    (48_000, 44_100),
    (16_000, 44_100),
];

fn cases() -> impl Iterator<Item = (SampleRate, SampleRate, Quality)> {
    PAIRS.into_iter().flat_map(|(a, b)| [Quality::Voice, Quality::High].map(|quality| (rate(a), rate(b), quality)))
}

/// All output of a tone under the drift that `steer` gives for each tick, and each output's place in input samples.
fn run(
    hz: f64,
    (from, to, quality): (SampleRate, SampleRate, Quality),
    ticks: usize,
    steer: impl Fn(usize) -> f32,
) -> (Vec<f32>, Vec<f64>) {
    let mut resampler = DriftResampler::new(from, to, quality);
    let (mut output, mut places) = (Vec::new(), Vec::new());
    let mut place = -(resampler.delay() as f64);
    let mut block = vec![0.0; resampler.max_output()];
    for (tick, input) in sine(hz, from, from.per_tick() * ticks).chunks(from.per_tick()).enumerate() {
        resampler.set_drift(steer(tick));
        let count = resampler.process(input, &mut block);
        output.extend(&block[..count]);
        for _ in 0..count {
            places.push(place);
            place += f64::from(from.hz()) / f64::from(to.hz()) / (1.0 + f64::from(resampler.drift()) * 1e-6);
        }
    }
    (output, places)
}

#[test]
fn a_steered_tone_is_where_it_must_be_with_a_sinad_of_95_db() {
    for case @ (from, ..) in cases() {
        // A triangle of 2 s from −1 000 to 1 000 ppm, with a jump at each second.
        let steer = |tick: usize| {
            ((tick % 200) as f32 - 100.0).abs() * 20.0 - 1_000.0 + if tick % 200 < 100 { 500.0 } else { 0.0 }
        };
        let (output, places) = run(1_000.0, case, 400, steer);
        let start = output.len() / 100;
        let mut noise = 0.0;
        // The level of the band is not noise.
        let ideal = |place: f64| 0.5 * (TAU * 1_000.0 * place / f64::from(from.hz())).sin();
        let pairs = || output.iter().zip(&places).skip(start).map(|(&x, &place)| (f64::from(x), ideal(place)));
        let gain = pairs().map(|(x, y)| x * y).sum::<f64>() / pairs().map(|(_, y)| y * y).sum::<f64>();
        pairs().for_each(|(x, y)| noise += (x - gain * y).powi(2));
        let sinad = 10.0 * (0.125 * (output.len() - start) as f64 / noise).log10();
        assert!(sinad >= 95.0 && (20.0 * gain.log10()).abs() < 0.03, "{case:?}: gain {gain}, SINAD {sinad} dB");
    }
}

#[test]
fn the_band_is_flat_and_its_images_are_85_db_down_off_the_nominal_ratio() {
    for case @ (from, to, quality) in cases() {
        let low = f64::from(from.min(to).hz());
        let edge = match (quality, low < 16_000.0) {
            (Quality::Voice, true) => 0.425,
            (Quality::Voice, false) => 0.4375,
            (_, true) => 0.4625,
            (_, false) => 0.46875,
        };
        for (part, ppm) in [(0.1, 300.0), (0.5, -700.0), (1.0, 1_000.0), (1.0, -37.0)] {
            let hz = edge * low * part;
            let (output, places) = run(hz, case, 60, |_| ppm);
            let start = output.len() / 10;
            // At these places the tone is an even one, of a frequency that is not whole.
            let spacing = places[start + 1] - places[start];
            let apparent = hz * spacing * f64::from(to.hz()) / f64::from(from.hz());
            let (level, images) = fit(&output[start..], apparent / f64::from(to.hz()));
            assert!(level.abs() < 0.03 && images >= 85.0, "{case:?} at {hz}: {level} dB, images {images} dB");
        }
    }
}

#[test]
fn a_tick_gives_its_samples_or_one_more_or_less_and_hours_follow_the_drift() {
    for (from, to, quality) in cases() {
        for ppm in [-1_000.0, -80.0, 0.0, 0.5, 1_000.0, f32::INFINITY] {
            let mut resampler = DriftResampler::new(from, to, quality);
            resampler.set_drift(ppm);
            let (input, mut output) = (vec![0.0; from.per_tick()], vec![0.0; resampler.max_output()]);
            let mut count = 0;
            for _ in 0..2_000 {
                let got = resampler.process(&input, &mut output);
                assert!(got.abs_diff(to.per_tick()) <= 1, "{from:?} to {to:?}, {ppm} ppm: {got}");
                count += got;
            }
            let expected = (to.per_tick() * 2_000) as f64 * (1.0 + f64::from(ppm.min(1_000.0)) * 1e-6);
            assert!((count as f64 - expected).abs() < 1.5, "{from:?} to {to:?}, {ppm} ppm: {count} of {expected}");
        }
    }
}

#[test]
fn blocks_of_any_length_give_the_same_stream_and_reset_is_new() {
    let (from, to) = (rate(16_000), rate(44_100));
    let input = noise(1_600);
    let mut resampler = DriftResampler::new(from, to, Quality::Voice);
    let mut stream = |lengths: &[usize]| {
        resampler.reset();
        resampler.set_drift(123.0);
        let (mut rest, mut output) = (&input[..], Vec::new());
        for &length in lengths.iter().cycle() {
            let (block, after) = rest.split_at(length.min(rest.len()));
            let mut out = [f32::NAN; 442];
            let count = resampler.process(block, &mut out);
            output.extend_from_slice(&out[..count]);
            rest = after;
            if rest.is_empty() {
                return output;
            }
        }
        output
    };
    assert_eq!(stream(&[160]), stream(&[1, 0, 7, 33, 160, 2]));
}

#[test]
fn hostile_calls_do_no_harm() {
    let mut resampler = DriftResampler::new(rate(8_000), rate(48_000), Quality::Voice);
    resampler.set_drift(f32::NAN);
    assert_eq!(resampler.drift(), 0.0);
    assert_eq!(resampler.process(&[f32::NAN; 5_000], &mut [0.0; 3]), 3);
    assert_eq!(resampler.process(&[f32::INFINITY; 80], &mut []), 0);
    let mut output = [0.0; 1_000];
    // A filter without feedback forgets: two ticks on nothing of it is left.
    let counts = [0; 3].map(|_| resampler.process(&[0.0; 80], &mut output));
    assert_eq!(counts, [480; 3]);
    assert!(level(&output[..480]) < -200.0);
}
