//! The limiter: transparent below, never over the ceiling, no step in the gain.

use super::{AgcConfig, Limiter, LimiterConfig, RATE, control, noise, talk};
use crate::types::{Decibels, SampleRate};

/// The true peak by 16-fold interpolation with a windowed sinc of 64 taps: no filter of the code under test.
fn true_peak(samples: &[f32]) -> f64 {
    let mut highest = 0.0f64;
    for at in 32..samples.len().saturating_sub(32) {
        // Only near samples that are loud can anything between them be.
        if samples[at].abs() < 0.5 && samples[at + 1].abs() < 0.5 {
            continue;
        }
        for part in 0..16 {
            let offset = f64::from(part) / 16.0;
            let sum: f64 = (0..64)
                .map(|tap| {
                    let x = offset + 31.0 - tap as f64;
                    let sinc =
                        if x == 0.0 { 1.0 } else { (std::f64::consts::PI * x).sin() / (std::f64::consts::PI * x) };
                    let window = 0.5 + 0.5 * (std::f64::consts::PI * x / 32.0).cos();
                    f64::from(samples[at + tap - 31]) * sinc * window
                })
                .sum();
            highest = highest.max(sum.abs());
        }
    }
    highest
}

#[test]
fn below_the_ceiling_audio_passes_bit_by_bit_after_3_5_ms() {
    for rate in [8_000, 11_100, 16_000, 44_100, 48_000] {
        let rate = SampleRate::new(rate).expect("allowed");
        let mut limiter = Limiter::new(rate, &LimiterConfig::default());
        let samples: Vec<f32> = noise(5_000).iter().map(|sample| sample * 0.4).collect();
        let mut out = samples.clone();
        out.chunks_mut(rate.per_tick()).for_each(|frame| limiter.process(frame));
        let lag = limiter.latency();
        assert!(lag > 0 && lag <= rate.hz() as usize * 7 / 2_000);
        assert!(out[..lag].iter().all(|&sample| sample == 0.0));
        assert_eq!(out[lag..], samples[..samples.len() - lag]);
        assert_eq!(limiter.limited(), 0);
    }
}

#[test]
fn no_true_peak_passes_the_ceiling() {
    let ceiling = 10f64.powf(-1.0 / 20.0);
    let clicks: Vec<f32> = (0..16_000).map(|n| if n % 701 < 2 { 4.0 } else { 0.2 * (n as f32 * 0.3).sin() }).collect();
    let edge: Vec<f32> = (0..16_000).map(|n| if n / 37 % 2 == 0 { 3.0 } else { -3.0 }).collect();
    let between: Vec<f32> = (0..16_000)
        .map(|n| (std::f32::consts::FRAC_PI_2 * n as f32 + std::f32::consts::FRAC_PI_4).sin() * 1.3)
        .collect();
    let loud = talk(RATE, 1.0, 20.0);
    // Without what lies at half the rate itself, where BS.1770's filter reads 1 dB too low.
    let noise: Vec<f32> = noise(16_000).windows(2).map(|pair| pair[0] + pair[1]).collect();
    for (what, samples) in [("clicks", clicks), ("edges", edge), ("noise", noise), ("between", between), ("talk", loud)]
    {
        for rate in [8_000, 16_000, 48_000] {
            let rate = SampleRate::new(rate).expect("allowed");
            let mut limiter = Limiter::new(rate, &LimiterConfig::default());
            let mut out: Vec<f32> = samples.iter().map(|sample| sample * 2.0).collect();
            out.chunks_mut(rate.per_tick()).for_each(|frame| limiter.process(frame));
            let peak = true_peak(&out);
            assert!(peak <= ceiling, "{what} at {} Hz: {:.2} dBTP", rate.hz(), 20.0 * peak.log10());
            assert!(limiter.limited() > 0);
        }
    }
}

#[test]
fn the_gain_falls_and_rises_without_a_step() {
    let mut limiter = Limiter::new(RATE, &LimiterConfig::default());
    let mut tone: Vec<f32> = (0..16_000).map(|n| if n == 8_000 { 4.0 } else { 0.3 }).collect();
    tone.chunks_mut(160).for_each(|frame| limiter.process(frame));
    // A quarter of the level: 0.22 within 2 ms, that is 0.009 a sample at most.
    let at = 8_000 + limiter.latency();
    let steps = tone[100..at - 1].windows(2).chain(tone[at + 1..].windows(2)).map(|pair| (pair[1] - pair[0]).abs());
    assert!(steps.fold(0.0f32, f32::max) < 0.012);
}

#[test]
fn what_a_gain_control_lets_out_stays_under_the_ceiling_that_was_set() {
    for config in [AgcConfig::default(), AgcConfig::simple()] {
        let samples = [talk(RATE, 3.0, 0.02), talk(RATE, 3.0, 30.0)].concat();
        let (out, metrics) = control(RATE, &config.ceiling(Decibels(-6.0)), &samples, Some(1.0));
        assert!(true_peak(&out) <= 10f64.powf(-6.0 / 20.0) && metrics.limited > 0, "{metrics:?}");
    }
}
