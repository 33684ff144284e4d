//! Shutdown: a worker that sees the flag drains its rings once more and leaves nothing behind.

use std::collections::BTreeSet;

use loom::thread;

use super::explore::explore;
use crate::drop_list::{DropList, Reaper};
use crate::ring::ring;
use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sync::{Arc, Part, without};

/// In which order the worker looks.
#[derive(Clone, Copy, PartialEq)]
enum Look {
    FlagThenRing,
    /// The broken twin: what is pushed between the two looks stays in the ring.
    RingThenFlag,
}

/// Returns how many values the worker took before it saw the flag.
fn stop(look: Look) -> BTreeSet<usize> {
    explore(move || {
        let values = Arc::new(DropList::new(2));
        let stopping = Arc::new(AtomicBool::new(false));
        let (mut commands, mut inbox) = ring(2);
        let (workers_values, flag) = (values.clone(), stopping.clone());
        let worker = thread::spawn(move || {
            let mut before = 0;
            loop {
                // Pairs with the Release store: what was pushed before the flag is seen after it.
                let early = flag.load(Ordering::Acquire);
                while let Some(value) = inbox.pop() {
                    workers_values.drop_value(value);
                    before += usize::from(!early);
                }
                let last = if look == Look::FlagThenRing { early } else { flag.load(Ordering::Acquire) };
                if last {
                    return (inbox, before);
                }
                thread::yield_now();
            }
        });
        for value in 1..=2 {
            assert!(commands.push(value).is_ok());
        }
        stopping.store(true, Ordering::Release);
        let (mut inbox, before) = worker.join().unwrap();
        assert!(inbox.pop().is_none(), "a command was left in the ring");
        let mut reaper = Reaper::new();
        while reaper.collect_one(&values) {}
        assert_eq!(reaper.freed, 2, "a value leaked");
        before
    })
}

#[test]
fn shutdown_drains_every_ring_and_leaks_nothing() {
    assert_eq!(stop(Look::FlagThenRing), [0, 1, 2].into());
}

#[test]
#[should_panic(expected = "a command was left in the ring")]
fn a_worker_must_drain_after_it_has_seen_the_flag() {
    stop(Look::RingThenFlag);
}

#[test]
#[should_panic(expected = "Causality violation")]
fn shutdown_needs_its_release_stores() {
    without(Part::ReleaseStores, || stop(Look::FlagThenRing));
}
