//! Commands and their answers: exactly one answer to each command, in order, although the ring of
//! answers has a single slot.

use std::collections::BTreeSet;

use loom::thread;

use super::explore::explore;
use crate::ring::ring;

/// When the worker takes a command.
#[derive(Clone, Copy, PartialEq)]
enum Take {
    WhenItsAnswerHasRoom,
    /// The broken twin.
    Always,
}

const COMMANDS: u32 = 2;

/// Returns whether the worker ever had to leave a command in the ring.
fn two_commands(take: Take) -> BTreeSet<bool> {
    explore(move || {
        let (mut commands, mut inbox) = ring(2);
        let (mut answers, mut applied) = ring(1);
        for id in 0..COMMANDS {
            assert!(commands.push(id).is_ok());
        }
        let worker = thread::spawn(move || {
            let (mut taken, mut waited) = (0, false);
            while taken < COMMANDS {
                if take == Take::Always || answers.has_room(1) {
                    if let Some(id) = inbox.pop() {
                        taken += 1;
                        answers.push(id).expect("a command was taken, its answer has room");
                    }
                } else {
                    waited = true;
                    thread::yield_now();
                }
            }
            waited
        });
        let mut answered = 0;
        while answered < COMMANDS {
            match applied.pop() {
                Some(id) => {
                    assert_eq!(id, answered, "answers come once and in order");
                    answered += 1;
                }
                None => thread::yield_now(),
            }
        }
        let waited = worker.join().unwrap();
        assert!(applied.pop().is_none(), "one answer to a command");
        waited
    })
}

#[test]
fn every_command_has_exactly_one_answer() {
    assert_eq!(two_commands(Take::WhenItsAnswerHasRoom), [false, true].into());
}

#[test]
#[should_panic(expected = "a command was taken, its answer has room")]
fn a_command_taken_without_room_loses_its_answer() {
    two_commands(Take::Always);
}
