//! Effects against their definitions, and against garbage.

use assert_no_alloc::assert_no_alloc;
use proptest::prelude::*;

use super::*;
use crate::types::{Decibels, Millis, SampleRate};

const RATE: SampleRate = SampleRate::HZ_16000;

fn sine(hz: f32, amplitude: f32, count: usize) -> Vec<f32> {
    (0..count).map(|n| amplitude * (std::f32::consts::TAU * hz * n as f32 / 16_000.0).sin()).collect()
}

/// Level of a sine after `process`, against before, in decibels: over the second half, when it has settled.
fn response(hz: f32, mut process: impl FnMut(&mut [f32])) -> f32 {
    let mut samples = sine(hz, 0.1, 16_000);
    samples.chunks_mut(160).for_each(&mut process);
    let mean = samples[8_000..].iter().map(|sample| sample * sample).sum::<f32>() / 8_000.0;
    10.0 * (mean / 0.005).log10()
}

#[test]
fn the_high_pass_has_its_corner_where_it_says_and_24_db_an_octave_below() {
    let level = |hz| {
        let mut filter = HighPass::new(RATE, &HighPassConfig::default());
        response(hz, |frame| filter.process(frame))
    };
    assert!((level(100.0) + 3.0).abs() < 0.1, "{}", level(100.0));
    assert!((level(50.0) + 24.1).abs() < 0.3, "{}", level(50.0));
    assert!(level(300.0).abs() < 0.05 && level(3_000.0).abs() < 0.01);
}

#[test]
fn bands_of_the_equaliser_do_what_they_say_and_nothing_far_off() {
    let config = EqualizerConfig::new()
        .band(Band::new(Shape::Peak(Decibels(9.0)), 1_000.0).quality(2.0))
        .band(Band::new(Shape::HighShelf(Decibels(-6.0)), 4_000.0))
        .band(Band::new(Shape::Notch, 425.0).quality(10.0))
        .band(Band::new(Shape::LowPass, 9_000.0));
    let level = |hz| {
        let mut equalizer = Equalizer::new(RATE, &config);
        response(hz, |frame| equalizer.process(frame))
    };
    assert!((level(1_000.0) - 9.0).abs() < 0.2, "{}", level(1_000.0));
    assert!((level(7_000.0) + 6.0).abs() < 0.3, "{}", level(7_000.0));
    assert!(level(425.0) < -30.0, "{}", level(425.0));
    assert!(level(100.0).abs() < 0.1);
}

#[test]
fn the_compressor_lets_a_part_of_what_is_above_the_threshold_through() {
    let config = CompressorConfig::default().threshold(Decibels(-33.0)).ratio(4.0).makeup(Decibels(3.0));
    let mut compressor = Compressor::new(RATE, &config);
    // A sine of 0.1 has a mean of −23 dBFS: 10 dB above, of which 2.5 stay; 3 come on top.
    let level = response(1_000.0, |frame| compressor.process(frame));
    assert!((level + 4.5).abs() < 0.2, "{level}");
    assert!((compressor.reduction().0 + 7.5).abs() < 0.2);
    let mut quiet = Compressor::new(RATE, &config.threshold(Decibels(-20.0)).makeup(Decibels(0.0)));
    assert!(response(1_000.0, |frame| quiet.process(frame)).abs() < 0.01);
}

#[test]
fn frames_of_any_length_sound_as_the_whole_and_a_reset_effect_is_as_new() {
    let samples: Vec<f32> = sine(300.0, 0.5, 4_000).iter().zip(sine(2_500.0, 0.3, 4_000)).map(|(a, b)| a + b).collect();
    let mut high_pass = HighPass::new(RATE, &HighPassConfig::default());
    let mut compressor = Compressor::new(RATE, &CompressorConfig::default().attack(Millis(1)));
    let mut run = |length: usize| {
        high_pass.reset();
        compressor.reset();
        let mut samples = samples.clone();
        for frame in samples.chunks_mut(length) {
            high_pass.process(frame);
            compressor.process(frame);
        }
        samples
    };
    let whole = run(4_000);
    assert_eq!(whole, run(160));
    assert_eq!(whole, run(7));
}

#[test]
fn bands_that_cannot_be_are_left_out() {
    let config = EqualizerConfig::new()
        .band(Band::new(Shape::Peak(Decibels(f32::NAN)), 1_000.0))
        .band(Band::new(Shape::LowPass, 8_000.0))
        .band(Band::new(Shape::LowPass, f32::NAN))
        .band(Band::new(Shape::Notch, -5.0));
    let mut equalizer = Equalizer::new(RATE, &config);
    assert!(response(500.0, |frame| equalizer.process(frame)).abs() < 0.01);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn anything_comes_out_finite_and_silence_comes_back(
        samples in prop::collection::vec(any::<f32>(), 1..500),
        hz in any::<f32>(),
        quality in any::<f32>(),
        gain in any::<f32>(),
    ) {
        let shapes = [Shape::Peak(Decibels(gain)), Shape::LowShelf(Decibels(gain)), Shape::HighShelf(Decibels(gain)),
            Shape::HighPass, Shape::LowPass, Shape::Notch];
        let bands = shapes.into_iter().fold(EqualizerConfig::new(), |config, shape| {
            config.band(Band::new(shape, hz).quality(quality))
        });
        let mut equalizer = Equalizer::new(RATE, &bands);
        let mut high_pass = HighPass::new(RATE, &HighPassConfig::default().corner_hz(hz));
        let config = CompressorConfig::default().threshold(Decibels(gain)).ratio(quality).makeup(Decibels(hz));
        let mut compressor = Compressor::new(RATE, &config);
        let mut samples = samples;
        let mut silence = vec![0.0; 16_000];
        assert_no_alloc(|| {
            for frame in samples.chunks_mut(160).chain(silence.chunks_mut(160)) {
                high_pass.process(frame);
                equalizer.process(frame);
                compressor.process(frame);
            }
        });
        prop_assert!(samples.iter().all(|sample| sample.is_finite()));
        prop_assert!(silence[15_000..].iter().all(|sample| sample.abs() < 1.0));
    }
}
