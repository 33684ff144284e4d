//! What choosing talkers promises.

use super::*;

fn candidates(levels: &[(u64, f32)]) -> impl Iterator<Item = Candidate> + Clone {
    levels.iter().map(|&(key, level)| Candidate {
        key,
        talking: level > -60.0,
        level: Dbov(level),
        moderator: key == 9,
    })
}

fn run(talkers: &mut Talkers, ticks: usize, levels: &[(u64, f32)]) -> Vec<TalkEvent> {
    let mut events = Vec::new();
    for _ in 0..ticks {
        talkers.tick(candidates(levels), |event| events.push(event));
    }
    events
}

#[test]
fn the_level_of_a_full_scale_square_is_0_and_of_a_sine_3_db_less() {
    let sine: Vec<f32> = (0..800).map(|n| (std::f32::consts::TAU * n as f32 / 8.0).sin()).collect();
    assert!(Dbov::of(&[1.0; 80]).0.abs() < 1e-3 && (Dbov::of(&sine).0 + 3.01).abs() < 0.01);
    assert_eq!(
        [Dbov::of(&[]), Dbov::of(&[0.0; 9]), Dbov::of(&[f32::NAN; 9])],
        [Dbov::SILENCE; 3].map(|_| Dbov(-127.0))
    );
}

#[test]
fn speech_over_noise_begins_within_two_ticks_and_ends_after_the_hang_over() {
    let mut activity = Activity::new(Dbov::SILENCE);
    assert!((0..300).all(|_| activity.tick(Dbov(-55.0), None).is_none()), "noise is no speech");
    assert_eq!(activity.tick(Dbov(-25.0), None), None);
    assert_eq!(activity.tick(Dbov(-25.0), None), Some(Edge::Start(Dbov(-25.0))));
    let stop = (1..100).find(|_| activity.tick(Dbov(-55.0), None).is_some());
    assert_eq!(stop, Some(30));
    let mut gated = Activity::new(Dbov(-20.0));
    assert!((0..50).all(|_| gated.tick(Dbov(-25.0), Some(1.0)).is_none()), "below his gate");
    assert_eq!(gated.tick(Dbov(-9.0), Some(0.9)), Some(Edge::Start(Dbov(-9.0))), "a detector's word counts at once");
    let mut loud = Activity::new(Dbov::SILENCE);
    assert!((0..50).all(|_| loud.tick(Dbov(-9.0), Some(0.0)).is_none()), "loud, but no speech");
}

#[test]
fn free_places_are_taken_at_once_and_full_ones_only_by_the_clearly_louder() {
    let mut talkers = Talkers::new(TalkersConfig { most: 2, ..Default::default() });
    let events = run(&mut talkers, 1, &[(1, -30.0), (2, -25.0), (3, -40.0)]);
    assert_eq!(events[..2], [TalkEvent::Start(2, Dbov(-25.0)), TalkEvent::Start(1, Dbov(-30.0))]);
    assert_eq!(run(&mut talkers, 100, &[(1, -30.0), (2, -25.0), (3, -26.0)]), []);
    assert_eq!(run(&mut talkers, 19, &[(1, -30.0), (2, -25.0), (3, -20.0)]), []);
    let events = run(&mut talkers, 1, &[(1, -30.0), (2, -25.0), (3, -20.0)]);
    assert_eq!(events, [TalkEvent::Stop(1, Dbov(-30.0)), TalkEvent::Start(3, Dbov(-20.0))]);
}

#[test]
fn the_dominant_speaker_changes_after_a_second_and_survives_pauses() {
    let mut talkers = Talkers::new(TalkersConfig::default());
    run(&mut talkers, 1, &[(1, -30.0)]);
    assert_eq!(talkers.dominant(), Some(1));
    run(&mut talkers, 99, &[(1, -30.0), (2, -20.0)]);
    assert_eq!(talkers.dominant(), Some(1));
    run(&mut talkers, 1, &[(1, -30.0), (2, -20.0)]);
    assert_eq!(talkers.dominant(), Some(2));
    run(&mut talkers, 50, &[(1, -99.0), (2, -99.0)]);
    assert_eq!(talkers.dominant(), Some(2));
    run(&mut talkers, 1, &[(1, -30.0), (2, -99.0)]);
    assert_eq!(talkers.dominant(), Some(1));
}

#[test]
fn a_locked_floor_and_a_missing_moderator_silence_all_others() {
    let mut talkers = Talkers::new(TalkersConfig::default());
    let all = [(1, -20.0), (2, -20.0), (9, -30.0)];
    talkers.floor.wait_for_moderator(true);
    run(&mut talkers, 1, &all[..2]);
    assert!(!talkers.hears(1) && !talkers.hears(2));
    talkers.floor.moderator(true);
    run(&mut talkers, 1, &all);
    assert!(talkers.hears(1) && talkers.hears(2) && talkers.hears(9));
    talkers.floor.lock(Some(2));
    run(&mut talkers, 1, &all);
    assert!(!talkers.hears(1) && talkers.hears(2) && talkers.hears(9));
}

#[test]
fn a_new_talker_begins_with_what_he_said_before_and_catches_up_in_his_pause() {
    let mut lookback = Lookback::new(3, 4);
    let mut out = [0.0; 4];
    for n in 1..=5u16 {
        assert!(!lookback.tick(&[f32::from(n); 4], false, &mut out));
    }
    lookback.admit(true);
    assert_eq!(lookback.delay(), 3);
    // The frame before the three that precede the present one fades in; all after it are whole.
    assert!(lookback.tick(&[6.0; 4], false, &mut out));
    assert_eq!(out, [0.75, 1.5, 2.25, 3.0]);
    assert!(lookback.tick(&[7.0; 4], false, &mut out) && out == [4.0; 4]);
    assert!(lookback.tick(&[8.0; 4], true, &mut out));
    assert_eq!((out, lookback.delay()), ([5.25, 5.5, 5.75, 6.0], 2));
    assert!(lookback.tick(&[9.0; 4], false, &mut out) && out == [7.0; 4]);
    lookback.admit(false);
    // He fades out, and is silent.
    assert!(lookback.tick(&[9.0; 4], false, &mut out));
    assert!(!lookback.tick(&[9.0; 4], false, &mut out));
}

#[test]
fn quiet_and_loud_members_come_to_one_level_within_seconds() {
    for level in [-34.0, -20.0] {
        let mut loudness = Loudness::new(Dbov(-26.0), 12.0);
        let gain = (0..1_000).fold(0.0, |_, _| loudness.tick(Dbov(level), true));
        assert!((level + gain + 26.0).abs() < 0.1, "{level} {gain}");
        assert_eq!(loudness.tick(Dbov(-60.0), false), gain);
    }
}
