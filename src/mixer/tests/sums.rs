//! Sums are exact whatever the order, the count of members, and the count of workers.

use super::random::Random;
use crate::mixer::bus::Bus;
use crate::mixer::{Change, Channels, MemberSpec, Partial, Room, RoomConfig};
use crate::types::{Decibels, Millis, SampleRate};

const RATE: SampleRate = SampleRate::HZ_8000;

fn room(members: usize) -> Room {
    Room::new(&RoomConfig::new(&[RATE, SampleRate::HZ_16000], members).channels(Channels::Stereo)).expect("valid")
}

#[test]
fn ten_thousand_voices_12_db_above_full_scale_do_not_overflow() {
    let (loud, quiet) = ([1 << 25; 8], [-(1 << 25); 8]);
    let mut bus = Bus::new(8);
    for _ in 0..10_000 {
        bus.add(&loud);
    }
    bus.turn();
    let heard = bus.heard();
    assert_eq!(i64::from(heard.words[0]) << heard.shift, 10_000 << 25);
    for n in 0..10_000 {
        bus.add(if n % 2 == 0 { &loud } else { &quiet });
    }
    bus.add(&[1; 8]);
    bus.turn();
    assert_eq!((bus.heard().words, bus.heard().shift), (&[1; 8][..], 0));
    bus.turn();
    assert!(bus.heard().silent && bus.heard().words == [0; 8]);
}

#[test]
fn everybody_hears_the_exact_sum_of_the_others_in_any_order() {
    let mut random = Random(5);
    let mut rooms = [room(200), room(200)];
    let ids: Vec<_> = (0..200)
        .map(|_| {
            rooms.each_mut().map(|room| {
                let member = room.prepare(MemberSpec::new(RATE)).expect("fits");
                room.join(member).expect("there is room")
            })[0]
        })
        .collect();
    for tick in 0..4 {
        let frames: Vec<Vec<f32>> = ids.iter().map(|_| random.frame(80, 0.004)).collect();
        rooms.iter_mut().for_each(Room::turn);
        for (at, id) in ids.iter().enumerate() {
            rooms[0].say(*id, &frames[at]);
            let back = ids.len() - 1 - at;
            rooms[1].say(ids[back], &frames[back]);
        }
        rooms.iter_mut().for_each(Room::turn);
        let words =
            |frame: &[f32]| -> Vec<i64> { frame.iter().map(|x| (x * 8_388_608.0).round_ties_even() as i64).collect() };
        let all: Vec<Vec<i64>> = frames.iter().map(|frame| words(frame)).collect();
        for (at, id) in ids.iter().enumerate() {
            let (mut a, mut b) = ([0.0; 80], [0.0; 80]);
            rooms[0].hear(*id, &mut a);
            rooms[1].hear(*id, &mut b);
            assert_eq!(a, b);
            for n in 0..80 * usize::from(tick > 0) {
                let others: i64 = all.iter().map(|frame| frame[n]).sum::<i64>() - all[at][n];
                assert_eq!(a[n], others as f32 / 8_388_608.0);
            }
        }
    }
}

/// A member of both rates, of mono and stereo; `n` decides.
fn spec(n: usize) -> MemberSpec {
    let rate = [RATE, SampleRate::HZ_16000][n % 2];
    let sides = if n % 3 == 0 { Channels::Stereo } else { Channels::Mono };
    MemberSpec::new(rate)
        .says(sides)
        .hears(if n % 5 == 0 { Channels::Stereo } else { Channels::Mono })
        .zone((n % 2) as u8)
}

#[test]
fn one_share_and_three_shares_give_the_same_bits() {
    const MEMBERS: usize = 30;
    let mut random = Random(11);
    let mut whole = room(MEMBERS);
    let mut shares = [room(MEMBERS), room(MEMBERS), room(MEMBERS)];
    let join = |room: &mut Room, n: usize| room.join(room.prepare(spec(n)).expect("fits")).expect("there is room");
    let ids: Vec<_> = (0..MEMBERS).map(|n| (join(&mut whole, n), join(&mut shares[n % 3], n))).collect();
    for tick in 0..30 {
        whole.turn();
        let mut partials: Vec<(usize, Partial)> = Vec::new();
        for (n, share) in shares.iter_mut().enumerate() {
            share.partials(|partial| partials.push((n, partial.clone())));
        }
        for (n, share) in shares.iter_mut().enumerate() {
            for (_, partial) in partials.iter().filter(|(from, _)| *from != n) {
                assert!(share.add_partial(partial));
            }
            share.turn();
        }
        for (n, (one, other)) in ids.iter().enumerate() {
            if random.below(6) == 0 {
                let gain = Decibels(random.sample() * 12.0);
                let zone = random.below(3) as u8;
                let changes = |id| [Change::Talk(id, gain), Change::Place(id, 0.3), Change::Move(id, zone)];
                whole.apply(&changes(*one), Millis(30)).expect("possible");
                shares[n % 3].apply(&changes(*other), Millis(30)).expect("possible");
            }
            let frame = random.frame(spec(n).rate.per_tick() * 2, 0.7);
            let frame = if random.below(3) == 0 { &[][..] } else { &frame };
            whole.say(*one, frame);
            shares[n % 3].say(*other, frame);
            let (mut a, mut b) = ([0.0; 960], [0.0; 960]);
            let heard = (whole.hear(*one, &mut a), shares[n % 3].hear(*other, &mut b));
            assert_eq!(heard.0.map(|h| h.silent), heard.1.map(|h| h.silent));
            assert!(a == b, "tick {tick}, member {n}");
        }
    }
}

#[test]
fn a_share_that_is_late_is_silent_for_that_tick() {
    let mut room = room(1);
    room.turn();
    let late = Partial { turn: 0, zone: 0, plane: 0, rate: 0, sum: [1 << 20; 480] };
    assert!(!room.add_partial(&late));
    assert!(!room.add_partial(&Partial { turn: 1, zone: 99, ..late.clone() }));
    assert!(!room.add_partial(&Partial { turn: 1, rate: 7, ..late }));
}
