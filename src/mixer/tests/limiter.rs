//! What a limiter promises.

use super::random::Random;
use crate::mixer::Limiter;

fn sine(hz: f32, level: f32, from: usize) -> Vec<f32> {
    (from..from + 80).map(|n| level * (std::f32::consts::TAU * hz * n as f32 / 8_000.0).sin()).collect()
}

#[test]
fn what_stays_within_full_scale_passes_bit_for_bit() {
    let mut limiter = Limiter::new();
    let mut random = Random(3);
    for _ in 0..100 {
        let frame = random.frame(80, 1.0);
        let mut out = frame.clone();
        limiter.process(&mut out, &mut []);
        assert_eq!(out, frame);
        assert!(limiter.is_resting());
    }
}

#[test]
fn nothing_passes_full_scale_and_stereo_keeps_its_picture() {
    let mut limiter = Limiter::new();
    let mut random = Random(4);
    for n in 0..500usize {
        let level = [0.1, 3.0, 40.0, 1.01][n / 7 % 4];
        let mut left = random.frame(80, level);
        let mut right: Vec<f32> = left.iter().map(|x| x * 0.5).collect();
        limiter.process(&mut left, &mut right);
        assert!(left.iter().chain(&right).all(|x| x.abs() <= 1.0));
        let turned = left.iter().zip(&right).filter(|(l, r)| l.abs() < 0.999 && (*l * 0.5 - *r).abs() > 1e-5).count();
        assert_eq!(turned, 0);
    }
}

#[test]
fn a_tone_6_db_too_loud_is_as_pure_afterwards_and_the_gain_comes_back() {
    let mut limiter = Limiter::new();
    let mut heard = Vec::new();
    for tick in 0..200 {
        let mut frame = sine(400.0, 2.0, tick * 80);
        limiter.process(&mut frame, &mut []);
        heard.extend(frame);
    }
    let steady = &heard[800..];
    let (mut re, mut im, mut energy) = (0.0f64, 0.0f64, 0.0f64);
    for (n, &x) in steady.iter().enumerate() {
        let phase = std::f64::consts::TAU * 400.0 * n as f64 / 8_000.0;
        re += f64::from(x) * phase.sin() * 2.0 / steady.len() as f64;
        im += f64::from(x) * phase.cos() * 2.0 / steady.len() as f64;
        energy += f64::from(x).powi(2) / steady.len() as f64;
    }
    let tone = (re * re + im * im) / 2.0;
    let distortion = 10.0 * ((energy - tone).max(1e-12) / tone).log10();
    assert!(distortion < -60.0, "{distortion:.1} dB");
    assert!(10.0 * (tone * 2.0).log10() > -0.1, "as loud as full scale allows");
    let mut ticks = 0;
    while !limiter.is_resting() {
        limiter.process(&mut sine(400.0, 0.1, 0), &mut []);
        ticks += 1;
        assert!(ticks < 200, "the gain is back within two seconds");
    }
}
