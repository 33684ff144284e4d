//! One step: what so many legs cost, measured over a window.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Instant;

use media_core::engine::{Telemetry, WorkerTelemetry};
use media_core::rt::HistogramSnapshot;
use serde::Serialize;

use crate::switch::Switch;
use crate::usage::{Cpu, Machine, cores, load_average};

/// A worker's period in nanoseconds.
pub const PERIOD: f64 = 10e6;

/// Everything that counts, at one moment.
pub struct Moment {
    at: Instant,
    telemetry: Telemetry,
    cpu: Cpu,
    machine: Machine,
    sent: u64,
    received: u64,
    lost: u64,
    left_out: u64,
}

impl Moment {
    /// Now.
    pub fn now(switch: &Switch) -> Self {
        let totals = &switch.totals;
        Self {
            at: Instant::now(),
            telemetry: switch.control.telemetry(),
            cpu: Cpu::read(),
            machine: Machine::read(),
            sent: totals.sent.load(Relaxed),
            received: totals.received.load(Relaxed),
            lost: totals.lost.load(Relaxed),
            left_out: totals.left_out.load(Relaxed),
        }
    }
}

/// Quantiles of a duration in microseconds, of the worker that did worst.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Quantiles {
    pub p50: f64,
    pub p99: f64,
    pub p999: f64,
    pub max: f64,
}

impl Quantiles {
    fn worst(windows: impl Iterator<Item = HistogramSnapshot>) -> Self {
        windows.fold(Self::default(), |worst, window| {
            let at = |q, than: f64| than.max(window.quantile(q) as f64 / 1e3);
            Self {
                p50: at(0.5, worst.p50),
                p99: at(0.99, worst.p99),
                p999: at(0.999, worst.p999),
                max: at(1.0, worst.max),
            }
        })
    }
}

/// CPU time in microseconds per leg and 20 ms.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Cost {
    /// Workers and supervisor.
    pub engine: f64,
    /// The host's I/O threads.
    pub sockets: f64,
    /// The phones: not a softswitch's to pay.
    pub phones: f64,
}

/// What was measured.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    pub legs: usize,
    pub cost: Cost,
    pub cpu: Cpu,
    pub seconds: f64,
    /// Wall time of a tick in microseconds, all phases together.
    pub busy: Quantiles,
    /// Microseconds from a phase's deadline to its start.
    pub lateness: Quantiles,
    /// Share of the period that a worker computes, in CPU time.
    pub worker_share: f64,
    /// Share of the machine's cores that this process used.
    pub own: f64,
    /// Share of the machine's cores that nobody used.
    pub idle: f64,
    pub load_average: f64,
    pub xruns: u64,
    pub skipped_ticks: u64,
    pub egress_dropped: u64,
    pub sent: u64,
    pub received: u64,
    /// Packets that the phones missed in their legs' sequences.
    pub lost: u64,
    /// Milliseconds that the phones could not keep up with.
    pub phones_left_out: u64,
}

impl Step {
    /// What happened between two moments.
    pub fn between(from: &Moment, to: &Moment, legs: usize) -> Self {
        let seconds = (to.at - from.at).as_secs_f64();
        let cpu = to.cpu.since(&from.cpu);
        // Nanoseconds in all, to microseconds per leg and 20 ms.
        let per_leg = |ns: u64| ns as f64 / 1e3 / (seconds / 0.020) / legs as f64;
        let workers = || from.telemetry.workers.iter().zip(&to.telemetry.workers);
        let risen = |count: fn(&WorkerTelemetry) -> u64| workers().map(|(from, to)| count(to) - count(from)).sum();
        Self {
            legs,
            cost: Cost {
                engine: per_leg(cpu.workers + cpu.supervisor),
                sockets: per_leg(cpu.sockets),
                phones: per_leg(cpu.phones),
            },
            cpu,
            seconds,
            busy: Quantiles::worst(workers().map(|(from, to)| to.busy.since(&from.busy))),
            lateness: Quantiles::worst(workers().map(|(from, to)| to.lateness.since(&from.lateness))),
            worker_share: cpu.workers as f64 / 1e9 / seconds / to.telemetry.workers.len() as f64,
            own: cpu.all() as f64 / 1e9 / seconds / cores() as f64,
            idle: to.machine.idle_since(&from.machine),
            load_average: load_average(),
            xruns: risen(|w| w.xruns),
            skipped_ticks: risen(|w| w.skipped),
            egress_dropped: risen(|w| w.egress_dropped),
            sent: to.sent - from.sent,
            received: to.received - from.received,
            lost: to.lost - from.lost,
            phones_left_out: to.left_out - from.left_out,
        }
    }

    /// Share of the packets sent by legs that their phones missed.
    pub fn loss(&self) -> f64 {
        self.lost as f64 / (self.lost + self.received).max(1) as f64
    }

    /// Engine and sockets together.
    pub fn per_leg(&self) -> f64 {
        self.cost.engine + self.cost.sockets
    }
}
