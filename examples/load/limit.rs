//! Why a step was too much.

use std::fmt;

use serde::Serialize;

use crate::step::{PERIOD, Step};

/// What ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// One tick in a thousand took the engine more than 80 % of the period.
    Tick,
    /// The engine was a whole period late through its own work.
    Xrun,
    /// Workers were kept off their cores while they had little to do: by the host system, not by the engine.
    KeptOff,
    /// The cores were used up, so that I/O threads or phones fell behind; the engine was not at its limit.
    Cores,
    /// The process may open no more sockets.
    Files,
    /// As many legs as were asked for.
    Asked,
}

/// Share of the period that one tick in a thousand may take.
pub const TICK_SHARE: f64 = 0.8;
/// A worker that computes less than this on average is not late through its own work.
const OWN_WORK: f64 = 0.6;
/// Cores of which this process uses so much are used up: Linux keeps 5 % from real-time threads,
/// and takes it in pieces of 50 ms.
const ALL_CORES: f64 = 0.92;
/// Packets that may get lost, as a share: more means that somebody did not keep up.
const LOSS: f64 = 0.001;

impl Limit {
    /// What ran out in a step, if something did.
    pub fn of(step: &Step) -> Option<Self> {
        let own = step.worker_share > OWN_WORK;
        let slow = step.busy.p999 * 1e3 > TICK_SHARE * PERIOD;
        let starved = step.own > ALL_CORES || step.loss() > LOSS || step.phones_left_out > 0;
        match (step.xruns > 0, slow) {
            _ if starved => Some(Self::Cores),
            (true, _) if own => Some(Self::Xrun),
            (_, true) if own => Some(Self::Tick),
            (true, _) | (_, true) => Some(Self::KeptOff),
            _ => None,
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tick => "the engine: one tick in a thousand took more than 80 % of the period",
            Self::Xrun => "the engine: late by a whole period through its own work",
            Self::KeptOff => "the system: workers with little to do were kept off their cores",
            Self::Cores => "the machine: no core was left for I/O threads and phones",
            Self::Files => "the system: no more sockets for this process",
            Self::Asked => "none: as many legs as asked for",
        })
    }
}
