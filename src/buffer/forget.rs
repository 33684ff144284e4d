//! When the past says nothing any more, and when it does after all.
//!
//! Where packets later than some level used to come and have not come for so long that chance does not explain it, the
//! network has changed: what was before that is forgotten, and the delay falls. If packets as late come
//! again, the network had only paused: what was forgotten counts again, as if it never had been.

use crate::buffer::levels::{LEVELS, TICKS};
use crate::buffer::price::{Ledger, MEMORY};

/// Periods without late packets, where there should have been as many with: far beyond chance,
/// which comes in clusters.
const SURPRISE: f32 = 12.0;

/// Whether a level without a later packet for so long is more than chance: what would have come, by the odds so far.
pub(super) fn surprising(since: f32, exceeded: f32, seen: f32) -> bool {
    // `since` times ln(1 + odds), whose logarithm is near x / (1 + x / 2), without the division.
    let rest = (seen - exceeded).max(0.0) + 1.0;
    since * exceeded > SURPRISE * (rest + 0.5 * exceeded)
}

/// What was taken out of a ledger.
#[derive(Clone, Debug)]
pub(super) struct Forgotten {
    /// A packet beyond this level brings it back; [`LEVELS`] if nothing was forgotten.
    beyond: usize,
    /// Periods ago.
    ago: f32,
    pub periods: f32,
    pub cost: [f32; LEVELS],
    pub waits: [f32; LEVELS],
}

impl Forgotten {
    pub fn nothing() -> Self {
        Self { beyond: LEVELS, ago: 0.0, periods: 0.0, cost: [0.0; LEVELS], waits: [0.0; LEVELS] }
    }

    /// A period is over; its latest packet was later than so many levels. Whether that refutes the forgetting.
    pub fn refuted(&mut self, later: usize) -> bool {
        self.ago += 1.0;
        later > self.beyond
    }

    /// Its share that would be left by now: nearly exp(−x), and the same on every machine.
    fn left(&self) -> f32 {
        let x = self.ago / MEMORY;
        1.0 / (1.0 + x + 0.5 * x * x)
    }
}

impl Ledger {
    /// Only the time since the lowest level that surprises counts from now on. What is known of the levels below it
    /// is still true, over as short a time.
    pub(super) fn forget(&mut self) {
        let surprises = |level: &usize| surprising(self.since[*level], self.exceeded[*level], self.seen);
        let Some(lowest) = (0..LEVELS).find(surprises) else { return };
        let since = self.since[lowest];
        let share = (since / self.periods).min(1.0);
        let gone = &mut self.forgotten;
        let left = gone.left();
        for level in 0..LEVELS {
            let quiet = since * TICKS[level.max(lowest)];
            let kept = if level < lowest { share } else { 0.0 };
            let cost = (self.cost[level] * kept).max(quiet);
            gone.cost[level] = gone.cost[level] * left + self.cost[level] - cost;
            gone.waits[level] = gone.waits[level] * left + self.waits[level] * (1.0 - kept);
            self.cost[level] = cost;
            self.waits[level] *= kept;
            self.exceeded[level] *= kept.ceil();
        }
        gone.periods = gone.periods * left + (self.periods - since).max(0.0);
        // As late again, and a little more: a rare packet of the network as it is now refutes nothing.
        (gone.beyond, gone.ago) = (gone.beyond.min(lowest + lowest / 8 + 1), 0.0);
        self.periods = self.periods.min(since);
    }

    /// The network is what it was: what was forgotten counts.
    pub(super) fn recall(&mut self) {
        let gone = std::mem::replace(&mut self.forgotten, Forgotten::nothing());
        let left = gone.left();
        for level in 0..LEVELS {
            self.cost[level] = (self.cost[level] + gone.cost[level] * left).max(0.0);
            self.waits[level] += gone.waits[level] * left;
        }
        self.periods += gone.periods * left;
    }
}
