//! Decisions by scripts of speech and silence, and silences by length.

use proptest::prelude::*;

use super::{AnswerConfig, AnswerDetector, Answered, MachineSign, SilenceConfig, SilenceDetector};
use crate::types::{Decibels, Millis};

const LOUD: [f32; 80] = [0.1; 80];
const QUIET: [f32; 80] = [0.001; 80];

/// The decision on stretches of (speech?, milliseconds), and the milliseconds after which it fell.
fn decide(config: AnswerConfig, script: &[(bool, u32)]) -> Option<(Answered, u32)> {
    let mut detector = AnswerDetector::new(&config);
    let frames = script.iter().flat_map(|(loud, ms)| std::iter::repeat_n(*loud, (*ms / 10) as usize));
    let mut verdicts =
        (1..).zip(frames).filter_map(|(n, loud)| Some((detector.process(if loud { &LOUD } else { &QUIET })?, n * 10)));
    let first = verdicts.next();
    assert_eq!(verdicts.next(), None, "it decides once");
    first
}

#[test]
fn a_short_greeting_and_a_pause_are_a_person() {
    let config = AnswerConfig::default();
    let hello = [(false, 600), (true, 400), (false, 2_000), (true, 3_000)];
    assert_eq!(decide(config, &hello), Some((Answered::Person, 1_800)));
    let two_words = [(false, 300), (true, 300), (false, 150), (true, 350), (false, 3_000)];
    assert_eq!(decide(config, &two_words), Some((Answered::Person, 1_900)));
}

#[test]
fn silence_talk_without_end_and_many_words_are_a_machine() {
    let config = AnswerConfig::default();
    let machine = |sign, at| Some((Answered::Machine(sign), at));
    assert_eq!(decide(config, &[(false, 9_000)]), machine(MachineSign::Silence, 2_500));
    assert_eq!(decide(config, &[(false, 200), (true, 9_000)]), machine(MachineSign::Greeting, 1_700));
    let words = [(true, 200), (false, 100), (true, 200), (false, 100), (true, 200), (false, 2_000)];
    assert_eq!(decide(config, &words), machine(MachineSign::Words, 700));
    let one = AnswerConfig { greeting: Millis(4_000), longest_word: Millis(1_000), ..config };
    assert_eq!(decide(one, &[(true, 3_000)]), machine(MachineSign::Word, 1_000));
}

#[test]
fn a_click_is_no_word_and_a_dip_within_one_does_not_end_it() {
    let config = AnswerConfig::default();
    let clicks = [(false, 500), (true, 60)].repeat(20);
    assert_eq!(decide(config, &clicks).map(|d| d.0), Some(Answered::Machine(MachineSign::Silence)));
    let dips = [(true, 120), (false, 40)].repeat(5);
    let said = [&dips[..], &[(false, 2_000)]].concat();
    assert_eq!(decide(config, &said).map(|d| d.0), Some(Answered::Person), "one word, not five");
}

#[test]
fn what_is_never_clear_ends_with_the_time() {
    let config = AnswerConfig { after_greeting: Millis(3_000), total: Millis(2_400), ..AnswerConfig::default() };
    let said = [(false, 200), (true, 300), (false, 9_000)];
    assert_eq!(decide(config, &said), Some((Answered::Unsure, 2_400)));
}

#[test]
fn a_silence_is_told_once_when_it_has_lasted_and_again_after_a_sound() {
    let mut detector = SilenceDetector::new(&SilenceConfig::new(Millis(500)));
    let mut told = Vec::new();
    for n in 0..300 {
        let loud = (100..103).contains(&n);
        told.extend(detector.process(if loud { &LOUD } else { &QUIET }).map(|lasted| (n, lasted)));
    }
    assert_eq!(told, [(49, Millis(500)), (152, Millis(500))]);
    let deaf = SilenceConfig { quiet: Decibels(-90.0), ..SilenceConfig::new(Millis(500)) };
    let mut detector = SilenceDetector::new(&deaf);
    assert!((0..300).all(|_| detector.process(&QUIET).is_none()));
}

proptest! {
    #[test]
    fn any_samples_are_taken_and_a_decision_falls_within_the_time(
        samples in proptest::collection::vec(any::<f32>(), 0..480), loud in proptest::collection::vec(any::<bool>(), 600),
    ) {
        let mut detector = AnswerDetector::new(&AnswerConfig::default());
        let mut silence = SilenceDetector::new(&SilenceConfig::default());
        let mut verdicts = 0;
        for loud in loud {
            let frame = if loud { &samples[..] } else { &QUIET };
            verdicts += usize::from(detector.process(frame).is_some());
            silence.process(frame);
        }
        prop_assert_eq!(verdicts, 1);
    }
}
