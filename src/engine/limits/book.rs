//! Who has how much: kept up to date as sessions and rooms come, move and go.

use std::collections::HashMap;

use crate::engine::limits::{LimitScope, Limits};
use crate::engine::state::State;
use crate::types::{TenantId, WorkerId};

/// One scope's limits, and what counts against them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Account {
    pub limits: Limits,
    pub sessions: usize,
    pub rooms: usize,
    /// Declared cost of its sessions, nanoseconds a tick.
    pub cost: u64,
}

/// All accounts. Behind the engine's lock.
#[derive(Debug, Default)]
pub(crate) struct Book {
    engine: Account,
    workers: Vec<Account>,
    tenants: HashMap<TenantId, Account>,
}

impl Book {
    /// Empty accounts for so many workers.
    pub fn new(workers: usize) -> Self {
        Self { workers: vec![Account::default(); workers], ..Self::default() }
    }

    /// What a scope has; nothing, where it was never heard of.
    pub fn account(&self, scope: LimitScope) -> Account {
        match scope {
            LimitScope::Engine => self.engine,
            LimitScope::Worker(worker) => self.workers.get(usize::from(worker.0)).copied().unwrap_or_default(),
            LimitScope::Tenant(tenant) => self.tenants.get(&tenant).copied().unwrap_or_default(),
        }
    }

    /// Works on the accounts that something counts in, and forgets tenants that have nothing left.
    pub fn each(&mut self, worker: Option<WorkerId>, tenant: Option<TenantId>, mut work: impl FnMut(&mut Account)) {
        work(&mut self.engine);
        if let Some(account) = worker.and_then(|worker| self.workers.get_mut(usize::from(worker.0))) {
            work(account);
        }
        let Some(tenant) = tenant else { return };
        let account = self.tenants.entry(tenant).or_default();
        work(account);
        if account.sessions == 0 && account.rooms == 0 && account.limits == Limits::default() {
            self.tenants.remove(&tenant);
        }
    }

    /// Sets a scope's limits; the worker is there.
    pub fn limit(&mut self, scope: LimitScope, limits: Limits) {
        match scope {
            LimitScope::Engine => self.engine.limits = limits,
            LimitScope::Worker(worker) => {
                if let Some(account) = self.workers.get_mut(usize::from(worker.0)) {
                    account.limits = limits;
                }
            }
            LimitScope::Tenant(tenant) => {
                self.tenants.entry(tenant).or_default().limits = limits;
                self.each(None, Some(tenant), |_| {});
            }
        }
    }
}

impl State {
    /// A session has come to a worker.
    pub fn enter(&mut self, worker: WorkerId, tenant: Option<TenantId>, cost: u32) {
        self.workers[usize::from(worker.0)].cost += u64::from(cost);
        self.book.each(Some(worker), tenant, |account| {
            account.sessions += 1;
            account.cost += u64::from(cost);
        });
    }

    /// A session has gone.
    pub fn exit(&mut self, worker: WorkerId, tenant: Option<TenantId>, cost: u32) {
        self.workers[usize::from(worker.0)].cost -= u64::from(cost);
        self.book.each(Some(worker), tenant, |account| {
            account.sessions -= 1;
            account.cost -= u64::from(cost);
        });
    }

    /// A session costs what it did not before.
    pub fn charge(&mut self, worker: WorkerId, tenant: Option<TenantId>, before: u32, cost: u32) {
        let renew = |of: &mut u64| *of = (*of + u64::from(cost)).saturating_sub(before.into());
        renew(&mut self.workers[usize::from(worker.0)].cost);
        self.book.each(Some(worker), tenant, |account| renew(&mut account.cost));
    }

    /// Sessions alive.
    pub fn sessions(&self) -> usize {
        self.places.len() - self.free.len()
    }
}
