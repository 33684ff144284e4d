//! Pitch and prediction, which concealment and time stretch share.

use std::f32::consts::TAU;

use super::{noise, vowel};
use crate::processing::audio::plc::{MAX_ORDER, Predictor, find_pitch};
use crate::types::SampleRate;

#[test]
fn pitch_is_found_at_every_rate() {
    for rate in
        [SampleRate::HZ_8000, SampleRate::HZ_16000, SampleRate::HZ_48000, SampleRate::new(44_100).expect("allowed")]
    {
        for hz in [80.0f32, 123.0, 200.0, 350.0] {
            let f = rate.hz() as f32;
            let wave = |n: usize| (1..6).map(|h| (TAU * hz * h as f32 * n as f32 / f).sin() / h as f32).sum::<f32>();
            let signal: Vec<f32> = (0..rate.hz() as usize / 20).map(wave).collect();
            let pitch = find_pitch(&signal, rate.hz() as usize / 50, rate).expect("50 ms are enough");
            let cycles = pitch.period as f32 * hz / f;
            assert!((cycles - cycles.round()).abs() < 0.03 && cycles > 0.9, "{hz} Hz at {}: {pitch:?}", rate.hz());
            assert!(pitch.correlation > 0.95, "{pitch:?}");
        }
    }
}

#[test]
fn prediction_gain_tells_tones_from_speech_and_noise() {
    let tone: Vec<f32> = (0..240).map(|n| (TAU * 0.11 * n as f32).sin() + (TAU * 0.17 * n as f32).sin()).collect();
    let gain = Predictor::analyse(&tone, 8).gain;
    assert!(gain > 600.0, "{gain}");
    assert!(Predictor::analyse(&vowel(4_000, 150.0)[3_000..3_240], 8).gain < 200.0);
    assert_eq!(Predictor::analyse(&[0.0; 240], 8), Predictor::flat());
    assert_eq!(Predictor::analyse(&[], 8), Predictor::flat());
    assert_eq!(Predictor::analyse(&[f32::NAN; 240], 8), Predictor::flat());
}

#[test]
fn the_residual_through_the_filter_is_the_signal_again() {
    for signal in [vowel(400, 150.0), noise(400, 0.3)] {
        let predictor = Predictor::analyse(&signal, 10);
        let mut copy = signal.clone();
        predictor.whiten(&mut copy, 0);
        let power = |x: &[f32]| x[MAX_ORDER..].iter().map(|s| s * s).sum::<f32>();
        assert!(power(&copy) < power(&signal));
        predictor.synthesise(&mut copy);
        assert!(copy.iter().zip(&signal).all(|(a, b)| (a - b).abs() < 1e-4));
    }
}
