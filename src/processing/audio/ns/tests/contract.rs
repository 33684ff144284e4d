//! What holds for any input.

use proptest::prelude::*;

use super::super::{NsKind, NsLevel};
use super::*;

/// Anything that 32 bits can say, and much that is near real audio.
fn hostile() -> impl Strategy<Value = f32> {
    prop_oneof![any::<u32>().prop_map(f32::from_bits), -1.0f32..1.0, Just(0.0), Just(1e-40), Just(f32::NAN)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_input_yields_finite_bounded_output(
        audio in prop::collection::vec(hostile(), 80 * 30),
        rate in prop_oneof![Just(8_000), Just(8_100), Just(16_000)],
    ) {
        let rate = SampleRate::new(rate).unwrap();
        let mut suppressor = NoiseSuppressor::new(rate, &NsConfig::new());
        let whole = audio.len() / rate.per_tick() * rate.per_tick();
        let out = run(&mut suppressor, rate, &audio[..whole]);
        // Input counts up to 4.0; the asymmetric windows let a sample grow by less than another 12 dB.
        prop_assert!(out.iter().all(|s| s.is_finite() && s.abs() < 16.0));
        let metrics = suppressor.metrics();
        prop_assert!((0.0..=1.0).contains(&metrics.speech) && metrics.suppression.0 >= 0.0);
        prop_assert!(metrics.noise.0 >= -100.0 && metrics.noise.0.is_finite());
    }
}

#[test]
fn silence_stays_silence_at_any_rate_of_the_engine() {
    for hz in (8_000..=48_000).step_by(1_700) {
        let rate = SampleRate::new(hz).unwrap();
        let out = suppressed(rate, &NsConfig::new(), &vec![0.0; samples(0.2, rate)]);
        assert!(out.iter().all(|&s| s == 0.0), "{hz}");
    }
}

#[test]
fn a_suppressor_after_reset_is_a_new_one() {
    let rate = SampleRate::HZ_16000;
    let audio = sum(&voice(1.5, rate, 0.2), &white(1.5, rate, 0.01));
    let config = NsConfig::new().level(NsLevel::High);
    let mut used = NoiseSuppressor::new(rate, &NsConfig::new());
    run(&mut used, rate, &white(1.0, rate, 0.3));
    used.set_level(NsLevel::High);
    used.reset();
    assert_eq!(run(&mut used, rate, &audio), suppressed(rate, &config, &audio));
}

#[test]
fn the_level_of_a_call_changes_nothing_but_the_level() {
    let rate = SampleRate::HZ_8000;
    let audio = sum(&voice(3.0, rate, 0.2), &white(3.0, rate, 0.01));
    let reference = suppressed(rate, &NsConfig::new(), &audio);
    for gain in [0.125, 0.5, 4.0] {
        let scaled: Vec<f32> = audio.iter().map(|s| s * gain).collect();
        let out = suppressed(rate, &NsConfig::new(), &scaled);
        let back: Vec<f32> = out.iter().zip(&reference).map(|(a, b)| a / gain - b).collect();
        assert!(decibels(&back) < decibels(&reference) - 50.0, "{gain}: {}", decibels(&back));
    }
}

#[test]
fn the_delay_is_two_ticks_and_the_audio_is_no_later() {
    for rate in RATES {
        // Nothing but one click in digital silence.
        let mut audio = vec![0.0; samples(0.2, rate)];
        audio[7 * rate.per_tick() + 5] = 0.5;
        let mut suppressor = NoiseSuppressor::new(rate, &NsConfig::new());
        assert_eq!(suppressor.latency(), 2 * rate.per_tick());
        let out = run(&mut suppressor, rate, &audio);
        let peak = (0..out.len()).max_by(|&a, &b| out[a].abs().total_cmp(&out[b].abs())).unwrap();
        assert_eq!(peak, 7 * rate.per_tick() + 5, "{rate:?}");
    }
}

#[test]
fn a_frame_of_another_length_is_left_as_it_is() {
    let mut suppressor = NoiseSuppressor::new(SampleRate::HZ_8000, &NsConfig::new());
    for length in [0, 79, 81] {
        let mut frame = vec![0.5; length];
        suppressor.process(&mut frame);
        assert!(frame.iter().all(|&s| s == 0.5));
    }
}

#[test]
fn the_recurrent_kind_is_refused_where_it_was_not_built() {
    let config = NsConfig::new().kind(NsKind::Recurrent);
    assert_eq!(config.check().is_ok(), cfg!(feature = "ns-rnn"));
    assert!(NsConfig::new().check().is_ok());
}
