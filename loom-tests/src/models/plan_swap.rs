//! Plan swap: plans come to the worker by ring and leave it by the drop list, so that it frees none
//! and loses none.

use std::collections::BTreeSet;

use loom::thread;

use super::explore::explore;
use crate::drop_list::{DropList, Reaper};
use crate::ring::ring;
use crate::sync::{Arc, Part, without};

/// What the worker does with the plan that it replaces.
#[derive(Clone, Copy)]
enum Retire {
    DropList,
    /// The broken twin: the plan goes where the next one comes from, if there is room.
    BoundedRing,
}

/// Returns the plan that ran last, and how many were freed while the worker ran.
fn two_swaps(retire: Retire) -> BTreeSet<(usize, usize)> {
    explore(move || {
        let plans = Arc::new(DropList::new(3));
        let (mut commands, mut inbox) = ring(2);
        let (mut outbox, mut returned) = ring(1);
        let workers_plans = plans.clone();
        let worker = thread::spawn(move || {
            let mut current = 1;
            for _tick in 0..2 {
                if let Some(next) = inbox.pop() {
                    let old = std::mem::replace(&mut current, next);
                    match retire {
                        Retire::DropList => workers_plans.drop_value(old),
                        Retire::BoundedRing => outbox.push(old).expect("a retired plan always has a place"),
                    }
                }
                workers_plans.touch(current);
            }
            (current, inbox)
        });
        for plan in [2, 3] {
            plans.touch(plan);
            assert!(commands.push(plan).is_ok());
        }
        let mut reaper = Reaper::new();
        reaper.collect_one(&plans);
        let early = reaper.freed;
        let (current, mut inbox) = worker.join().unwrap();
        plans.drop_value(current);
        while let Some(unread) = inbox.pop() {
            plans.drop_value(unread);
        }
        while let Some(old) = returned.pop() {
            plans.drop_value(old);
        }
        while reaper.collect_one(&plans) {}
        assert_eq!(reaper.freed, 3, "a plan was lost");
        (current, early)
    })
}

#[test]
fn a_swap_frees_nothing_on_the_worker_and_loses_nothing() {
    let ends = two_swaps(Retire::DropList);
    assert!([(1, 0), (2, 0), (3, 0), (3, 1)].iter().all(|end| ends.contains(end)), "{ends:?}");
}

#[test]
#[should_panic(expected = "a retired plan always has a place")]
fn a_bounded_way_back_runs_full() {
    two_swaps(Retire::BoundedRing);
}

#[test]
#[should_panic(expected = "Causality violation")]
fn plan_swap_needs_release_stores() {
    without(Part::ReleaseStores, || two_swaps(Retire::DropList));
}
