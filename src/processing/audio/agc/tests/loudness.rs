//! Speech comes to the target from any level, at any rate.

use super::{Agc, AgcConfig, RATE, control, loudness, talk};
use crate::types::{Decibels, SampleRate};

#[test]
fn after_three_seconds_speech_of_any_level_is_within_1_lu_of_the_target() {
    for hz in [8_000, 16_000, 44_100, 48_000] {
        let rate = SampleRate::new(hz).expect("allowed");
        for level in [0.1, 0.5, 1.0, 3.0] {
            for config in [AgcConfig::default(), AgcConfig::default().compression(false)] {
                let (out, metrics) = control(rate, &config, &talk(rate, 10.0, level), None);
                let loudness = loudness(rate, &out[3 * hz as usize..]);
                assert!((loudness + 23.0).abs() < 1.0, "{hz} Hz, {level}: {loudness}, {metrics:?}");
            }
        }
    }
}

#[test]
fn the_target_and_the_largest_gain_are_those_that_were_set() {
    let config = AgcConfig::default().target(Decibels(-18.0));
    let (out, _) = control(RATE, &config, &talk(RATE, 10.0, 0.5), None);
    let louder = loudness(RATE, &out[48_000..]);
    assert!((louder + 18.0).abs() < 1.0, "{louder}");

    let config = AgcConfig::default().max_gain(Decibels(6.0));
    let (_, metrics) = control(RATE, &config, &talk(RATE, 10.0, 0.01), Some(1.0));
    assert!((metrics.gain.0 - 6.0).abs() < 0.01, "{metrics:?}");
}

#[test]
fn the_simple_one_brings_the_mean_level_of_speech_to_its_target() {
    for level in [0.1, 1.0, 3.0] {
        let (out, _) = control(RATE, &AgcConfig::simple(), &talk(RATE, 10.0, level), None);
        let talking = || out[48_000..].chunks(160).filter(|frame| frame.iter().any(|sample| sample.abs() > 0.005));
        let mean = talking().flatten().map(|sample| sample * sample).sum::<f32>() / (talking().count() * 160) as f32;
        assert!((10.0 * mean.log10() + 23.0).abs() < 2.0, "{level}: {}", 10.0 * mean.log10());
    }
}

#[test]
fn another_talker_who_is_20_db_softer_is_at_the_target_after_5_s() {
    let both = [talk(RATE, 8.0, 2.0), talk(RATE, 12.0, 0.2)].concat();
    let (out, _) = control(RATE, &AgcConfig::default(), &both, None);
    let second = loudness(RATE, &out[13 * 16_000..]);
    assert!((second + 23.0).abs() < 1.5, "{second}");
}

#[test]
fn another_target_is_reached_from_where_the_gain_is_without_a_step() {
    for config in [AgcConfig::default(), AgcConfig::default().compression(false)] {
        let mut agc = Agc::new(RATE, &config);
        let mut samples = talk(RATE, 20.0, 0.5);
        let mut gains = Vec::new();
        for (tick, frame) in samples.chunks_mut(160).enumerate() {
            if tick == 900 {
                agc.set_target(Decibels(-17.0));
            }
            agc.process(frame, None);
            gains.push(agc.metrics().gain.0);
        }
        let steps = gains.windows(2).skip(400).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
        assert!(steps <= 0.081, "{steps} dB in a tick");
        let (before, after) = (loudness(RATE, &samples[48_000..144_000]), loudness(RATE, &samples[208_000..]));
        assert!((before + 23.0).abs() < 1.0 && (after + 17.0).abs() < 1.0, "{before}, {after}");
    }
}
