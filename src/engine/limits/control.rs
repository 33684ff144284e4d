//! How limits are set, and what counts against them.

use crate::engine::Reject;
use crate::engine::control::Control;
use crate::engine::limits::check::share_of;
use crate::engine::limits::{LimitScope, Limits};

/// What a scope has, and may have.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Usage {
    /// Its sessions.
    pub sessions: usize,
    /// Its rooms; of a worker none.
    pub rooms: usize,
    /// Share of the period that the declared costs of its sessions take, as [`Limits::share`] counts.
    pub share: f32,
    /// Its limits.
    pub limits: Limits,
}

impl Control {
    /// Sets the limits of the engine, of a worker or of a tenant, in place of those that there were. They hold for what comes from
    /// now on; what is there stays. A bridge moves a leg to its peer's worker whatever that one's limits are.
    pub fn limits(&self, scope: LimitScope, limits: Limits) -> Result<(), Reject> {
        limits.check(scope)?;
        let mut state = self.state();
        if let LimitScope::Worker(worker) = scope
            && usize::from(worker.0) >= state.workers.len()
        {
            return Err(Reject::NoSuchWorker(worker));
        }
        state.book.limit(scope, limits);
        Ok(())
    }

    /// What counts against a scope's limits now.
    pub fn usage(&self, scope: LimitScope) -> Usage {
        let state = self.state();
        let account = state.book.account(scope);
        let periods = if let LimitScope::Worker(_) = scope { 1 } else { state.workers.len() };
        Usage {
            sessions: account.sessions,
            rooms: account.rooms,
            share: share_of(account.cost, periods) as f32,
            limits: account.limits,
        }
    }
}
