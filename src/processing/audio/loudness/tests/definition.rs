//! Beside BS.1770-4 as it is written: all blocks kept, gates as sums, in double precision.

use super::RATE;
use crate::processing::audio::loudness::{KWeighting, Meter};

/// Bursts of noise of all levels, 12 s.
fn bursts() -> Vec<f32> {
    let mut seed = 1u32;
    (0..12 * 48_000)
        .map(|n| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let level = [0.3, 0.003, 0.1, 0.0, 0.02, 0.6, 0.01][n / 9_001 % 7];
            level * (seed as f32 / u32::MAX as f32 - 0.5)
        })
        .collect()
}

#[test]
fn integrated_loudness_is_the_one_of_the_definition() {
    let samples = bursts();
    let mut filter = KWeighting::new(RATE);
    let powers: Vec<f64> = samples.chunks(480).map(|step| filter.energy(step) / 480.0).collect();
    let blocks: Vec<f64> =
        (0..=powers.len() - 40).step_by(10).map(|at| powers[at..at + 40].iter().sum::<f64>() / 40.0).collect();
    let loudness = |power: f64| -0.691 + 10.0 * power.log10();
    let mean = |blocks: &[f64]| blocks.iter().sum::<f64>() / blocks.len() as f64;
    let audible: Vec<f64> = blocks.into_iter().filter(|&power| loudness(power) > -70.0).collect();
    let gate = loudness(mean(&audible)) - 10.0;
    let gated: Vec<f64> = audible.into_iter().filter(|&power| loudness(power) > gate).collect();

    let mut meter = Meter::mono(RATE);
    meter.push(&samples);
    let measured = f64::from(meter.integrated().expect("loud enough").0);
    assert!((measured - loudness(mean(&gated))).abs() < 0.05, "{measured}");
}

#[test]
fn pieces_of_any_length_measure_as_the_whole() {
    let samples = bursts();
    let (mut whole, mut pieces) = (Meter::mono(RATE), Meter::mono(RATE));
    whole.push(&samples);
    samples.chunks(777).for_each(|piece| pieces.push(piece));
    assert!((whole.short_term().0 - pieces.short_term().0).abs() < 1e-4);
    let [whole, pieces] = [whole, pieces].map(|meter| meter.integrated().expect("loud enough").0);
    assert!((whole - pieces).abs() < 1e-4);
}

#[test]
fn a_gain_moves_loudness_by_as_much() {
    let samples = bursts();
    let softer: Vec<f32> = samples.iter().map(|sample| sample * 0.1).collect();
    let (mut loud, mut soft) = (Meter::mono(RATE), Meter::mono(RATE));
    loud.push(&samples);
    soft.push(&softer);
    assert!((loud.momentary().0 - soft.momentary().0 - 20.0).abs() < 0.01);
    let [loud, soft] = [loud, soft].map(|meter| meter.integrated().expect("loud enough").0);
    assert!((loud - soft - 20.0).abs() < 0.05, "{loud} {soft}");
}
