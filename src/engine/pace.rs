//! How often a worker tells what its sessions count.

use crate::session::Session;
use crate::types::Tick;

/// Ticks between two publications of a session's figures, and between two in which each node's time is taken.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    stats: u64,
    profile: u64,
}

impl Pace {
    pub fn usual(stats_interval: u32) -> Self {
        Self { stats: stats_interval.into(), profile: 16 }
    }

    /// A quarter as often, and no node's time.
    pub fn slow(stats_interval: u32) -> Self {
        Self { stats: 4 * u64::from(stats_interval), profile: u64::MAX }
    }

    /// Whether the session's figures are published at this tick: sessions take turns.
    pub fn is_told(&self, session: &Session, tick: Tick) -> bool {
        turn(session, tick).is_multiple_of(self.stats)
    }

    /// Whether each of its nodes' time is taken.
    pub fn is_profiled(&self, session: &Session, tick: Tick) -> bool {
        turn(session, tick).is_multiple_of(self.profile)
    }
}

fn turn(session: &Session, tick: Tick) -> u64 {
    tick.0 + u64::from(session.id.index())
}
