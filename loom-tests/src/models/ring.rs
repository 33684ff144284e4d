//! The ring: every value arrives once and in order, and no slot is touched by both ends.

use std::collections::BTreeSet;

use loom::thread;

use super::explore::explore;
use crate::ring::ring;
use crate::sync::{Part, without};

/// What the two ends met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Met {
    full: bool,
    empty: bool,
}

fn three_values_through_two_slots() -> BTreeSet<Met> {
    explore(|| {
        let (mut tx, mut rx) = ring::<u32>(2);
        let writer = thread::spawn(move || {
            let mut full = false;
            for value in 0..3 {
                while tx.push(value).is_err() {
                    full = true;
                    thread::yield_now();
                }
            }
            full
        });
        let (mut expected, mut empty) = (0, false);
        while expected < 3 {
            match rx.pop() {
                Some(value) => {
                    assert_eq!(value, expected, "a value was lost, doubled or overtaken");
                    expected += 1;
                }
                None => {
                    empty = true;
                    thread::yield_now();
                }
            }
        }
        assert!(rx.pop().is_none());
        Met { full: writer.join().unwrap(), empty }
    })
}

#[test]
fn ring_keeps_order() {
    let met = three_values_through_two_slots();
    assert!(met.iter().any(|met| met.full) && met.iter().any(|met| met.empty), "{met:?}");
}

#[test]
#[should_panic(expected = "Causality violation")]
fn ring_needs_its_release_stores() {
    without(Part::ReleaseStores, three_values_through_two_slots);
}
