//! How long sessions take from being asked for to their first tick.

use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;

use media_core::types::TICK_US;
use media_core::{Micros, SessionId, Tick};

use crate::switch::lock;

/// Sessions that are remembered.
const MOST: usize = 20_000;

/// What is known of a session: the answer and the event that it runs come in either order.
#[derive(Clone, Copy)]
enum Known {
    Asked(Micros),
    Runs(Tick),
}

/// The last set-ups.
#[derive(Default)]
pub struct SetUps {
    known: Mutex<HashMap<SessionId, Known>>,
    /// Microseconds.
    took: Mutex<VecDeque<u64>>,
}

impl SetUps {
    /// A session was asked for.
    pub fn asked(&self, session: SessionId, at: Micros) {
        self.know(session, Known::Asked(at));
    }

    /// It runs from this tick on.
    pub fn runs(&self, session: SessionId, from: Tick) {
        self.know(session, Known::Runs(from));
    }

    fn know(&self, session: SessionId, now: Known) {
        let before = lock(&self.known).remove(&session);
        let (asked, tick) = match (before, now) {
            (Some(Known::Asked(asked)), Known::Runs(tick)) | (Some(Known::Runs(tick)), Known::Asked(asked)) => {
                (asked, tick)
            }
            _ => {
                lock(&self.known).insert(session, now);
                return;
            }
        };
        let mut took = lock(&self.took);
        if took.len() == MOST {
            took.pop_front();
        }
        // A tick has its time on the engine's clock.
        took.push_back((tick.0 * TICK_US).saturating_sub(asked.0));
    }

    /// Milliseconds that half, and that 99 in a hundred took at most, and the longest.
    pub fn quantiles(&self) -> Option<[f64; 3]> {
        let mut sorted: Vec<u64> = lock(&self.took).iter().copied().collect();
        sorted.sort_unstable();
        let last = sorted.len().checked_sub(1)?;
        Some([0.5, 0.99, 1.0].map(|q| sorted[(q * last as f64) as usize] as f64 / 1e3))
    }
}
