//! What does not change the answer: level, sample rate, a constant offset, what was heard before a reset.

use super::{Vad, VadConfig, clip, noise, run, scaled, sum};
use crate::processing::format::resample;
use crate::types::SampleRate;

const RATE: SampleRate = SampleRate::HZ_8000;

/// Mean difference of probabilities.
fn apart(a: &[super::VadFrame], b: &[super::VadFrame]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a.probability - b.probability).abs()).sum::<f32>() / a.len() as f32
}

fn speech() -> Vec<f32> {
    let clean = clip("alice");
    sum(&clean, &scaled(&noise(clean.len()), 0.004))
}

#[test]
fn a_gain_changes_hardly_anything_down_to_34_db_below() {
    for config in [VadConfig::default(), VadConfig::simple()] {
        let loud = run(RATE, &config, &speech());
        for (gain, most) in [(0.5, 0.02), (0.1, 0.03), (0.02, 0.06)] {
            // Under −75 dBFS nothing is speech to the energy detector.
            if config == VadConfig::simple() && gain < 0.1 {
                continue;
            }
            let soft = run(RATE, &config, &scaled(&speech(), gain));
            assert!(apart(&loud, &soft) < most, "{config:?}, {gain}: {}", apart(&loud, &soft));
        }
    }
}

#[test]
fn a_constant_offset_changes_nothing() {
    let plain = run(RATE, &VadConfig::default(), &speech());
    let offset: Vec<f32> = speech().iter().map(|sample| sample + 0.1).collect();
    let shifted = run(RATE, &VadConfig::default(), &offset);
    assert!(apart(&plain[10..], &shifted[10..]) < 0.02, "{}", apart(&plain[10..], &shifted[10..]));
}

#[test]
fn a_reset_detector_answers_as_a_new_one() {
    for config in [VadConfig::default(), VadConfig::simple()] {
        let mut vad = Vad::new(RATE, &config);
        let mut answers = || {
            let answers: Vec<_> = speech().chunks_exact(80).map(|frame| vad.process(frame)).collect();
            vad.reset();
            answers
        };
        assert_eq!(answers(), answers());
    }
}

#[test]
fn the_same_telephone_audio_at_another_rate_is_judged_alike() {
    let plain = run(RATE, &VadConfig::default(), &speech());
    for hz in [11_000, 16_000, 32_000, 44_100, 48_000] {
        let rate = SampleRate::new(hz).expect("allowed");
        let converted = resample(&speech(), RATE, rate);
        let other = run(rate, &VadConfig::default(), &converted);
        let alike = plain.iter().zip(&other).filter(|(a, b)| a.speech == b.speech).count() as f32 / plain.len() as f32;
        assert!(alike > 0.95, "{hz}: {alike}");
    }
}
