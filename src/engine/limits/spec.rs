//! What can be limited, and of whom.

use std::fmt;

use thiserror::Error;

use crate::types::{TenantId, WorkerId};

/// Whom limits are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LimitScope {
    /// Everything in the engine.
    Engine,
    /// What runs on one worker.
    Worker(WorkerId),
    /// The sessions and rooms that were made under one label.
    Tenant(TenantId),
}

/// Limits of one scope; `None`: none.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Limits {
    /// Sessions at most.
    pub sessions: Option<usize>,
    /// Rooms at most. Rooms are on every worker: a worker has no limit of them.
    pub rooms: Option<usize>,
    /// Share of the period that the declared costs of sessions may take, 0 to 1: of a worker's period; of the engine and of a
    /// tenant, of the periods of all workers together.
    pub share: Option<f32>,
    /// Share of the period that a worker may be measured to be busy before new sessions are refused, 0 to 1; of the engine:
    /// what holds for workers without one of their own, instead of [`EngineConfig::load_limit`](crate::EngineConfig::load_limit).
    /// What a tenant's sessions take is not measured.
    pub load: Option<f32>,
}

impl Limits {
    /// No limits.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sessions at most.
    pub fn sessions(mut self, most: usize) -> Self {
        self.sessions = Some(most);
        self
    }

    /// Rooms at most.
    pub fn rooms(mut self, most: usize) -> Self {
        self.rooms = Some(most);
        self
    }

    /// Share of the period by declared costs.
    pub fn share(mut self, most: f32) -> Self {
        self.share = Some(most);
        self
    }

    /// Share of the period as measured.
    pub fn load(mut self, most: f32) -> Self {
        self.load = Some(most);
        self
    }

    /// Whether the scope can have them.
    pub(super) fn check(&self, scope: LimitScope) -> Result<(), LimitsError> {
        let shares = [self.share, self.load].into_iter().flatten();
        if let Some(wrong) = shares.into_iter().find(|share| !(0.0..=1.0).contains(share)) {
            return Err(LimitsError::Share(wrong));
        }
        let foreign = match scope {
            LimitScope::Engine => false,
            LimitScope::Worker(_) => self.rooms.is_some(),
            LimitScope::Tenant(_) => self.load.is_some(),
        };
        if foreign { Err(LimitsError::Scope(scope)) } else { Ok(()) }
    }
}

/// The limit that was reached.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Limit {
    /// Sessions at most.
    Sessions(usize),
    /// Rooms at most.
    Rooms(usize),
    /// Share of the period by declared costs.
    Share(f32),
}

/// Limits that cannot be. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum LimitsError {
    /// A share that is none.
    #[error("a share of {0}; allowed are 0 to 1")]
    Share(f32),
    /// A worker has no limit of rooms, a tenant none of measured load.
    #[error("{0} has no such limit")]
    Scope(LimitScope),
}

impl fmt::Display for LimitScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Engine => f.write_str("the engine"),
            Self::Worker(worker) => write!(f, "worker {}", worker.0),
            Self::Tenant(tenant) => write!(f, "tenant {}", tenant.0),
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sessions(most) => write!(f, "{most} sessions"),
            Self::Rooms(most) => write!(f, "{most} rooms"),
            Self::Share(most) => write!(f, "{:.1} % of the period", most * 100.0),
        }
    }
}
