//! Reclaim: what two workers drop is freed once, by the reaper, after its last use.

use std::collections::BTreeSet;

use loom::thread;

use super::explore::explore;
use crate::drop_list::{DropList, Reaper};
use crate::sync::atomic::AtomicUsize;
use crate::sync::{Arc, Part, without};

/// Returns how many values were freed while the worker ran.
fn two_owned_values() -> BTreeSet<usize> {
    explore(|| {
        let list = Arc::new(DropList::new(2));
        let workers_list = list.clone();
        let worker = thread::spawn(move || {
            workers_list.touch(1);
            workers_list.drop_value(1);
        });
        let mut reaper = Reaper::new();
        list.touch(2);
        list.drop_value(2);
        while reaper.collect_one(&list) {}
        let early = reaper.freed;
        worker.join().unwrap();
        while reaper.collect_one(&list) {}
        assert_eq!(reaper.freed, 2, "a dropped value was lost");
        early
    })
}

/// Returns how many values were freed while the worker ran.
fn one_shared_value() -> BTreeSet<usize> {
    explore(|| {
        let shared = Arc::new((DropList::new(1), AtomicUsize::new(2)));
        let workers = shared.clone();
        let worker = thread::spawn(move || {
            workers.0.touch(1);
            workers.0.drop_shared(1, &workers.1);
        });
        let mut reaper = Reaper::new();
        shared.0.touch(1);
        shared.0.drop_shared(1, &shared.1);
        reaper.collect_one(&shared.0);
        let early = reaper.freed;
        worker.join().unwrap();
        while reaper.collect_one(&shared.0) {}
        assert_eq!(reaper.freed, 1, "the shared value was lost");
        early
    })
}

#[test]
fn owned_values_are_freed_once_and_none_is_lost() {
    assert_eq!(two_owned_values(), [0, 1, 2].into());
}

#[test]
#[should_panic(expected = "a dropped value was lost")]
fn drop_list_needs_its_swaps_to_synchronise() {
    without(Part::Swaps, two_owned_values);
}

#[test]
fn a_shared_value_is_freed_after_its_last_owner() {
    assert_eq!(one_shared_value(), [0, 1].into());
}

#[test]
#[should_panic(expected = "Causality violation")]
fn the_last_owner_needs_its_fence() {
    without(Part::Fences, one_shared_value);
}
