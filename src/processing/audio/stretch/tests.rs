//! The contract of time stretch.
#![expect(clippy::print_stdout, reason = "a test tells what it measured")]

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

/// Noise of −1 to 1.
fn hiss(count: usize) -> Vec<f32> {
    let mut state = 1u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state as i32 as f32 / 2_147_483_648.0
    };
    (0..count).map(|_| next()).collect()
}

/// Windows of 30 ms, 5 ms apart, that could be cut.
fn cuts(signal: &[f32]) -> usize {
    signal.windows(240).step_by(40).filter(|window| stretchable(window, 240, RATE).is_some()).count()
}

#[test]
fn signalling_in_the_noise_of_a_line_is_left_alone() {
    let noise = hiss(8_000);
    let mut most = 0;
    for low in [697.0, 770.0, 852.0, 941.0] {
        for high in [1_209.0, 1_336.0, 1_477.0, 1_633.0] {
            let wave = |n: usize| (TAU * low * n as f32 / 8_000.0).sin() + (TAU * high * n as f32 / 8_000.0).sin();
            // 26 dB below the pair.
            let signal: Vec<f32> = (0..8_000).map(|n| 0.2 * wave(n) + 0.017 * noise[n]).collect();
            most = most.max(cuts(&signal));
        }
    }
    println!("at most {most} of 195 windows");
    assert!(most <= 2);
}

#[test]
fn fax_and_modem_tones_are_left_alone() {
    // ITU-T T.30 CNG and CED; V.21 channel 2 (300 bit/s) and V.23 (1200 bit/s) with random bits.
    let fsk = |zero: f32, one: f32, bits: f32| -> Vec<f32> {
        let data = hiss(8_000);
        let mut phase = 0.0f32;
        let mut next = |n: usize| {
            let bit = data[(n as f32 * bits / 8_000.0) as usize] > 0.0;
            phase = (phase + TAU * if bit { one } else { zero } / 8_000.0) % TAU;
            0.3 * phase.sin()
        };
        (0..8_000).map(&mut next).collect()
    };
    for (name, signal) in [
        ("CNG", fsk(1_100.0, 1_100.0, 300.0)),
        ("CED", fsk(2_100.0, 2_100.0, 300.0)),
        ("V.21", fsk(1_850.0, 1_650.0, 300.0)),
        ("V.23", fsk(2_100.0, 1_300.0, 1_200.0)),
    ] {
        let cuts = cuts(&signal);
        println!("{name}: {cuts} of 195 windows");
        assert!(cuts <= if name == "V.23" { 4 } else { 0 }, "{name}");
    }
}

#[test]
fn where_a_tone_starts_or_ends_nothing_is_cut() {
    for low in [697.0f32, 852.0, 941.0] {
        let wave = |n: usize| {
            let pair = (TAU * low * n as f32 / 8_000.0).sin() + (TAU * 1_336.0 * n as f32 / 8_000.0).sin();
            if (n / 320).is_multiple_of(2) { 0.2 * pair } else { 0.0 }
        };
        let signal: Vec<f32> = (0..8_000).map(wave).collect();
        let heard = |window: &&[f32]| window.iter().any(|s| *s != 0.0);
        let windows = signal.windows(240).step_by(40).filter(heard);
        let cuts = windows.filter(|window| stretchable(window, 240, RATE).is_some()).count();
        println!("{low} Hz: {cuts}");
        assert_eq!(cuts, 0, "{low} Hz");
    }
}

#[test]
fn a_drifting_voice_is_cut_often_and_without_a_click() {
    // Pulses of 90 to 180 Hz through a formant at 600 Hz.
    let (mut phase, mut y1, mut y2) = (0.0f32, 0.0f32, 0.0f32);
    let mut next = |n: usize| {
        phase += (90.0 + 90.0 * n as f32 / 16_000.0) / 8_000.0;
        let pulse = if phase >= 1.0 { 0.3 } else { 0.0 };
        phase %= 1.0;
        let y = pulse + 1.72 * y1 - 0.92 * y2;
        (y2, y1) = (y1, y);
        y
    };
    let voice: Vec<f32> = (0..16_000).map(&mut next).collect();
    let step = |x: &[f32]| x.windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0f32, f32::max);
    let mut done = 0;
    for start in (0..15_000).step_by(400) {
        let signal = &voice[start..start + 240];
        let Some(period) = stretchable(signal, 240, RATE) else { continue };
        done += 1;
        let (before, after) = (voice[start.saturating_sub(1)], step(signal));
        let mut shorter = signal.to_vec();
        shorten(&mut shorter, period);
        let mut longer = signal.to_vec();
        longer.resize(240 + period, 0.0);
        lengthen(&mut longer, 240, period);
        assert!(step(&shorter[period..]) <= 1.05 * after && step(&longer) <= 1.05 * after, "at {start}");
        assert!((shorter[period] - before).abs() <= 1.05 * after.max(step(&voice[start.saturating_sub(1)..start + 2])));
        assert_eq!((shorter[239], longer[239 + period]), (signal[239], signal[239]), "the rest is untouched");
    }
    println!("{done} of 38 cut");
    assert!(done > 25, "{done}");
}

#[test]
fn short_and_odd_signals_are_refused_without_a_panic() {
    for length in 0..300 {
        let _ = stretchable(&vec![0.5; length], 240, RATE);
        assert_eq!(stretchable(&vec![f32::NAN; length], length, RATE), None);
        let _ = stretchable(&vec![f32::MAX; length], length, RATE);
        let _ = stretchable(&vec![0.0; length], 1, SampleRate::HZ_48000);
    }
    assert_eq!(stretchable(&[0.5; 79], 240, RATE), None);
}
