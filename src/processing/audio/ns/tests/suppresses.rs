//! What must go: noise, at the level asked for, also when it changes.

use super::super::NsLevel;
use super::*;

const LEVELS: [NsLevel; 4] = [NsLevel::Low, NsLevel::Moderate, NsLevel::High, NsLevel::VeryHigh];

#[test]
fn noise_falls_by_the_level_within_a_second() {
    for rate in RATES {
        let noise = white(2.0, rate, 0.02);
        for level in LEVELS {
            let mut suppressor = NoiseSuppressor::new(rate, &NsConfig::new().level(level));
            let out = run(&mut suppressor, rate, &noise);
            let span = samples(1.0, rate)..samples(1.9, rate);
            let fallen = decibels(&out[span.clone()]) - decibels(&noise[span]);
            assert!((fallen - level.attenuation().0).abs() < 3.0, "{rate:?}, {level:?}: {fallen} dB");
        }
    }
}

#[test]
fn the_noise_is_told_at_its_level() {
    for rate in RATES {
        let mut suppressor = NoiseSuppressor::new(rate, &NsConfig::new());
        let mut noise = white(2.0, rate, 0.01);
        noise.chunks_mut(rate.per_tick()).for_each(|frame| suppressor.process(frame));
        let metrics = suppressor.metrics();
        assert!((metrics.noise.0 + 40.0).abs() < 1.5, "{metrics:?}");
        assert!((metrics.suppression.0 - 24.0).abs() < 2.0, "{metrics:?}");
        assert!(metrics.speech < 0.5, "{metrics:?}");
    }
}

#[test]
fn noise_that_grows_by_ten_decibels_is_gone_again_within_three_seconds() {
    let rate = SampleRate::HZ_16000;
    let noise: Vec<f32> = white(6.0, rate, 0.01)
        .iter()
        .enumerate()
        .map(|(n, s)| if n < samples(2.0, rate) { *s } else { 3.16 * s })
        .collect();
    let out = suppressed(rate, &NsConfig::new(), &noise);
    let span = samples(5.0, rate)..;
    let fallen = decibels(&out[span.clone()]) - decibels(&noise[span]);
    assert!(fallen < -20.0, "{fallen} dB");
}

#[test]
fn noise_is_learnt_between_and_under_words_of_a_call_that_begins_with_one() {
    let rate = SampleRate::HZ_16000;
    let noise = white(8.0, rate, 0.01);
    let out = suppressed(rate, &NsConfig::new(), &sum(&voice(8.0, rate, 0.2), &noise));
    for pause in 6..13 {
        let span = samples(0.6 * pause as f32 + 0.4, rate)..samples(0.6 * pause as f32 + 0.55, rate);
        let fallen = decibels(&out[span.clone()]) - decibels(&noise[span]);
        assert!(fallen < -15.0, "pause {pause}: {fallen} dB");
    }
}

#[test]
fn hum_of_the_mains_is_noise() {
    let rate = SampleRate::HZ_8000;
    let mut hum = white(6.0, rate, 0.001);
    for harmonic in 1..12 {
        hum = sum(&hum, &tone(6.0, rate, &[50.0 * harmonic as f32], 0.05 / harmonic as f32));
    }
    let out = suppressed(rate, &NsConfig::new(), &hum);
    let span = samples(4.0, rate)..;
    let fallen = decibels(&out[span.clone()]) - decibels(&hum[span]);
    assert!(fallen < -12.0, "{fallen} dB");
}
