//! Whatever comes, what goes out is finite and bounded; nothing is allocated; a reset control is as new.

use assert_no_alloc::assert_no_alloc;
use proptest::prelude::*;

use super::{Agc, AgcConfig, RATE, noise, talk};
use crate::types::{Decibels, Millis, SampleRate};

fn configs() -> [AgcConfig; 3] {
    [AgcConfig::default(), AgcConfig::default().compression(false), AgcConfig::simple()]
}

#[test]
fn silence_stays_silence_also_after_sound() {
    for config in configs() {
        let mut agc = Agc::new(RATE, &config);
        let mut samples = [vec![0.0; 1_600], talk(RATE, 2.0, 1.0), vec![0.0; 32_000]].concat();
        samples.chunks_mut(160).for_each(|frame| agc.process(frame, Some(1.0)));
        assert!(samples[..1_600].iter().chain(&samples[50_000..]).all(|&sample| sample == 0.0));
    }
}

#[test]
fn a_reset_control_does_as_a_new_one() {
    for config in configs() {
        let speech = [talk(RATE, 2.0, 0.3), noise(8_000)].concat();
        let mut agc = Agc::new(RATE, &config);
        let mut run = || {
            let mut samples = speech.clone();
            samples.chunks_mut(160).for_each(|frame| agc.process(frame, None));
            let metrics = agc.metrics();
            agc.reset();
            (samples, metrics)
        };
        assert_eq!(run(), run());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn anything_at_any_rate_comes_out_below_full_scale(
        samples in prop::collection::vec(any::<f32>(), 1..2_000),
        rate in 80u32..=480,
        speech in prop::option::of(any::<f32>()),
        odd in any::<f32>(),
        time in any::<u32>(),
    ) {
        let rate = SampleRate::new(rate * 100).expect("allowed");
        let odd_one = AgcConfig::simple().target(Decibels(odd)).max_gain(Decibels(odd)).ceiling(Decibels(odd));
        for config in configs().into_iter().chain([odd_one.attack(Millis(time)).release(Millis(time))]) {
            let mut agc = Agc::new(rate, &config);
            let mut samples = samples.clone();
            assert_no_alloc(|| samples.chunks_mut(rate.per_tick()).for_each(|frame| agc.process(frame, speech)));
            prop_assert!(samples.iter().all(|sample| sample.abs() <= 1.0));
            let metrics = agc.metrics();
            prop_assert!(metrics.gain.0.is_finite() && metrics.loudness.0.is_finite());
        }
    }
}
