//! All files that an engine plays, and the thread that reads them.
#![expect(clippy::disallowed_types, reason = "between ordinary threads: no worker sees it")]

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::session::file::reading::Reading;

/// How often files are read while some play: well below what is read ahead.
const TURN: Duration = Duration::from_millis(20);

/// Where players leave what they want to be read. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Readers(Arc<Shared>);

#[derive(Default)]
struct Shared {
    desk: Mutex<Desk>,
    changed: Condvar,
}

#[derive(Default)]
struct Desk {
    /// Taken on at the next turn.
    new: Vec<Reading>,
    /// All others, while nobody reads.
    under_way: Vec<Reading>,
    closed: bool,
}

impl Readers {
    /// From now on this is read, until its player has gone.
    pub fn add(&self, reading: Reading) {
        self.desk().new.push(reading);
        self.0.changed.notify_one();
    }

    /// Reads all files once, as far ahead as they may. Waits for the disk. `false`: nothing plays.
    pub fn turn(&self) -> bool {
        let mut readings = {
            let mut desk = self.desk();
            let mut readings = std::mem::take(&mut desk.under_way);
            readings.append(&mut desk.new);
            readings
        };
        // Not under the lock: who plays a file does not wait for the disk.
        readings.retain_mut(Reading::pump);
        let any = !readings.is_empty();
        self.desk().under_way = readings;
        any
    }

    /// Reads until it is closed: what the reader's thread does.
    pub fn run(&self) {
        loop {
            let any = self.turn();
            let desk = self.desk();
            let waits = |desk: &mut Desk| !desk.closed && desk.new.is_empty();
            let desk = if any {
                self.0.changed.wait_timeout_while(desk, TURN, waits).unwrap_or_else(PoisonError::into_inner).0
            } else {
                self.0.changed.wait_while(desk, waits).unwrap_or_else(PoisonError::into_inner)
            };
            if desk.closed {
                return;
            }
        }
    }

    /// Ends what `run` does.
    pub fn close(&self) {
        self.desk().closed = true;
        self.0.changed.notify_one();
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.0.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
