//! How well speech is told from noise, as the area under the curve of hits over false alarms (ROC).

use super::{Vad, VadConfig, clip, noise, run, scaled, share, sum};
use crate::types::{Millis, SampleRate};

const RATE: SampleRate = SampleRate::HZ_8000;

/// 10 ms within 30 dB of the loudest of the clean clip.
fn labels(samples: &[f32]) -> Vec<bool> {
    let powers: Vec<f32> = samples.chunks_exact(80).map(|frame| frame.iter().map(|x| x * x).sum()).collect();
    let loudest = powers.iter().fold(0.0f32, |loudest, &power| loudest.max(power));
    powers.iter().map(|&power| power > loudest * 1e-3).collect()
}

/// Probability that a frame of speech has a higher score than one of a pause.
fn area(labels: &[bool], scores: &[f32]) -> f64 {
    let of = |label: bool| labels.iter().zip(scores).filter(move |(l, _)| **l == label).map(|(_, score)| *score);
    let (mut right, mut all) = (0.0, 0.0);
    for hit in of(true) {
        for miss in of(false) {
            right += f64::from(u8::from(hit > miss)) + 0.5 * f64::from(u8::from(hit == miss));
            all += 1.0;
        }
    }
    right / all
}

fn scored(config: &VadConfig, clean: &[f32], noise: f32) -> f64 {
    let lag = Vad::new(RATE, config).latency() / 80;
    let noisy = sum(clean, &scaled(&super::noise(clean.len()), noise));
    let scores: Vec<f32> = run(RATE, config, &noisy).iter().map(|frame| frame.probability).skip(lag).collect();
    area(&labels(clean)[..scores.len()], &scores)
}

#[test]
fn speech_is_told_from_its_pauses_in_silence_and_in_noise() {
    for name in ["alice", "bob"] {
        // Half a second of silence first, as a call begins.
        let clean = [vec![0.0; 4_000], clip(name)].concat();
        for (noise, network, energy) in [(0.0, 0.95, 0.85), (0.003, 0.93, 0.8), (0.03, 0.85, 0.6)] {
            let areas = [VadConfig::default(), VadConfig::simple()].map(|config| scored(&config, &clean, noise));
            assert!(areas[0] > network && areas[1] > energy, "{name} in noise of {noise}: {areas:?}");
        }
    }
}

#[test]
fn noise_and_silence_alone_are_no_speech() {
    let gust: Vec<f32> =
        noise(80_000).iter().enumerate().map(|(n, x)| x * 0.02 * (1.5 + (n as f32 / 9_000.0).sin())).collect();
    for config in [VadConfig::default(), VadConfig::simple()] {
        assert_eq!(share(&run(RATE, &config, &[0.0; 16_000])), 0.0);
        assert!(run(RATE, &config, &[0.0; 16_000])[8..].iter().all(|frame| frame.probability < 0.2));
        let alone = share(&run(RATE, &config, &scaled(&noise(80_000), 0.03)));
        assert!(alone < 0.03, "{config:?}: {alone}");
        let gusts = share(&run(RATE, &config, &gust));
        assert!(gusts < 0.1, "{config:?}: {gusts}");
    }
}

#[test]
fn the_decision_hangs_over_after_speech_and_follows_the_threshold() {
    let clean = [clip("alice"), vec![0.0; 8_000]].concat();
    let decide = |config: VadConfig| run(RATE, &config, &clean).iter().filter(|frame| frame.speech).count();
    let none = decide(VadConfig::default().hang_over(Millis(0)));
    let short = decide(VadConfig::default());
    let long = decide(VadConfig::default().hang_over(Millis(500)));
    assert!(none < short && short < long, "{none} {short} {long}");
    let strict = run(RATE, &VadConfig::default().hang_over(Millis(0)).threshold(0.9), &clean);
    assert!(strict.iter().all(|frame| frame.speech == (frame.probability >= 0.9)));
    assert_eq!(decide(VadConfig::default().threshold(f32::NAN)), short);
    assert_eq!(decide(VadConfig::default().threshold(0.0)), clean.len() / 80);
}
