//! What is wrong in mixers that people run, as tests.

use super::random::Random;
use crate::mixer::{MemberId, MemberSpec, Mix, Room, RoomConfig};
use crate::types::SampleRate;

const RATE: SampleRate = SampleRate::HZ_8000;

fn room(members: usize) -> (Room, Vec<MemberId>) {
    let mut room = Room::new(&RoomConfig::new(&[RATE], members)).expect("valid");
    let ids =
        (0..members).map(|_| room.join(room.prepare(MemberSpec::new(RATE)).expect("fits")).expect("there is room"));
    let ids = ids.collect::<Vec<_>>();
    (room, ids)
}

#[test]
fn three_tones_at_full_scale_never_wrap() {
    let (mut room, ids) = room(4);
    let tone = |hz: f32, tick: usize| -> Vec<f32> {
        (0..80).map(|n| (std::f32::consts::TAU * hz * (tick * 80 + n) as f32 / 8_000.0).sin()).collect()
    };
    let (mut last, mut loudest) = (0.0f32, 0.0f32);
    for tick in 0..500 {
        room.turn();
        for (id, hz) in ids.iter().zip([400.0, 500.0, 600.0]) {
            room.say(*id, &tone(hz, tick));
        }
        for id in &ids {
            let mut heard = [0.0; 80];
            room.hear(*id, &mut heard);
            assert!(heard.iter().all(|x| x.abs() <= 1.0));
            if *id == ids[3] {
                for x in heard {
                    // Three tones at a third of full scale change by 0.4 · 3 / 3 a sample; a wrap is a step of 2.
                    assert!(tick < 2 || (x - last).abs() < 0.6, "tick {tick}: {last} to {x}");
                    last = x;
                    loudest = loudest.max(x.abs());
                }
            }
        }
    }
    assert!(loudest > 0.98);
}

#[test]
fn the_level_of_a_talker_does_not_depend_on_the_members() {
    for members in [2, 10, 1_000] {
        let (mut room, ids) = room(members);
        let mut heard = [0.0; 80];
        for _ in 0..3 {
            room.turn();
            room.say(ids[0], &[0.3; 80]);
            for id in &ids[1..] {
                room.say(*id, &[0.0; 80]);
            }
            room.hear(ids[1], &mut heard);
        }
        assert_eq!(heard, [(0.3f32 * 8_388_608.0).round_ties_even() / 8_388_608.0; 80]);
    }
}

#[test]
fn a_talker_never_hears_himself_even_while_others_clip() {
    let (mut room, ids) = room(3);
    let mut random = Random(9);
    for tick in 0..50 {
        room.turn();
        room.say(ids[0], &random.frame(80, 1.0));
        let (mut heard, mut own) = ([0.0; 80], [0.0; 80]);
        room.hear(ids[1], &mut heard);
        assert_eq!(room.hear(ids[0], &mut own).map(|heard| heard.silent), Some(true), "tick {tick}");
        assert_eq!(own, [0.0; 80]);
    }
}

#[test]
fn five_thousand_at_full_scale_are_one_tone_at_full_scale() {
    let (mut room, ids) = room(5_001);
    let mut heard = [0.0; 80];
    for tick in 0..20 {
        room.turn();
        let tone: Vec<f32> = (0..80).map(|n| (std::f32::consts::TAU * (tick * 80 + n) as f32 / 16.0).sin()).collect();
        for id in &ids[1..] {
            room.say(*id, &tone);
        }
        room.hear(ids[0], &mut heard);
    }
    for (n, x) in heard.iter().enumerate() {
        let tone = (std::f32::consts::TAU * n as f32 / 16.0).sin();
        assert!((x - tone).abs() < 0.01, "sample {n}: {x} for {tone}");
    }
}

#[test]
fn who_stops_talking_hears_what_all_hear() {
    let (mut room, ids) = room(5);
    let mut mixes = Vec::new();
    for tick in 0..6 {
        room.turn();
        room.say(ids[0], if tick < 3 { &[0.1; 80] } else { &[] });
        room.say(ids[1], &[0.1; 80]);
        let mut heard = [0.0; 80];
        mixes.push(room.hear(ids[0], &mut heard).expect("he is here").mix);
    }
    assert!(matches!(mixes[2], Mix::Private(_)));
    assert!(matches!(mixes[5], Mix::Shared { .. }));
}

#[test]
fn any_frame_and_any_id_are_taken_without_a_panic() {
    let (mut room, ids) = room(2);
    let (mut other, strangers) = self::room(3);
    other.leave(strangers[2]);
    room.turn();
    room.say(ids[0], &[f32::NAN; 80]);
    room.say(ids[0], &[0.5; 80]);
    room.say(ids[1], &[f32::INFINITY; 300]);
    room.say(strangers[2], &[1.0; 80]);
    room.turn();
    let (mut heard, mut short) = ([9.0; 80], [9.0; 3]);
    assert!(room.hear(strangers[2], &mut heard).is_none() && room.hear(ids[0], &mut short).is_none());
    room.hear(ids[1], &mut heard);
    assert_eq!(heard, [0.0; 80], "what is no number is silence");
    room.hear(ids[0], &mut heard);
    assert!(heard.iter().all(|x| x.is_finite() && x.abs() <= 1.0));
}
