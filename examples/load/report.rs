//! What is printed, and kept as JSON.

use std::fmt;

use serde::Serialize;

use crate::args::{Args, Sockets};
use crate::limit::Limit;
use crate::step::Step;
use crate::usage::cores;

/// Everything that was found.
#[derive(Debug, Serialize)]
pub struct Report {
    pub workers: u16,
    pub io_threads: usize,
    pub cores: usize,
    pub ptime_ms: u32,
    pub sockets: String,
    pub transcoding: bool,
    /// All legs are in one room.
    pub room: bool,
    pub realtime: bool,
    pub steps: Vec<Step>,
    /// Steps that were too much, the last one included.
    pub failed: Vec<(Limit, Step)>,
    pub limit: Limit,
    /// Bytes that a session takes at most, as the engine promises.
    pub memory_bound: usize,
    /// Resident bytes of the whole process per session created, sockets' own memory in the kernel excluded.
    pub memory_measured: u64,
    pub reclaimed: bool,
}

/// Cost that each further leg adds, beside what is there without legs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Slope {
    pub engine: f64,
    pub sockets: f64,
}

impl Report {
    /// Without steps yet.
    pub fn new(args: &Args, memory_bound: usize) -> Self {
        Self {
            workers: args.workers,
            io_threads: args.threads(),
            cores: cores(),
            ptime_ms: args.ptime,
            sockets: match args.sockets {
                Sockets::Own => "a socket per leg",
                Sockets::Shared => "a socket per I/O thread",
                Sockets::None => "no sockets",
            }
            .to_owned(),
            transcoding: !args.relay,
            room: args.room,
            realtime: true,
            steps: Vec::new(),
            failed: Vec::new(),
            limit: Limit::Asked,
            memory_bound,
            memory_measured: 0,
            reclaimed: false,
        }
    }

    /// The step with the most legs that worked.
    pub fn best(&self) -> Option<&Step> {
        self.steps.last()
    }

    /// One line for what was run.
    pub fn set_up(&self) -> String {
        let work = match self {
            Self { room: true, .. } => "one room",
            Self { transcoding: true, .. } => "G.711 µ-law to A-law, transcoded",
            _ => "G.711, relayed undecoded",
        };
        let priority = if self.realtime { "real-time priority" } else { "no real-time priority" };
        format!(
            "{work}, packets of {} ms, {}; {} worker(s), {} I/O thread(s), {} cores, {priority}",
            self.ptime_ms, self.sockets, self.workers, self.io_threads, self.cores
        )
    }

    /// Marginal cost by least squares over all steps that worked.
    pub fn slope(&self) -> Slope {
        let of = |cost: fn(&Step) -> f64| slope(self.steps.iter().map(|s| (s.legs as f64, cost(s) * s.legs as f64)));
        Slope { engine: of(|s| s.cost.engine), sockets: of(|s| s.cost.sockets) }
    }
}

/// Slope of the line through the points; that from the origin when there is only one.
fn slope(points: impl Iterator<Item = (f64, f64)> + Clone) -> f64 {
    let count = points.clone().count().max(1) as f64;
    let (x, y) = points.clone().fold((0.0, 0.0), |(x, y), p| (x + p.0 / count, y + p.1 / count));
    let (xy, xx) = points.fold((0.0, 0.0), |(xy, xx), p| (xy + (p.0 - x) * (p.1 - y), xx + (p.0 - x).powi(2)));
    if xx > 0.0 { xy / xx } else { y / x.max(1.0) }
}

/// The head of the lines that [`line`] gives.
pub const HEAD: &str = "\
        µs CPU per leg and 20 ms           tick, ms                  late, µs       CPU %
  legs  engine sockets   both phones   p50   p99 p99.9   max     p99    max  worker  idle    lost  xruns";

/// One step in one line.
pub fn line(step: &Step) -> String {
    let Step { cost, busy, lateness, .. } = step;
    format!(
        "{:6} {:7.2} {:7.2} {:6.2} {:6.2} {:5.2} {:5.2} {:5.2} {:5.2} {:7.0} {:6.0} {:7.0} {:5.0} {:6.2}% {:6}",
        step.legs,
        cost.engine,
        cost.sockets,
        step.per_leg(),
        cost.phones,
        busy.p50 / 1e3,
        busy.p99 / 1e3,
        busy.p999 / 1e3,
        busy.max / 1e3,
        lateness.p99,
        lateness.max,
        step.worker_share * 100.0,
        step.idle * 100.0,
        step.loss() * 100.0,
        step.xruns
    )
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(best) = self.best() else { return write!(f, "No step worked. Limit: {}.", self.limit) };
        let slope = self.slope();
        writeln!(f, "\n{} legs without an xrun of the engine ({}).", best.legs, self.set_up())?;
        writeln!(f, "Limit      {}", self.limit)?;
        writeln!(
            f,
            "CPU        {:.2} µs per leg and 20 ms: engine {:.2}, sockets {:.2} (phones, not counted: {:.2})",
            best.per_leg(),
            best.cost.engine,
            best.cost.sockets,
            best.cost.phones
        )?;
        writeln!(
            f,
            "           each further leg adds {:.2}: engine {:.2}, sockets {:.2}",
            slope.engine + slope.sockets,
            slope.engine,
            slope.sockets
        )?;
        let busy = best.busy;
        writeln!(
            f,
            "Tick       p50 {:.2}, p99 {:.2}, p99.9 {:.2}, max {:.2} ms of wall time; {:.0} % of the worker's core in CPU time",
            busy.p50 / 1e3,
            busy.p99 / 1e3,
            busy.p999 / 1e3,
            busy.max / 1e3,
            best.worker_share * 100.0
        )?;
        let late = best.lateness;
        writeln!(
            f,
            "Lateness   p50 {:.0}, p99 {:.0}, p99.9 {:.0}, max {:.0} µs",
            late.p50, late.p99, late.p999, late.max
        )?;
        writeln!(
            f,
            "Packets    {} sent, {} received, {} lost ({:.3} %)",
            best.sent,
            best.received,
            best.lost,
            best.loss() * 100.0
        )?;
        writeln!(
            f,
            "Memory     {:.1} KiB resident per session, bound {:.1} KiB; everything freed at the end: {}",
            self.memory_measured as f64 / 1024.0,
            self.memory_bound as f64 / 1024.0,
            if self.reclaimed { "yes" } else { "no" }
        )?;
        let most = self.steps.iter().map(|s| s.load_average).fold(0.0, f64::max);
        write!(
            f,
            "Machine    load average up to {most:.1}; {:.0} % of the cores idle in the last good step",
            best.idle * 100.0
        )
    }
}
