//! Hand-over of a session from worker A to worker B: one owner at any time, and the commands sent
//! to B while the session is under way are applied after those sent to A, none lost.
#![allow(unsafe_code)]

use std::collections::BTreeSet;

use loom::cell::UnsafeCell;
use loom::thread;

use super::explore::explore;
use crate::ring::ring;
use crate::sync::Arc;

/// A session, with the values that commands set, in their order.
struct Session(UnsafeCell<Vec<u32>>);

// SAFETY: only the owner calls `apply`; loom checks just that.
unsafe impl Sync for Session {}
// SAFETY: as above.
unsafe impl Send for Session {}

impl Session {
    fn apply(&self, value: u32) {
        // SAFETY: the caller owns the session.
        self.0.with_mut(|applied| unsafe { (*applied).push(value) });
    }
}

enum Command {
    Set(u32),
    Evict,
}

#[derive(Clone, Copy, PartialEq)]
enum Break {
    Nothing,
    /// Worker A uses the session once more after it has pushed it.
    UseAfterPush,
    /// Worker B takes a command although the session has not come yet.
    TakeBeforeAdoption,
}

/// Returns whether a command had to wait for the session.
fn hand_over(broken: Break) -> BTreeSet<bool> {
    explore(move || {
        let (mut to_a, mut inbox_a) = ring(2);
        let (mut to_b, mut inbox_b) = ring(1);
        let (mut leave, mut arrive) = ring::<Arc<Session>>(1);
        let session = Arc::new(Session(UnsafeCell::new(Vec::new())));
        assert!(to_a.push(Command::Set(1)).is_ok());
        let a = thread::spawn(move || {
            loop {
                match inbox_a.pop() {
                    Some(Command::Set(value)) => session.apply(value),
                    Some(Command::Evict) => break,
                    None => thread::yield_now(),
                }
            }
            assert!(leave.push(session.clone()).is_ok());
            if broken == Break::UseAfterPush {
                session.apply(9);
            }
        });
        // The control side: after the eviction, commands go to B.
        assert!(to_a.push(Command::Evict).is_ok());
        assert!(to_b.push(Command::Set(2)).is_ok());
        // Worker B: a command for a session that is under way stays in the ring until it has come.
        let (mut here, mut waited) = (None, false);
        while inbox_b.available() > 0 {
            here = here.or_else(|| arrive.pop());
            match &here {
                Some(session) => {
                    if let Some(Command::Set(value)) = inbox_b.pop() {
                        session.apply(value);
                    }
                }
                None if broken == Break::TakeBeforeAdoption => drop(inbox_b.pop()),
                None => {
                    waited = true;
                    thread::yield_now();
                }
            }
        }
        a.join().unwrap();
        let session = here.or_else(|| arrive.pop()).expect("the session arrives");
        // SAFETY: worker A has ended.
        session.0.with(|applied| unsafe { assert_eq!(*applied, [1, 2], "commands lost or out of order") });
        waited
    })
}

#[test]
fn a_session_has_one_owner_and_keeps_its_commands() {
    assert_eq!(hand_over(Break::Nothing), [false, true].into());
}

#[test]
#[should_panic(expected = "Causality violation")]
fn a_worker_must_not_use_a_session_that_it_gave_away() {
    hand_over(Break::UseAfterPush);
}

#[test]
#[should_panic(expected = "commands lost or out of order")]
fn commands_must_wait_for_the_session_to_arrive() {
    hand_over(Break::TakeBeforeAdoption);
}
