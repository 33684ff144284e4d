//! Signals as networks and machines send them, and what is none.

use proptest::prelude::*;

use super::{CallProgress, Signal};
use crate::processing::dsp::{Cadence, Tone, ToneSpec};
use crate::types::{Decibels, Millis, SampleRate};

fn signals(rate: SampleRate, audio: &[f32]) -> Vec<Signal> {
    let mut ear = CallProgress::new(rate);
    let run = |frame: &[f32]| assert_no_alloc::assert_no_alloc(|| ear.process(frame)).found;
    audio.chunks(rate.per_tick()).filter_map(run).collect()
}

fn play(spec: ToneSpec, rate: SampleRate, seconds: f32) -> Vec<f32> {
    let mut audio = vec![0.0; rate.hz() as usize / 5];
    let mut rest = vec![0.0; (rate.hz() as f32 * seconds) as usize];
    Tone::new(&spec, rate).fill(&mut rest);
    audio.extend(rest);
    audio
}

/// Sines one after the other: hertz, milliseconds.
fn melody(parts: &[(f64, u32)]) -> Vec<f32> {
    let mut audio = vec![0.0; 1_600];
    for &(hz, ms) in parts {
        let sine = |n: u32| (std::f64::consts::TAU * f64::from(n) / 8_000.0 * hz).sin() * 0.2;
        audio.extend((0..ms * 8).map(|n| sine(n) as f32));
    }
    audio.extend(vec![0.0; 8_000]);
    audio
}

#[test]
fn tones_of_europe_and_north_america_are_told_apart_by_their_cadence() {
    let cases = [
        (ToneSpec::DIAL_EUROPE, Signal::Dial),
        (ToneSpec::RINGBACK_EUROPE, Signal::Ringback),
        (ToneSpec::BUSY_EUROPE, Signal::Busy),
        (ToneSpec::DIAL_NORTH_AMERICA, Signal::Dial),
        (ToneSpec::RINGBACK_NORTH_AMERICA, Signal::Ringback),
        (ToneSpec::BUSY_NORTH_AMERICA, Signal::Busy),
    ];
    for rate in [SampleRate::HZ_8000, SampleRate::HZ_16000, SampleRate::HZ_48000] {
        for (spec, signal) in &cases {
            assert_eq!(signals(rate, &play(*spec, rate, 13.0)), [*signal], "{spec:?} at {rate:?}");
        }
    }
}

#[test]
fn a_quick_cadence_is_congestion_and_two_short_rings_are_ringback() {
    let (rate, ms) = (SampleRate::HZ_8000, Millis);
    let quick = |spec: ToneSpec| spec.cadence(Cadence::of(&[(ms(250), ms(250))]));
    assert_eq!(signals(rate, &play(quick(ToneSpec::BUSY_EUROPE), rate, 4.0)), [Signal::Congestion]);
    assert_eq!(signals(rate, &play(quick(ToneSpec::BUSY_NORTH_AMERICA), rate, 4.0)), [Signal::Congestion]);
    let british = ToneSpec::new().partial(400.0, Decibels(-16.0)).partial(450.0, Decibels(-16.0));
    let british = british.cadence(Cadence::of(&[(ms(400), ms(200)), (ms(400), ms(2_000))]));
    assert_eq!(signals(rate, &play(british, rate, 8.0)), [Signal::Ringback]);
}

#[test]
fn three_rising_tones_come_before_an_announcement() {
    let row = melody(&[(913.8, 276), (1_370.6, 380), (1_776.7, 380)]);
    assert_eq!(signals(SampleRate::HZ_8000, &row), [Signal::SpecialInformation]);
}

#[test]
fn a_fax_calls_and_another_answers() {
    assert_eq!(signals(SampleRate::HZ_8000, &melody(&[(1_100.0, 500)])), [Signal::FaxCalling]);
    let answer = Signal::FaxAnswer { reversals: false };
    assert_eq!(signals(SampleRate::HZ_8000, &melody(&[(2_100.0, 3_000)])), [answer]);
    for off in [-12.0, 12.0] {
        assert_eq!(signals(SampleRate::HZ_8000, &melody(&[(2_100.0 + off, 3_000)])), [answer]);
    }
    // ANSam: the phase is turned every 450 ms, and the level goes up and down by a fifth at 15 Hz (ITU-T V.8).
    let ansam = |n: usize| {
        let t = n as f64 / 8_000.0;
        let level = 0.2 * (1.0 + 0.2 * (std::f64::consts::TAU * 15.0 * t).sin());
        let turned = if (t / 0.45) as u32 % 2 == 1 { -1.0 } else { 1.0 };
        ((std::f64::consts::TAU * 2_100.0 * t).sin() * level * turned) as f32
    };
    let audio: Vec<f32> = (0..24_000).map(ansam).collect();
    assert_eq!(signals(SampleRate::HZ_8000, &audio), [Signal::FaxAnswer { reversals: true }]);
}

#[test]
fn a_machine_beeps() {
    for (hz, ms) in [(1_000.0, 250), (1_400.0, 500), (800.0, 150)] {
        assert_eq!(signals(SampleRate::HZ_8000, &melody(&[(hz, ms)])), [Signal::Beep], "{hz} Hz");
    }
}

#[test]
fn a_channel_stays_a_machines_until_it_has_been_silent_for_long() {
    let mut ear = CallProgress::new(SampleRate::HZ_8000);
    let mut run = |audio: &[f32]| audio.chunks(80).map(|frame| ear.process(frame)).last().expect("some").machine;
    assert!(!run(&[0.0; 800]));
    assert!(run(&melody(&[(2_100.0, 3_000)])));
    assert!(run(&vec![0.0; 8_000 * 6]), "the longest wait of a fax is 7 s");
    assert!(!run(&vec![0.0; 8_000 * 3]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn any_samples_are_taken(bits in proptest::collection::vec(any::<u32>(), 0..4_000)) {
        let mut ear = CallProgress::new(SampleRate::HZ_8000);
        let audio: Vec<_> = bits.into_iter().map(f32::from_bits).collect();
        audio.chunks(80).for_each(|frame| _ = ear.process(frame));
        let found: Vec<_> = melody(&[(1_100.0, 500)]).chunks(80).filter_map(|frame| ear.process(frame).found).collect();
        prop_assert!(found.contains(&Signal::FaxCalling), "it is not deaf afterwards");
    }
}
