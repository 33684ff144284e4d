//! The contract of time stretch.

use std::f32::consts::TAU;

use crate::processing::audio::stretch::{lengthen, shorten, stretchable};
use crate::types::SampleRate;

const RATE: SampleRate = SampleRate::HZ_8000;

/// A buzz of 160 Hz, 50 samples a period: ten harmonics, so no tone.
fn buzz(count: usize) -> Vec<f32> {
    let wave =
        |n: usize| (1..=20).map(|h| (TAU * h as f32 * (n as f32 / 50.0 + 0.07 * h as f32)).sin()).sum::<f32>() * 0.02;
    (0..count).map(wave).collect()
}

#[test]
fn one_period_of_a_periodic_signal_goes_out_and_in_without_a_trace() {
    let signal = buzz(240);
    let period = stretchable(&signal, 240, RATE).expect("periodic");
    assert_eq!(period, 50);
    let mut shorter = signal.clone();
    shorten(&mut shorter, period);
    assert!(shorter[period..].iter().zip(&signal).all(|(a, b)| (a - b).abs() < 1e-4));
    let mut longer = signal.clone();
    longer.resize(240 + period, 9.0);
    lengthen(&mut longer, 240, period);
    let whole = buzz(240 + period);
    assert!(longer.iter().zip(&whole).all(|(a, b)| (a - b).abs() < 1e-4));
}

#[test]
fn quiet_signals_are_cut_anywhere_and_noise_nowhere() {
    let mut state = 1u32;
    let mut noise = |level: f32| -> Vec<f32> {
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state as i32 as f32 / 2_147_483_648.0 * level
        };
        (0..240).map(|_| next()).collect()
    };
    assert_eq!(stretchable(&noise(0.001), 240, RATE), Some(80));
    assert_eq!(stretchable(&noise(0.001), 33, RATE), Some(33), "no more than wanted");
    assert_eq!(stretchable(&noise(0.3), 240, RATE), None);
    assert_eq!(stretchable(&[0.0; 240], 240, RATE), Some(80));
}

#[test]
fn tones_are_left_alone() {
    for (low, high) in [(697.0, 1_209.0), (941.0, 1_633.0), (440.0, 440.0), (1_004.0, 1_004.0), (350.0, 440.0)] {
        let wave = |n: usize| ((TAU * low * n as f32 / 8_000.0).sin() + (TAU * high * n as f32 / 8_000.0).sin()) * 0.2;
        let signal: Vec<f32> = (0..240).map(wave).collect();
        assert_eq!(stretchable(&signal, 240, RATE), None, "{low} and {high} Hz");
    }
}

#[test]
fn short_and_odd_signals_are_refused_without_a_panic() {
    for length in 0..300 {
        let _ = stretchable(&vec![0.5; length], 240, RATE);
        let _ = stretchable(&vec![f32::NAN; length], length, RATE);
        let _ = stretchable(&vec![0.0; length], 1, SampleRate::HZ_48000);
    }
    assert_eq!(stretchable(&[0.5; 79], 240, RATE), None);
}
