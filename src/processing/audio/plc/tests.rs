//! The contract of concealment, on a synthetic vowel: 150 Hz pulses through three formants.
#![expect(clippy::print_stdout, reason = "a test tells what it measured")]

use std::f32::consts::TAU;

use crate::processing::audio::plc::{Concealer, Predictor, find_pitch};
use crate::types::SampleRate;

const RATE: SampleRate = SampleRate::HZ_8000;

/// `count` samples of a vowel whose pitch drifts by 2 % a second, at a peak of about 0.5.
fn vowel(count: usize, hz: f32) -> Vec<f32> {
    let mut signal = vec![0.0f32; count];
    let mut phase = 0.0f32;
    for (n, sample) in signal.iter_mut().enumerate() {
        phase += hz * (1.0 + 0.02 * n as f32 / 8_000.0) / 8_000.0;
        if phase >= 1.0 {
            phase -= 1.0;
            *sample = 1.0;
        }
    }
    for (formant, bandwidth) in [(700.0, 110.0), (1_200.0, 120.0), (2_600.0, 160.0)] {
        let radius = (-std::f32::consts::PI * bandwidth / 8_000.0f32).exp();
        let (a1, a2) = (2.0 * radius * (TAU * formant / 8_000.0f32).cos(), -radius * radius);
        let (mut y1, mut y2) = (0.0, 0.0);
        for sample in &mut signal {
            let y = *sample + a1 * y1 + a2 * y2;
            (y2, y1) = (y1, y);
            *sample = y;
        }
    }
    let peak = signal.iter().fold(0.0f32, |p, s| p.max(s.abs()));
    signal.iter().map(|s| s / peak * 0.5).collect()
}

/// The signal with samples 2000 to 2160 lost and concealed.
fn conceal(signal: &[f32]) -> Vec<f32> {
    let mut concealer = Concealer::new(RATE);
    let mut out = signal.to_vec();
    concealer.open(&signal[..2_000]);
    concealer.fill(&mut out[2_000..2_160]);
    concealer.merge(&mut out[2_160..2_320]);
    assert!(!concealer.active());
    out
}

fn snr(clean: &[f32], other: &[f32]) -> f32 {
    let signal: f32 = clean.iter().map(|s| s * s).sum();
    let noise: f32 = clean.iter().zip(other).map(|(c, o)| (c - o) * (c - o)).sum();
    10.0 * (signal / noise.max(1e-9)).log10()
}

/// Root mean square distance of two log spectra in dB, by a plain DFT with a floor 50 dB down.
fn spectral_distance(a: &[f32], b: &[f32]) -> f32 {
    let power = |x: &[f32], k: usize| {
        let (mut re, mut im) = (0.0f32, 0.0f32);
        for (n, s) in x.iter().enumerate() {
            let window = 0.5 - 0.5 * (TAU * n as f32 / x.len() as f32).cos();
            let (sin, cos) = (TAU * (k * n) as f32 / x.len() as f32).sin_cos();
            (re, im) = (re + window * s * cos, im - window * s * sin);
        }
        re * re + im * im
    };
    let bins = a.len() / 2;
    let floor = (0..bins).map(|k| power(a, k)).fold(0.0f32, f32::max) * 1e-5;
    let distance = |k| 10.0 * ((power(a, k) + floor) / (power(b, k) + floor)).log10();
    ((0..bins).map(|k| distance(k) * distance(k)).sum::<f32>() / bins as f32).sqrt()
}

#[test]
fn a_lost_vowel_is_closer_to_the_truth_than_silence_or_the_last_frame_again() {
    for hz in [95.0, 150.0, 230.0] {
        let clean = vowel(4_000, hz);
        let concealed = conceal(&clean);
        let (mut silent, mut repeated) = (clean.clone(), clean.clone());
        silent[2_000..2_160].fill(0.0);
        repeated.copy_within(1_840..2_000, 2_000);
        let span = 1_950..2_210;
        let of = |x: &[f32]| {
            (snr(&clean[2_000..2_160], &x[2_000..2_160]), spectral_distance(&clean[span.clone()], &x[span.clone()]))
        };
        let (ours, none, again) = (of(&concealed), of(&silent), of(&repeated));
        println!(
            "{hz} Hz: concealed {ours:.1?}, silence {none:.1?}, repetition {again:.1?} (dB SNR, dB spectral distance)"
        );
        assert!(ours.0 > none.0 + 2.0 && ours.1 < none.1, "{hz} Hz");
        assert!(ours.0 > again.0 && ours.1 < again.1, "{hz} Hz");
    }
}

#[test]
fn joins_make_no_step_larger_than_the_signal_has() {
    for hz in [80.0, 150.0, 390.0] {
        let clean = vowel(4_000, hz);
        let step = |x: &[f32]| x.windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0f32, f32::max);
        let concealed = conceal(&clean);
        assert!(step(&concealed[1_990..2_330]) <= 1.15 * step(&clean[1_000..2_000]), "{hz} Hz");
    }
}

#[test]
fn concealment_fades_to_exact_silence_within_100_ms() {
    let mut concealer = Concealer::new(RATE);
    let mut out = vec![0.0; 1_600];
    concealer.open(&vowel(4_000, 150.0));
    for piece in out.chunks_mut(77) {
        concealer.fill(piece);
    }
    let energy = |from: usize| out[from..from + 80].iter().map(|s| s * s).sum::<f32>();
    assert!(energy(0) > energy(320) && energy(320) > 4.0 * energy(640));
    assert!(out[800..].iter().all(|s| *s == 0.0) && concealer.faded());
    let mut received = vec![0.25; 160];
    concealer.merge(&mut received);
    assert!(received[0] < 0.01 && received[80..].iter().all(|s| *s == 0.25));
}

#[test]
fn noise_is_continued_at_its_level_without_a_tone() {
    let mut state = 1u32;
    let noise: Vec<f32> = (0..4_000)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state as i32 as f32 / 2_147_483_648.0 * 0.3
        })
        .collect();
    let out = conceal(&noise);
    let level = |x: &[f32]| 10.0 * (x.iter().map(|s| s * s).sum::<f32>() / x.len() as f32).log10();
    let dip = level(&noise[..2_000]) - level(&out[2_000..2_080]);
    assert!(dip.abs() < 3.0, "{dip:.1} dB");
    let pitch = find_pitch(&out[1_700..2_160], 160, RATE).expect("long enough");
    assert!(pitch.correlation < 0.6, "{pitch:?}");
}

#[test]
fn silence_and_garbage_are_concealed_without_a_sound_out_of_range() {
    for value in [0.0f32, 1.0, -1.0, f32::MAX, f32::NAN, f32::INFINITY] {
        let out = conceal(&vec![value; 4_000]);
        assert!(out[2_000..2_160].iter().all(|s| s.is_nan() || s.abs() <= 1.0), "{value}");
    }
    assert!(conceal(&vec![0.0; 4_000]).iter().all(|s| *s == 0.0));
}

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
    let gain = Predictor::analyse(&tone).gain;
    assert!(gain > 600.0, "{gain}");
    assert!(Predictor::analyse(&vowel(4_000, 150.0)[3_000..3_240]).gain < 200.0);
    assert_eq!(Predictor::analyse(&[0.0; 240]).residual, 0.0);
    assert_eq!(Predictor::analyse(&[]).gain, 1.0);
}
