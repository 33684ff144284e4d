//! How a host asks for it.

use crate::engine::control::Control;
use crate::engine::{EngineConfig, Pending, Reject};
use crate::types::{Millis, SessionId, WorkerId};

/// When sessions move by themselves.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Rebalance {
    /// Time between two looks. Default 1 s.
    pub every: Millis,
    /// Share of the period by which the busiest worker may be busier than the least busy one. Default 0.1.
    pub bound: f32,
}

impl Default for Rebalance {
    fn default() -> Self {
        Self { every: Millis(1_000), bound: 0.1 }
    }
}

impl Rebalance {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Time between two looks.
    pub fn every(mut self, every: Millis) -> Self {
        self.every = every;
        self
    }

    /// Share of the period by which workers may differ.
    pub fn bound(mut self, share: f32) -> Self {
        self.bound = share;
        self
    }
}

/// One session that moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Migration {
    /// Who.
    pub session: SessionId,
    /// Where it was.
    pub from: WorkerId,
    /// Where it goes.
    pub to: WorkerId,
}

/// What moves.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Rebalanced {
    /// Each session, both of a bridge.
    pub moves: Vec<Migration>,
    /// Answered when all have arrived.
    pub op: Pending,
}

impl Control {
    /// Moves sessions from the busiest worker to the least busy one until the two differ by `bound` of the period at most, or no
    /// move helps. One call moves up to 16 groups, at one tick; `Migrated` events tell each. What they send is the same to the bit.
    ///
    /// A session costs what it declares, and where its worker is measured to be busier than all of its sessions declare, as much more.
    /// The legs of a bridge move together. What stays: sessions that were placed by
    /// [`SessionSpec::worker`](crate::SessionSpec::worker), members of rooms that are part of an exception, and those that are
    /// on their way already. Limits of workers hold; stalled ones get nobody.
    pub fn rebalance(&self, bound: f32) -> Result<Rebalanced, Reject> {
        self.state().rebalance(f64::from(bound.max(0.0)))
    }
}

impl EngineConfig {
    /// Lets sessions move by themselves where workers differ; by default they stay where they were placed. See
    /// [`Control::rebalance`].
    pub fn rebalance(mut self, how: Rebalance) -> Self {
        self.rebalance = Some(how);
        self
    }
}
