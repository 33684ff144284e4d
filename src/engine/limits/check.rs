//! Whether something new keeps within the limits.

use crate::engine::Reject;
use crate::engine::limits::book::Account;
use crate::engine::limits::{Limit, LimitScope};
use crate::engine::spawn::PERIOD;
use crate::engine::state::State;
use crate::session::SessionSpec;
use crate::types::{TenantId, WorkerId};

impl Account {
    /// The limit that so many more would break, of a scope with `periods` workers' time.
    fn breaks(&self, sessions: usize, rooms: usize, cost: u64, periods: usize) -> Option<Limit> {
        let full = |most: Option<usize>, there: usize| most.filter(|most| there > *most);
        if let Some(most) = full(self.limits.sessions, self.sessions + sessions).filter(|_| sessions > 0) {
            return Some(Limit::Sessions(most));
        }
        if let Some(most) = full(self.limits.rooms, self.rooms + rooms).filter(|_| rooms > 0) {
            return Some(Limit::Rooms(most));
        }
        let share = share_of(self.cost + cost, periods);
        self.limits.share.filter(|most| sessions > 0 && share > f64::from(*most)).map(Limit::Share)
    }
}

/// Nanoseconds a tick as a share of so many periods.
pub(crate) fn share_of(cost: u64, periods: usize) -> f64 {
    cost as f64 / (PERIOD * periods.max(1) as u64) as f64
}

impl State {
    /// Whether a session of this cost may come at all, wherever it runs.
    pub fn permits(&self, tenant: Option<TenantId>, cost: u64) -> Result<(), Reject> {
        self.within(tenant, |account| account.breaks(1, 0, cost, self.workers.len()))
    }

    /// Whether a room may come.
    pub fn permits_room(&self, tenant: Option<TenantId>) -> Result<(), Reject> {
        self.within(tenant, |account| account.breaks(0, 1, 0, 1))
    }

    fn within(&self, tenant: Option<TenantId>, breaks: impl Fn(&Account) -> Option<Limit>) -> Result<(), Reject> {
        for scope in [Some(LimitScope::Engine), tenant.map(LimitScope::Tenant)].into_iter().flatten() {
            if let Some(limit) = breaks(&self.book.account(scope)) {
                return Err(Reject::Limit(scope, limit));
            }
        }
        Ok(())
    }

    /// Whether a worker keeps within its own limits with so many sessions more.
    pub fn holds(&self, worker: WorkerId, sessions: usize, cost: u64) -> Result<(), Reject> {
        let scope = LimitScope::Worker(worker);
        match self.book.account(scope).breaks(sessions, 0, cost, 1) {
            Some(limit) => Err(Reject::Limit(scope, limit)),
            None => Ok(()),
        }
    }

    /// Whether a worker takes a new session now: it runs, has time left, and keeps within its limits.
    pub fn takes(&self, worker: WorkerId, spec: &SessionSpec) -> Result<(), Reject> {
        let link = &self.workers[usize::from(worker.0)];
        let busy = link.load() >= self.load_limit(worker) || self.overload.refuses(worker);
        if link.stalled || (busy && !spec.standing.essential) {
            return Err(Reject::Overloaded);
        }
        self.holds(worker, 1, spec.declared_cost())
    }

    /// Share of its period that a worker may be measured to be busy.
    pub fn load_limit(&self, worker: WorkerId) -> f32 {
        let load = |scope| self.book.account(scope).limits.load;
        load(LimitScope::Worker(worker)).or(load(LimitScope::Engine)).unwrap_or(self.config.load_limit)
    }

    /// How many more sessions of a spec keep within the limits, whatever the load.
    pub fn room_within_limits(&self, spec: &SessionSpec) -> usize {
        let cost = spec.declared_cost().max(1);
        let left = |account: Account, periods: usize| {
            let places = account.limits.sessions.map_or(usize::MAX, |most| most.saturating_sub(account.sessions));
            let time = account.limits.share.map_or(usize::MAX, |share| {
                let most = f64::from(share) * (PERIOD * periods as u64) as f64;
                ((most - account.cost as f64).max(0.0) / cost as f64) as usize
            });
            places.min(time)
        };
        let all = self.workers.len();
        let scopes = [Some(LimitScope::Engine), spec.standing.tenant.map(LimitScope::Tenant)].into_iter().flatten();
        let most = scopes.map(|scope| left(self.book.account(scope), all)).min().unwrap_or(usize::MAX);
        let by_worker = (0..all).map(|w| left(self.book.account(LimitScope::Worker(WorkerId(w as u16))), 1));
        most.min(by_worker.fold(0, usize::saturating_add))
    }
}
