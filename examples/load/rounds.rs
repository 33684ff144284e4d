//! The pace of a thread that works once a millisecond.

use std::thread;
use std::time::{Duration, Instant};

use media_core::rt::ThreadConfig;

/// One round.
const ROUND: Duration = Duration::from_millis(1);
/// Who is later than this many rounds leaves them out: the machine has no time for them.
const MOST_BEHIND: u64 = 100;

/// SCHED_FIFO priority of threads that move media: before other programs, behind the engine's workers (80).
const PRIORITY: u8 = 20;

/// Numbers rounds and waits for each.
pub struct Rounds {
    start: Instant,
    next: u64,
}

impl Rounds {
    /// The first round is now. Gives the calling thread its name, and its priority where that is allowed.
    pub fn new(name: &str) -> Self {
        let mut thread = ThreadConfig::default();
        (thread.name, thread.priority) = (name.to_owned(), Some(PRIORITY));
        // Without it the thread works as well, on a machine that is otherwise idle.
        let _ = thread.apply();
        Self { start: Instant::now(), next: 0 }
    }

    /// Waits for the next round, at once if it is overdue; returns its number and how many were left out before it.
    pub fn wait(&mut self) -> (u64, u64) {
        let passed = self.start.elapsed();
        let due = ROUND * self.next as u32;
        let behind = (passed.saturating_sub(due).as_micros() / ROUND.as_micros()) as u64;
        let left_out = if behind > MOST_BEHIND { behind } else { 0 };
        if let Some(early) = due.checked_sub(passed) {
            thread::sleep(early);
        }
        let round = self.next + left_out;
        self.next = round + 1;
        (round, left_out)
    }
}
