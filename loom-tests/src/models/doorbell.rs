//! The shipped doorbells beside a ring: what is brought before a ring is found after it, and nothing is left without a ring.

use std::collections::BTreeSet;

use loom::thread;

use super::explore::explore;
use crate::doorbell::Doorbells;
use crate::ring::ring;
use crate::sync::{Part, without};

/// Which of two places on one word; the other one is another worker's.
const PLACE: u32 = 3;
const MINE: u64 = 1 << PLACE;

/// When the host's thread rings.
#[derive(Clone, Copy, PartialEq)]
enum Ring {
    AfterPush,
    /// The broken twin.
    BeforePush,
}

/// Two values are brought; returns how many were found by a ring before the last look.
fn two_pushes(when: Ring) -> BTreeSet<usize> {
    explore(move || {
        let bells = Doorbells::new(64);
        bells.heed(PLACE, true);
        let (mut tx, mut rx) = ring(2);
        let host = bells.clone();
        let pushing = thread::spawn(move || {
            for value in 0..2 {
                if when == Ring::BeforePush {
                    host.ring(PLACE);
                }
                tx.push(value).expect("there is room for both");
                if when == Ring::AfterPush {
                    host.ring(PLACE);
                }
            }
        });
        let mut found = 0;
        let mut look = || {
            let rung = bells.take(0, MINE) != 0;
            while rung && rx.pop().is_some() {
                found += 1;
            }
        };
        look();
        let early = {
            look();
            found
        };
        pushing.join().unwrap();
        if bells.take(0, MINE) != 0 {
            while rx.pop().is_some() {
                found += 1;
            }
        }
        assert_eq!(found, 2, "something lies where no bell rings");
        early
    })
}

#[test]
fn whatever_is_brought_is_found_by_a_ring() {
    assert_eq!(two_pushes(Ring::AfterPush), [0, 1, 2].into());
}

#[test]
#[should_panic(expected = "something lies where no bell rings")]
fn the_bell_is_rung_after_the_push() {
    two_pushes(Ring::BeforePush);
}

/// A value and a ring; whoever hears the ring finds the value.
fn a_push() -> BTreeSet<bool> {
    explore(|| {
        let bells = Doorbells::new(64);
        bells.heed(PLACE, true);
        let (mut tx, mut rx) = ring(1);
        let host = bells.clone();
        let pushing = thread::spawn(move || {
            tx.push(7).expect("the ring is empty");
            host.ring(PLACE);
        });
        let rung = bells.take(0, MINE) != 0;
        if rung {
            assert_eq!(rx.pop(), Some(7), "a ring, and nothing there");
        }
        pushing.join().unwrap();
        rung
    })
}

#[test]
fn behind_a_ring_there_is_something() {
    assert_eq!(a_push(), [false, true].into());
}

#[test]
#[should_panic(expected = "a ring, and nothing there")]
fn doorbells_need_their_orderings() {
    without(Part::Swaps, a_push);
}

#[test]
fn neighbours_take_their_own_rings_only() {
    let rung = explore(|| {
        let bells = Doorbells::new(64);
        bells.heed(PLACE, true);
        bells.heed(PLACE + 1, true);
        let other = bells.clone();
        let worker = thread::spawn(move || other.take(0, MINE << 1));
        bells.ring(PLACE);
        bells.ring(PLACE + 1);
        let (mine, theirs) = (bells.take(0, MINE), worker.join().unwrap());
        assert_eq!((mine, bells.take(0, !0) | theirs), (MINE, MINE << 1));
        theirs != 0
    });
    assert_eq!(rung, [false, true].into());
}

#[test]
fn where_nobody_listens_nothing_rings() {
    let rung = explore(|| {
        let bells = Doorbells::new(64);
        bells.ring(PLACE);
        bells.heed(PLACE, true);
        bells.heed(PLACE, false);
        bells.ring(PLACE);
        bells.take(0, !0)
    });
    assert_eq!(rung, [0].into());
}
