//! The ladder by numbers, and what steps take from a session.

use crate::engine::overload::{Cuts, Ladder, OverloadPolicy, OverloadStep, PolicyError, Turn};
use crate::processing::audio::aec::AecConfig;
use crate::processing::audio::effects::CompressorConfig;
use crate::processing::audio::ns::NsConfig;
use crate::processing::format::Quality;
use crate::processing::pipeline::ProcessingSpec;
use crate::types::Millis;

fn policy() -> OverloadPolicy {
    let steps = [OverloadStep::Noise, OverloadStep::Effort(1), OverloadStep::Refuse];
    OverloadPolicy::new().steps(&steps).between(0.5, 0.8).pace(Millis(100), 3, 4)
}

/// The turns of a run of loads, with the window in which each came.
fn turns(ladder: &mut Ladder, loads: impl IntoIterator<Item = f32>) -> Vec<(usize, Turn)> {
    let policy = policy();
    (0..).zip(loads).filter_map(|(window, load)| Some((window, ladder.look(&policy, load)?))).collect()
}

#[test]
fn steps_are_taken_one_by_one_while_the_load_stays_and_given_back_in_reverse() {
    let mut ladder = Ladder::default();
    let up = turns(&mut ladder, [0.9; 20]);
    assert_eq!(up, [(2, Turn::Take(0)), (5, Turn::Take(1)), (8, Turn::Take(2))]);
    assert_eq!(ladder.taken(), 3);
    let down = turns(&mut ladder, [0.4; 20]);
    assert_eq!(down, [(3, Turn::Back(2)), (7, Turn::Back(1)), (11, Turn::Back(0))]);
    assert_eq!(ladder.taken(), 0);
}

#[test]
fn a_load_between_the_limits_or_for_a_moment_changes_nothing() {
    let mut ladder = Ladder::default();
    assert_eq!(turns(&mut ladder, [0.9, 0.9, 0.7, 0.9, 0.9, 0.8]), []);
    assert_eq!(turns(&mut ladder, [f32::NAN; 9]), []);
    assert_eq!(turns(&mut ladder, [0.9; 3]), [(2, Turn::Take(0))]);
    assert_eq!(turns(&mut ladder, [0.4, 0.4, 0.4, 0.6].repeat(9)), []);
    assert_eq!(turns(&mut ladder, [0.7; 99]), []);
    assert_eq!(ladder.taken(), 1);
}

#[test]
fn a_step_back_that_was_wrong_is_waited_for_twice_as_long_the_next_time() {
    let mut ladder = Ladder::default();
    let mut waits = Vec::new();
    for _ in 0..8 {
        assert_eq!(turns(&mut ladder, [0.9; 3]), [(2, Turn::Take(0))]);
        let back = turns(&mut ladder, (0..=200).map(|_| 0.1));
        assert_eq!(back.len(), 1);
        waits.push(back[0].0 + 1);
        ladder = again(ladder);
    }
    assert_eq!(waits[..3], [4, 4, 4], "long after each other: no regret");
    // At once after each other.
    let mut ladder = Ladder::default();
    let mut waits = Vec::new();
    for _ in 0..8 {
        turns(&mut ladder, [0.9; 3]);
        let policy = policy();
        waits.push((1..).find(|_| ladder.look(&policy, 0.1).is_some()).expect("it comes back"));
    }
    assert_eq!(waits, [4, 8, 16, 32, 64, 128, 128, 128]);
}

/// So long after that nothing is regretted.
fn again(mut ladder: Ladder) -> Ladder {
    turns(&mut ladder, [0.7; 100]);
    ladder
}

#[test]
fn what_is_taken_is_what_the_steps_say_and_nothing_else() {
    let all = ProcessingSpec::new()
        .noise(NsConfig::new())
        .echo(AecConfig::full())
        .compressor(CompressorConfig::default())
        .signals(true);
    let none = Cuts::of(&[OverloadStep::Figures, OverloadStep::Talkers(2), OverloadStep::Refuse]);
    assert_eq!(none, Cuts::default());
    assert_eq!(
        (none.processing(&all), none.resampling(Quality::High), none.effort(9)),
        (all.clone(), Quality::High, 9)
    );
    let cuts = Cuts::of(&[OverloadStep::Effort(5), OverloadStep::Noise, OverloadStep::Effort(2)]);
    assert_eq!((cuts.effort(9), cuts.effort(1)), (2, 1));
    let left = cuts.processing(&all);
    assert!(left.noise.is_none() && left.echo == all.echo && left.compressor == all.compressor && left.signals);
    let cuts = Cuts::of(&[OverloadStep::EchoSuppression, OverloadStep::Effects, OverloadStep::Resampling]);
    let left = cuts.processing(&all);
    assert!(left.noise == all.noise && left.echo == Some(AecConfig::linear_only()) && left.compressor.is_none());
    assert_eq!(cuts.processing(&ProcessingSpec::new()), ProcessingSpec::new());
    assert_eq!(cuts.resampling(Quality::High), Quality::Voice);
}

#[test]
fn a_policy_that_cannot_be_followed_says_why() {
    assert_eq!(OverloadPolicy::new().check(), Ok(()));
    let step = |step| policy().steps(&[step]).check();
    assert_eq!(step(OverloadStep::Effort(11)), Err(PolicyError::Step(OverloadStep::Effort(11))));
    assert_eq!(step(OverloadStep::Talkers(0)), Err(PolicyError::Step(OverloadStep::Talkers(0))));
    assert!(matches!(policy().between(0.8, 0.8).check(), Err(PolicyError::Between(..))));
    assert!(matches!(policy().between(f32::NAN, 0.8).check(), Err(PolicyError::Between(..))));
    assert!(matches!(policy().pace(Millis(0), 1, 1).check(), Err(PolicyError::Pace(..))));
    assert!(matches!(policy().pace(Millis(100), 0, 1).check(), Err(PolicyError::Pace(..))));
}
