//! Ramps and tones: level, cadence, continuity over hours.

use super::sine::Phase;
use super::*;
use crate::types::{Decibels, Millis, SampleRate};

const RATE: SampleRate = SampleRate::HZ_8000;

fn rms_dbfs(samples: &[f32]) -> f64 {
    let mean = samples.iter().map(|&s| f64::from(s).powi(2)).sum::<f64>() / samples.len() as f64;
    10.0 * (2.0 * mean).log10()
}

#[test]
fn a_ramp_is_a_straight_line_that_ends_exactly_on_its_target() {
    let mut ramp = Ramp::new(1.0);
    ramp.set(0.0, 100);
    let mut samples = [1.0; 150];
    let (first, second) = samples.split_at_mut(33);
    ramp.apply(first);
    assert!(!ramp.is_silent());
    ramp.apply(second);
    assert!(ramp.is_silent());
    for (i, sample) in samples.iter().enumerate() {
        let expected = (1.0 - (i + 1) as f32 / 100.0).max(0.0);
        assert!((sample - expected).abs() < 1e-6, "{i}");
    }
    assert!(samples[99..].iter().all(|&s| s.to_bits() == 0));
}

#[test]
fn a_ramp_at_unity_touches_nothing_and_one_at_zero_silences_anything() {
    let odd = [f32::NAN, -0.0, 1e-40, f32::INFINITY];
    let mut samples = odd;
    Ramp::default().apply(&mut samples);
    assert_eq!(samples.map(f32::to_bits), odd.map(f32::to_bits));
    Ramp::new(0.0).apply(&mut samples);
    assert_eq!(samples.map(f32::to_bits), [0; 4]);
}

#[test]
fn a_ramp_set_while_it_moves_goes_on_from_where_it_is() {
    let mut ramp = Ramp::new(0.0);
    ramp.set(1.0, 10);
    ramp.apply(&mut [0.0; 5]);
    assert!((ramp.gain() - 0.5).abs() < 1e-6);
    ramp.set(0.25, 5);
    ramp.skip(5);
    assert_eq!(ramp.gain(), 0.25);
    ramp.set(2.0, 0);
    assert_eq!(ramp, Ramp::new(2.0));
    ramp.set(f32::NAN, 10);
    ramp.skip(10);
    assert!(ramp.is_silent());
}

#[test]
fn the_sine_is_within_a_millionth() {
    for i in 0..100_000u64 {
        let turn = i as f64 / 100_000.0;
        let phase = Phase((turn * 18_446_744_073_709_551_616.0) as u64);
        let error = f64::from(phase.sine()) - (turn * std::f64::consts::TAU).sin();
        assert!(error.abs() < 1e-6, "{turn}: {error}");
    }
}

#[test]
fn a_tone_has_its_level_and_no_drift_after_a_day() {
    let day = 86_400u64 * 8_000;
    let step = Phase::per_sample(425.0, 8_000);
    let later = Phase(step.0.wrapping_mul(day));
    // 425 Hz runs a whole number of turns in a day.
    let off = later.0.min(later.0.wrapping_neg()) as f64 / 18_446_744_073_709_551_616.0;
    assert!(off < 1e-9, "{off} of a turn");

    let mut tone = Tone::new(&ToneSpec::TEST_1_KHZ, RATE);
    let mut samples = vec![0.0; 8_000];
    for _ in 0..20 {
        assert!(tone.fill(&mut samples));
    }
    assert!((rms_dbfs(&samples) + 13.0).abs() < 0.01, "{}", rms_dbfs(&samples));
}

#[test]
fn a_cadence_is_kept_to_the_sample_in_blocks_of_any_length() {
    let spec = ToneSpec::BUSY_EUROPE;
    let mut whole = vec![0.0; 24_000];
    Tone::new(&spec, RATE).fill(&mut whole);
    let mut pieces = vec![0.0; 24_000];
    let mut tone = Tone::new(&spec, RATE);
    for piece in pieces.chunks_mut(77) {
        tone.fill(piece);
    }
    assert_eq!(whole, pieces);
    for second in whole.chunks(8_000) {
        assert!((rms_dbfs(&second[100..3_900]) + 13.0).abs() < 0.1);
        assert!(second[4_000..].iter().all(|&s| s == 0.0));
    }
    let mut tone = Tone::new(&spec, RATE);
    let audible: Vec<bool> = (0..100).map(|_| tone.fill(&mut [0.0; 80])).collect();
    assert!(audible.iter().enumerate().all(|(tick, &on)| on == (tick < 50)));
}

#[test]
fn bursts_begin_and_end_without_a_click() {
    let spec = ToneSpec::new().partial(425.0, Decibels(0.0)).cadence(Cadence::of(&[
        (Millis(50), Millis(50)),
        (Millis(3), Millis(20)),
        (Millis(20), Millis(0)),
    ]));
    let mut samples = vec![0.0; 16_000];
    Tone::new(&spec, RATE).fill(&mut samples);
    // A sine of 425 Hz moves by 0.33 a sample at most, an edge of 40 samples by 0.025.
    let jump = samples.windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0, f32::max);
    assert!(jump < 0.36, "{jump}");
    let second_differences = samples.windows(3).map(|w| (w[2] - 2.0 * w[1] + w[0]).abs()).fold(0.0, f32::max);
    assert!(second_differences < 0.16, "{second_differences}");
}

#[test]
fn odd_specs_play_silence_or_what_is_left_of_them() {
    let spec = ToneSpec::new().partial(5_000.0, Decibels(0.0)).partial(f32::NAN, Decibels(0.0));
    let mut samples = [1.0; 80];
    assert!(!Tone::new(&spec, RATE).fill(&mut samples));
    assert_eq!(samples, [0.0; 80]);
    assert_eq!(Cadence::of(&[(Millis(0), Millis(0))]), Cadence::CONTINUOUS);
    let endless = ToneSpec::TEST_1_KHZ.cadence(Cadence::of(&[(Millis(u32::MAX), Millis(u32::MAX))]));
    assert!(Tone::new(&endless, SampleRate::HZ_48000).fill(&mut samples));
    Tone::new(&endless, RATE).fill(&mut []);
}
