//! Blocks that come and go, and the line that keeps digits back.

use super::stage::{Slot, Stage};
use super::{DigitPolicy, DigitsToFar, ProcessingSpec, VoiceInput, VoiceProcessor};
use crate::processing::dsp::{Tone, ToneSpec};
use crate::types::{Decibels, SampleRate};

fn sine(at: usize) -> f32 {
    (at as f32 * 0.3).sin() * 0.5
}

#[test]
fn a_block_comes_and_goes_without_a_step() {
    let mut slot = Slot::new(Some(Stage::new((), 120, 80)));
    let mut heard = Vec::new();
    for tick in 0..40 {
        match tick {
            10 => slot.want(false, 80),
            20 => slot.want(true, 80),
            _ => {}
        }
        if tick == 30 {
            let mut next = Slot::new(None);
            next.succeed(&mut slot, true, 80);
            slot = next;
        }
        let mut frame: Vec<f32> = (0..80).map(|n| sine(tick * 80 + n)).collect();
        slot.process(&mut frame, |_, frame| frame.iter_mut().for_each(|x| *x *= -1.0));
        heard.extend(frame);
    }
    let step = heard.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
    assert!(step < 0.17, "the sine itself has steps of 0.15: {step}");
    let sign = |tick: usize| (0..80).all(|n| heard[tick * 80 + n] == -sine(tick * 80 + n));
    assert!(!sign(1) && sign(9) && !sign(12) && sign(29) && !sign(32));
}

#[test]
fn of_a_digit_that_is_blocked_nothing_leaves() {
    for rate in [SampleRate::HZ_8000, SampleRate::HZ_16000, SampleRate::HZ_48000] {
        let digits = DigitPolicy::new().to_far(DigitsToFar::Block);
        let mut voice = VoiceProcessor::new(rate, rate, &ProcessingSpec::new().digits(digits));
        voice.digits_to_far(DigitsToFar::Block);
        let spec = ToneSpec::digit(5, Decibels(-10.0)).expect("a digit");
        let (mut loudest, mut tone) = (0.0f32, None);
        for tick in 0..60 {
            let mut frame = vec![0.0; rate.per_tick()];
            if (20..32).contains(&tick) {
                tone.get_or_insert_with(|| Tone::new(&spec, rate)).fill(&mut frame);
            }
            let told = assert_no_alloc::assert_no_alloc(|| voice.process(VoiceInput::default(), &mut frame));
            assert_eq!(told.digits.ended.is_some(), told.digits.ended.is_some_and(|end| end.code == 5));
            loudest = frame.iter().fold(loudest, |a, b| a.max(b.abs()));
        }
        assert_eq!(voice.latency(), 3 * rate.per_tick());
        assert!(loudest < 1e-3, "{loudest} at {rate:?}");
    }
}
