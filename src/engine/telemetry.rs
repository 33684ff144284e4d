//! What can be read of a worker without touching it.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

use crate::engine::state::WorkerLink;
use crate::rt::{Histogram, HistogramSnapshot};
use crate::types::{Tick, WorkerId};

/// Written by one worker, read by anybody.
#[derive(Debug)]
pub(crate) struct WorkerFigures {
    /// Nanoseconds that the worker was busy in a tick, all its phases together.
    pub busy: Histogram,
    /// Nanoseconds from a phase's deadline to its start.
    pub lateness: Histogram,
    /// The last tick begun, plus one.
    pub ticks: AtomicU64,
    pub xruns: AtomicU64,
    pub skipped: AtomicU64,
    pub sessions: AtomicU32,
    /// Mean share of the period that the worker was busy, in parts per million, over about 32 ticks.
    pub load_ppm: AtomicU32,
    pub reports_lost: AtomicU64,
    pub egress_dropped: AtomicU64,
}

impl WorkerFigures {
    /// Figures at zero, with the reading ends of a worker's histograms.
    pub fn new(busy: Histogram, lateness: Histogram) -> Self {
        Self {
            busy,
            lateness,
            ticks: AtomicU64::new(0),
            xruns: AtomicU64::new(0),
            skipped: AtomicU64::new(0),
            sessions: AtomicU32::new(0),
            load_ppm: AtomicU32::new(0),
            reports_lost: AtomicU64::new(0),
            egress_dropped: AtomicU64::new(0),
        }
    }

    /// Takes one tick's busy time into the mean. Real-time.
    pub fn tick_done(&self, busy_ns: u64) {
        let now = (busy_ns / 10).min(10_000_000) as u32;
        let mean = self.load_ppm.load(Relaxed);
        self.load_ppm.store(mean - mean / 32 + now / 32, Relaxed);
    }

    /// The tick that the worker is in.
    pub fn tick(&self) -> Tick {
        Tick(self.ticks.load(Relaxed).saturating_sub(1))
    }

    /// Share of the period that the worker is busy.
    pub fn load(&self) -> f32 {
        self.load_ppm.load(Relaxed) as f32 / 1e6
    }
}

/// One worker's figures at one moment.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WorkerTelemetry {
    /// Which worker.
    pub worker: WorkerId,
    /// Nanoseconds busy per tick.
    pub busy: HistogramSnapshot,
    /// Nanoseconds that phases began after their deadline.
    pub lateness: HistogramSnapshot,
    /// The tick that it is in.
    pub tick: Tick,
    /// Times that it was late by a whole period or more.
    pub xruns: u64,
    /// Periods left out since.
    pub skipped: u64,
    /// Sessions that it runs.
    pub sessions: u32,
    /// Share of the period that it is busy.
    pub load: f32,
    /// Steps of the overload ladder that it does without ([`Control::degraded`](crate::Control::degraded)).
    pub degraded: usize,
    /// Node reports dropped, since its report ring was too full for anything but answers.
    pub reports_lost: u64,
    /// Datagrams dropped at full rings to I/O threads.
    pub egress_dropped: u64,
}

/// The engine's figures at one moment.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Telemetry {
    /// One entry per worker.
    pub workers: Vec<WorkerTelemetry>,
    /// Sessions alive.
    pub sessions: usize,
    /// Events dropped, since the host did not read them.
    pub events_lost: u64,
}

impl WorkerTelemetry {
    pub(crate) fn read(worker: WorkerId, link: &WorkerLink, degraded: usize) -> Self {
        let figures = &link.figures;
        Self {
            worker,
            busy: figures.busy.snapshot(),
            lateness: figures.lateness.snapshot(),
            tick: figures.tick(),
            xruns: figures.xruns.load(Relaxed),
            skipped: figures.skipped.load(Relaxed),
            sessions: figures.sessions.load(Relaxed),
            load: link.load(),
            degraded,
            reports_lost: figures.reports_lost.load(Relaxed),
            egress_dropped: figures.egress_dropped.load(Relaxed),
        }
    }
}
