//! Dither: the moments of its error, its sequence, its conduct at full scale.

use super::super::Dither;
use super::{analyse, rate};
use crate::sample;

/// One step of 16 bits.
const STEP: f32 = 1.0 / 32_768.0;

/// Mean, power and correlation with the next of the rounding error in steps, for a constant input.
fn moments(level: f32, seed: u64) -> (f64, f64, f64) {
    let mut words = vec![0; 1 << 18];
    Dither::new(seed).to_i16(&vec![level * STEP; 1 << 18], &mut words);
    let errors: Vec<f64> = words.iter().map(|&word| f64::from(word) - f64::from(level)).collect();
    let mean = |values: &mut dyn Iterator<Item = f64>| values.sum::<f64>() / errors.len() as f64;
    let pairs = &mut errors.windows(2).map(|pair| pair[0] * pair[1]);
    (mean(&mut errors.iter().copied()), mean(&mut errors.iter().map(|e| e * e)), mean(pairs))
}

#[test]
fn neither_mean_nor_power_of_the_error_depends_on_the_signal() {
    for (seed, level) in [0.0, 0.1, 0.25, 0.5, 0.77, 1.0, -0.3, 1_234.4, -20_000.5].into_iter().enumerate() {
        let (mean, power, next) = moments(level, seed as u64);
        // Three times the 1/12 of plain rounding; the bounds are five standard deviations of 2^18 draws.
        assert!(
            mean.abs() < 0.005 && (power - 0.25).abs() < 0.003 && next.abs() < 0.003,
            "{level}: {mean} {power} {next}"
        );
    }
}

#[test]
fn a_tone_below_one_step_survives_without_harmonics() {
    let rate = rate(48_000);
    let amplitude = 0.4 * STEP;
    let sine = |n: usize| amplitude * (std::f64::consts::TAU * n as f64 / 48.0).sin() as f32;
    let tone: Vec<f32> = (0..480_000).map(sine).collect();
    let (mut plain, mut words) = (vec![0; tone.len()], vec![0; tone.len()]);
    sample::to_i16(&tone, &mut plain);
    assert!(plain.iter().all(|&word| word == 0), "without dither it is gone");
    Dither::new(3).to_i16(&tone, &mut words);
    let mut heard = vec![0.0; tone.len()];
    sample::from_i16(&words, &mut heard);
    // Levels are relative to amplitude 0.5.
    let expected = 20.0 * f64::from(amplitude / 0.5).log10();
    assert!((analyse(&heard, 1_000.0, rate).0 - expected).abs() < 0.1);
    for harmonic in [2_000.0, 3_000.0, 5_000.0, 7_000.0] {
        assert!(analyse(&heard, harmonic, rate).0 < expected - 35.0, "{harmonic} Hz");
    }
}

#[test]
fn a_seed_names_one_sequence_whatever_the_blocks() {
    let samples = super::noise(1_000);
    let (mut whole, mut parts, mut other) = ([0; 1_000], [0; 1_000], [0; 1_000]);
    Dither::new(42).to_i16(&samples, &mut whole);
    let mut dither = Dither::new(42);
    let mut at = 0;
    for length in [1, 7, 0, 160, 333, 499] {
        dither.to_i16(&samples[at..at + length], &mut parts[at..]);
        at += length;
    }
    assert_eq!(whole, parts);
    Dither::new(43).to_i16(&samples, &mut other);
    assert_ne!(whole, other);
    // The same on every machine: a change of the sequence changes what hosts may have stored.
    let mut first = [0; 8];
    Dither::new(0).to_i16(&[0.5 * STEP; 8], &mut first);
    assert_eq!(first, [0, 0, 1, 1, 1, 0, 0, 1]);
}

#[test]
fn full_scale_clips_and_odd_numbers_do_no_harm() {
    let samples = [1.0, 7.0, f32::INFINITY, -1.001, -7.0, f32::NEG_INFINITY, f32::NAN];
    let mut words = [0i16; 7];
    let mut dither = Dither::new(1);
    for _ in 0..100 {
        dither.to_i16(&samples, &mut words);
        assert!(words[..3].iter().all(|&word| word >= 32_766) && words[1..3] == [i16::MAX; 2], "{words:?}");
        assert!(words[3..6] == [i16::MIN; 3] && words[6].abs() <= 1, "{words:?}");
        let mut long = [0i32; 7];
        dither.to_i24(&samples, &mut long);
        assert!(long[1..6] == [8_388_607, 8_388_607, -8_388_608, -8_388_608, -8_388_608] && long[6].abs() <= 1);
    }
}

#[test]
fn dither_to_24_bits_is_one_step_of_24_bits() {
    let level = 0.3 / 8_388_608.0;
    let mut words = vec![0; 1 << 16];
    Dither::new(9).to_i24(&vec![level; 1 << 16], &mut words);
    let mean = words.iter().map(|&word| f64::from(word)).sum::<f64>() / f64::from(1 << 16);
    assert!((mean - 0.3).abs() < 0.01 && words.iter().all(|word| (-1..=1).contains(word)));
}
