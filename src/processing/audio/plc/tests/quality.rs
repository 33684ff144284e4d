//! How close to the truth concealment comes, and that it beats the simple ways.
#![expect(clippy::print_stdout, reason = "a test tells what it measured")]

use std::f32::consts::TAU;

use super::{PACKET, RATE, conceal, level, noise, receive, vowel};
use crate::processing::audio::plc::find_pitch;

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
        let concealed = conceal(&clean, PACKET);
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

/// Six seconds of syllables of three voices with consonants of noise, in a quiet room.
fn talk() -> Vec<f32> {
    let mut signal = noise(48_000, 0.002);
    let hiss = noise(48_000, 0.1);
    for syllable in 0..20 {
        let start = syllable * 2_400;
        let voiced = vowel(1_500, [110.0, 170.0, 220.0][syllable % 3] * (1.0 + 0.03 * (syllable % 5) as f32));
        for n in 0..1_500 {
            let rise = (n as f32 / 300.0).min((1_500 - n) as f32 / 500.0).min(1.0);
            signal[start + n] += rise * voiced[n];
        }
        for n in 1_500..2_000 {
            let rise = ((n - 1_500) as f32 / 100.0).min((2_000 - n) as f32 / 200.0).min(1.0);
            signal[start + n] += rise * hiss[start + n];
        }
    }
    signal
}

#[test]
fn a_talk_with_bursts_of_loss_is_nearer_the_truth_than_with_fading_repetition() {
    let clean = talk();
    let mut state = 7u32;
    let mut lost = false;
    let lost: Vec<bool> = (0..300)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let chance = state as f32 / 4_294_967_296.0;
            lost = chance < if lost { 0.5 } else { 0.1 };
            lost
        })
        .collect();
    let ours = receive(&clean, |packet| lost[packet]);
    let mut repeated = clean.clone();
    let mut gain = 1.0f32;
    for (packet, lost) in lost.iter().enumerate().skip(1) {
        if *lost {
            let (before, now) = repeated.split_at_mut(packet * PACKET);
            for (to, from) in now[..PACKET].iter_mut().zip(&before[before.len() - PACKET..]) {
                *to = gain * from;
            }
            gain = 0.5;
        } else {
            gain = 1.0;
        }
    }
    let score = |x: &[f32]| {
        let holes: Vec<usize> =
            (1..299).filter(|p| lost[*p] && level(&clean[p * PACKET..][..PACKET]) > -40.0).collect();
        let sum = holes.iter().fold((0.0, 0.0), |sum, packet| {
            let span = packet * PACKET..(packet + 1) * PACKET;
            let (a, b) = (&clean[span.clone()], &x[span]);
            (sum.0 + snr(a, b).clamp(-10.0, 30.0), sum.1 + spectral_distance(a, b))
        });
        (sum.0 / holes.len() as f32, sum.1 / holes.len() as f32)
    };
    let (ours, repeated) = (score(&ours), score(&repeated));
    println!("concealed {ours:.2?}, repeated {repeated:.2?} (dB segmental SNR, dB spectral distance)");
    assert!(ours.0 > repeated.0 + 2.0 && ours.1 < repeated.1 - 0.5);
}

#[test]
fn a_steady_tone_goes_on_in_phase() {
    for (low, high) in [(1_000.0, 1_000.0), (697.0, 1_209.0), (350.0, 440.0)] {
        let wave = |n: usize| ((TAU * low * n as f32 / 8_000.0).sin() + (TAU * high * n as f32 / 8_000.0).sin()) * 0.2;
        let clean: Vec<f32> = (0..4_000).map(wave).collect();
        let out = conceal(&clean, PACKET);
        let near = snr(&clean[2_000..2_080], &out[2_000..2_080]);
        println!("{low} and {high} Hz: {near:.1} dB");
        assert!(near > 10.0, "{low} and {high} Hz: {near:.1} dB");
    }
}

#[test]
fn noise_is_continued_at_its_level_without_a_tone() {
    let noise = noise(4_000, 0.3);
    let out = conceal(&noise, PACKET);
    let dip = level(&noise[..2_000]) - level(&out[2_000..2_080]);
    assert!(dip.abs() < 3.0, "{dip:.1} dB");
    let pitch = find_pitch(&out[1_700..2_160], 160, RATE).expect("long enough");
    assert!(pitch.correlation < 0.6, "{pitch:?}");
}
