//! The link between two nodes, the file that ships: every slot index arrives once and in order.

use std::collections::BTreeSet;

use loom::sync::Arc;
use loom::thread;

use super::explore::explore;
use crate::link::Link;
use crate::sync::{Part, without};

/// Pushes two values past two that wait, against two pops: returns how many of the pops found one.
fn two_ends_of_a_link() -> BTreeSet<usize> {
    explore(|| {
        let link = Arc::new(Link::new());
        // The counters stand behind the first round, so that slots are used again.
        for round in 0..3 {
            assert!(link.push(round) && link.pop() == Some(round));
        }
        assert!(link.push(10) && link.push(11) && link.push(12));
        let pusher = link.clone();
        let writer = thread::spawn(move || (13..15).map(|value| pusher.push(value)).collect::<Vec<_>>());
        let mut popped: Vec<u16> = (0..2).filter_map(|_| link.pop()).collect();
        let found = popped.len();
        let pushed = writer.join().unwrap();
        popped.extend(std::iter::from_fn(|| link.pop()));
        let mut expected = vec![10, 11, 12];
        expected.extend((13..15).zip(&pushed).filter(|(_, pushed)| **pushed).map(|(value, _)| value));
        assert_eq!(popped, expected, "a value was lost, doubled or overtaken");
        assert!(pushed[0], "the fourth place was free");
        found + 10 * usize::from(pushed[1])
    })
}

/// Two values through an empty link: what the popper sees of a value is what was pushed.
fn values_follow_their_count() {
    explore(|| {
        let link = Arc::new(Link::new());
        let popper = link.clone();
        // The reader is the spawned thread: loom leaves out orders where the first one reads.
        let reader = thread::spawn(move || (0..2).filter_map(|_| popper.pop()).collect::<Vec<u16>>());
        assert!(link.push(7) && link.push(8));
        let popped = reader.join().unwrap();
        assert!([7, 8].starts_with(&popped), "a count came before its value: {popped:?}");
        popped.len()
    });
}

#[test]
fn link_keeps_order() {
    let met = two_ends_of_a_link();
    // The fifth value met a full link in some orders, and room in others.
    assert_eq!(met, BTreeSet::from([2, 12]));
    values_follow_their_count();
}

#[test]
#[should_panic(expected = "a count came before its value")]
fn link_needs_its_release_stores() {
    without(Part::ReleaseStores, values_follow_their_count);
}
