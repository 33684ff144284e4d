//! A room against a mixer that adds every pair in f64, over random scripts of everything that can happen.

use std::collections::BTreeMap;

use super::random::Random;
use crate::mixer::{Change, MemberId, MemberSpec, Mix, Room, RoomConfig};
use crate::types::{Decibels, Millis, SampleRate};

const RATE: SampleRate = SampleRate::HZ_8000;
const N: usize = RATE.per_tick();

/// A gain over one tick: from, to.
type Line = (f64, f64);

fn at((from, to): Line, n: usize) -> f64 {
    from + (to - from) * (n + 1) as f64 / N as f64
}

#[derive(Clone, Default)]
struct Party {
    level: (f64, bool, f64),
    talk: Line,
    base: Line,
    zone: u8,
    before: Option<u8>,
    /// Source: how much through the zone, how much apart.
    pairs: BTreeMap<MemberId, (Line, Line, bool)>,
    /// The tick before: samples, and gains by zone.
    said: Vec<f64>,
    parts: Vec<(u8, Line)>,
}

#[derive(Default)]
struct Naive {
    parties: BTreeMap<MemberId, Party>,
    /// Voices of those who have left.
    gone: Vec<Party>,
}

impl Naive {
    fn hear(&self, id: MemberId) -> Vec<f64> {
        let me = &self.parties[&id];
        let zones: Vec<(u8, Line)> = match me.before {
            Some(before) => vec![(before, (1.0, 0.0)), (me.zone, (0.0, 1.0))],
            None => vec![(me.zone, (1.0, 1.0))],
        };
        let mut out = vec![0.0; N];
        for (n, out) in out.iter_mut().enumerate() {
            for &(zone, weight) in &zones {
                let mut sum = 0.0;
                let others =
                    self.parties.iter().filter(|(other, _)| **other != id).map(|(other, party)| (Some(other), party));
                for (other, party) in others.chain(self.gone.iter().map(|party| (None, party))) {
                    if party.said.is_empty() {
                        continue;
                    }
                    let pair = other.and_then(|other| me.pairs.get(other));
                    let through = pair.map_or(1.0, |pair| at(pair.0, n));
                    let parts = party.parts.iter().filter(|part| part.0 == zone);
                    let heard: f64 = parts.map(|part| at(part.1, n)).sum();
                    let direct = pair.map_or(0.0, |pair| at(pair.1, n));
                    sum += party.said[n] * (at(me.base, n) * heard * through + direct);
                }
                *out += at(weight, n) * sum;
            }
        }
        out
    }
}

fn script(seed: u64) {
    let mut random = Random(seed);
    let mut room = Room::new(&RoomConfig::new(&[RATE], 12).exceptions(40)).expect("valid");
    let mut naive = Naive::default();
    let (mut compared, mut private) = (0, 0);
    for _ in 0..150 {
        room.turn();
        naive.gone.clear();
        let ids: Vec<MemberId> = naive.parties.keys().copied().collect();
        let pick = |random: &mut Random| ids.get(random.below(ids.len())).copied();
        if random.below(3) == 0
            && let Ok(id) = room.join(room.prepare(MemberSpec::new(RATE).zone(random.below(2) as u8)).expect("fits"))
        {
            let zone = room.members.find(id).expect("joined").zone;
            let party =
                Party { level: (1.0, false, 1.0), talk: (0.0, 1.0), base: (0.0, 1.0), zone, ..Default::default() };
            naive.parties.insert(id, party);
        }
        if random.below(12) == 0
            && let Some(id) = pick(&mut random)
        {
            assert!(room.leave(id).is_some());
            naive.gone.extend(naive.parties.remove(&id));
            for party in naive.parties.values_mut() {
                party.pairs.remove(&id);
            }
        } else if let (Some(a), Some(b)) = (pick(&mut random), pick(&mut random)) {
            change(&mut random, &mut room, &mut naive, a, b);
        }
        let mut now = BTreeMap::new();
        for (&id, party) in &mut naive.parties {
            let frame = if random.below(4) == 0 { Vec::new() } else { random.frame(N, 0.02) };
            room.say(id, &frame);
            let parts = match party.before {
                Some(before) => vec![(before, (party.talk.0, 0.0)), (party.zone, (0.0, party.talk.1))],
                None => vec![(party.zone, party.talk)],
            };
            now.insert(id, (frame.iter().map(|&x| f64::from(x)).collect::<Vec<_>>(), parts));
        }
        for &id in naive.parties.keys() {
            let mut heard = vec![9.0; N];
            let told = room.hear(id, &mut heard).expect("he is here");
            private += usize::from(matches!(told.mix, Mix::Private(_)));
            for (n, (got, want)) in heard.iter().zip(naive.hear(id)).enumerate() {
                assert!((f64::from(*got) - want).abs() < 3e-6, "seed {seed}, {id:?}, sample {n}: {got} for {want}");
                compared += 1;
            }
            assert!(!told.silent || heard.iter().all(|x| *x == 0.0));
        }
        for (id, party) in &mut naive.parties {
            (party.said, party.parts) = now.remove(id).expect("everybody said something");
            party.before = None;
            party.talk.0 = party.talk.1;
            party.base.0 = party.base.1;
            party.pairs.retain(|_, pair| !pair.2);
            for pair in party.pairs.values_mut() {
                (pair.0.0, pair.1.0) = (pair.0.1, pair.1.1);
            }
        }
    }
    assert!(compared > 10_000 && private > 100);
}

fn change(random: &mut Random, room: &mut Room, naive: &mut Naive, a: MemberId, b: MemberId) {
    let gain = if random.below(4) == 0 { Decibels(f32::NEG_INFINITY) } else { Decibels(random.sample() * 12.0) };
    let linear = f64::from(gain.linear());
    let change = match random.below(9) {
        0 => Change::Talk(a, gain),
        1 => Change::Mute(a, random.below(2) == 0),
        2 => Change::Duck(a, gain),
        3 => Change::Hear(a, gain),
        4 => Change::Move(a, random.below(3) as u8),
        5 | 6 if a != b => Change::Pair(a, b, gain),
        7 => Change::Clear(a, b),
        _ => Change::Hear(a, Decibels(0.0)),
    };
    if room.apply(&[change], Millis(10)).is_err() {
        return;
    }
    let party = naive.parties.get_mut(&a).expect("picked");
    match change {
        Change::Talk(..) => party.level.0 = linear,
        Change::Mute(_, muted) => party.level.1 = muted,
        Change::Duck(..) => party.level.2 = linear,
        Change::Hear(_, gain) => party.base.1 = f64::from(gain.linear()),
        Change::Move(_, zone) if zone != party.zone => {
            party.before = Some(party.zone);
            party.zone = zone;
        }
        Change::Pair(..) => {
            let pair = party.pairs.entry(b).or_insert(((1.0, 0.0), (0.0, 0.0), false));
            *pair = ((pair.0.0, 0.0), (pair.1.0, linear), false);
        }
        Change::Clear(..) => {
            if let Some(pair) = party.pairs.get_mut(&b) {
                *pair = ((pair.0.0, 1.0), (pair.1.0, 0.0), true);
            }
        }
        _ => {}
    }
    party.talk.1 = if party.level.1 { 0.0 } else { party.level.0 * party.level.2 };
}

#[test]
fn a_room_is_what_adding_every_pair_gives() {
    (1..40).for_each(script);
}
