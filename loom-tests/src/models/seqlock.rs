//! The shipped seqlock: a read is one write, whole, or nothing.

use std::collections::BTreeSet;

use loom::thread;

use super::explore::explore;
use crate::seqlock::seqlock;
use crate::sync::{Part, without};

/// Returns what the read saw.
fn a_read_during_two_writes() -> BTreeSet<Option<[u64; 2]>> {
    explore(|| {
        let (mut writer, reader) = seqlock::<2>();
        let late = reader.clone();
        let monitor = thread::spawn(move || reader.try_read());
        writer.write(&[1, 1]);
        writer.write(&[2, 2]);
        let seen = monitor.join().unwrap();
        assert!(seen.is_none_or(|[a, b]| a == b), "torn: {seen:?}");
        assert_eq!(late.read(), [2, 2]);
        seen
    })
}

#[test]
fn a_read_is_whole_or_nothing() {
    let seen = a_read_during_two_writes();
    assert_eq!(seen, [None, Some([0, 0]), Some([1, 1]), Some([2, 2])].into());
}

#[test]
fn a_read_that_meets_a_write_tries_again_and_ends() {
    let seen = explore(|| {
        let (mut writer, reader) = seqlock::<2>();
        let monitor = thread::spawn(move || reader.read());
        writer.write(&[1, 1]);
        monitor.join().unwrap()
    });
    assert_eq!(seen, [[0, 0], [1, 1]].into());
}

#[test]
#[should_panic(expected = "torn")]
fn seqlock_needs_its_fences() {
    without(Part::Fences, a_read_during_two_writes);
}

#[test]
#[should_panic(expected = "torn")]
fn seqlock_needs_its_release_store() {
    without(Part::ReleaseStores, a_read_during_two_writes);
}
