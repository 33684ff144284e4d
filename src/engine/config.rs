//! How an engine is set up.

use std::fmt;
use std::sync::Arc;

use crate::engine::{ConfigError, OverloadPolicy, Rebalance};
use crate::quality::Thresholds;
use crate::rtp::rtcp::NtpTime;
use crate::types::{Millis, WorkerId};

/// What a host may run at the start of each worker thread, before its first tick.
pub type WorkerHook = Arc<dyn Fn(WorkerId) + Send + Sync>;

/// Configuration of an engine; every field has a default.
#[derive(Clone)]
pub struct EngineConfig {
    pub(crate) workers: usize,
    pub(crate) phases: u8,
    pub(crate) max_sessions: usize,
    pub(crate) max_rooms: usize,
    pub(crate) io_groups: usize,
    pub(crate) priority: Option<u8>,
    pub(crate) pin: bool,
    pub(crate) first_core: usize,
    pub(crate) command_ring: usize,
    pub(crate) report_ring: usize,
    pub(crate) egress_bytes: usize,
    pub(crate) event_capacity: usize,
    pub(crate) stats_interval: u32,
    pub(crate) load_limit: f32,
    pub(crate) seed: u64,
    pub(crate) quality_interval: Millis,
    pub(crate) thresholds: Option<Thresholds>,
    pub(crate) ntp_origin: NtpTime,
    pub(crate) hook: Option<WorkerHook>,
    pub(crate) overload: Option<OverloadPolicy>,
    pub(crate) rebalance: Option<Rebalance>,
}

impl Default for EngineConfig {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            workers: cores.saturating_sub(1).clamp(1, 64),
            phases: 8,
            max_sessions: 10_000,
            max_rooms: 1_000,
            io_groups: 1,
            priority: Some(80),
            pin: true,
            first_core: cores.saturating_sub(cores.saturating_sub(1).max(1)),
            command_ring: 1_024,
            report_ring: 4_096,
            egress_bytes: 1 << 20,
            event_capacity: 65_536,
            stats_interval: 8,
            load_limit: 0.85,
            seed: 0x6d65_6469_615f_636f,
            quality_interval: Millis(2_000),
            thresholds: None,
            ntp_origin: NtpTime(0),
            hook: None,
            overload: None,
            rebalance: None,
        }
    }
}

impl EngineConfig {
    /// Bytes that each session's place takes on each worker: its slot, and its unit in every phase.
    pub(crate) const BYTES_PER_PLACE: usize = 8 + 8 * size_of::<crate::engine::table::Unit>() + 8;

    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Worker threads; by default all cores but one, and at least one.
    pub fn workers(mut self, workers: usize) -> Self {
        self.workers = workers;
        self
    }

    /// Parts that a worker's 10 ms period is divided into, to flatten its load: 1, 2, 4 or 8 (the default).
    pub fn phases(mut self, phases: u8) -> Self {
        self.phases = phases;
        self
    }

    /// Sessions that may exist at once; 10 000 by default. A session's place costs 100 bytes on each worker.
    pub fn max_sessions(mut self, sessions: usize) -> Self {
        self.max_sessions = sessions;
        self
    }

    /// Rooms that may exist at once; 1 000 by default. A room's place costs 16 bytes on each worker.
    pub fn max_rooms(mut self, rooms: usize) -> Self {
        self.max_rooms = rooms;
        self
    }

    /// Groups of sessions whose datagrams different I/O threads send; 1 by default.
    pub fn io_groups(mut self, groups: usize) -> Self {
        self.io_groups = groups;
        self
    }

    /// SCHED_FIFO priority of the workers, 1 to 99; 80 by default, `None` leaves them to the ordinary scheduler.
    pub fn priority(mut self, priority: Option<u8>) -> Self {
        self.priority = priority;
        self
    }

    /// Whether workers are pinned to cores (the default), from `first_core` upward.
    pub fn pin(mut self, pin: bool, first_core: usize) -> Self {
        (self.pin, self.first_core) = (pin, first_core);
        self
    }

    /// Commands that a worker may have waiting; a full ring is `Reject::Busy`. 1 024 by default.
    pub fn command_ring(mut self, commands: usize) -> Self {
        self.command_ring = commands;
        self
    }

    /// Bytes of each ring from a worker to an I/O thread; 1 MiB by default.
    pub fn egress_bytes(mut self, bytes: usize) -> Self {
        self.egress_bytes = bytes;
        self
    }

    /// Events kept for a slow host before statistics are dropped; 65 536 by default.
    pub fn event_capacity(mut self, events: usize) -> Self {
        self.event_capacity = events;
        self
    }

    /// Ticks between two publications of a session's figures; 8 by default.
    pub fn stats_interval(mut self, ticks: u32) -> Self {
        self.stats_interval = ticks.max(1);
        self
    }

    /// Share of the period that workers may be busy before new sessions are refused; 0.85 by default.
    pub fn load_limit(mut self, share: f32) -> Self {
        self.load_limit = share;
        self
    }

    /// Where SSRCs, first sequence numbers and timestamps are drawn from. A host in production sets something random.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Runs `hook` on each worker thread after its set-up and before its first tick.
    pub fn on_worker_start(mut self, hook: WorkerHook) -> Self {
        self.hook = Some(hook);
        self
    }

    /// Checks everything at once.
    pub fn validate(&self) -> Result<(), ConfigError> {
        if !(1..=64).contains(&self.workers) {
            return Err(ConfigError::Workers(self.workers));
        }
        if !matches!(self.phases, 1 | 2 | 4 | 8) {
            return Err(ConfigError::Phases(self.phases));
        }
        if !(1..=1_000_000).contains(&self.max_sessions) {
            return Err(ConfigError::Sessions(self.max_sessions));
        }
        if !(1..=64).contains(&self.io_groups) {
            return Err(ConfigError::IoGroups(self.io_groups));
        }
        if let Some(ring) = [self.command_ring, self.report_ring].into_iter().find(|ring| *ring < 64) {
            return Err(ConfigError::Ring(ring));
        }
        self.overload.iter().try_for_each(OverloadPolicy::check)?;
        if self.egress_bytes < 16 * 1_024 { Err(ConfigError::Ring(self.egress_bytes)) } else { Ok(()) }
    }
}

impl fmt::Debug for EngineConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { workers, phases, max_sessions, priority, .. } = self;
        write!(f, "EngineConfig {{ workers: {workers}, phases: {phases}, ")?;
        write!(f, "max_sessions: {max_sessions}, priority: {priority:?}, .. }}")
    }
}
