//! What is known of one session's quality between two looks at it.

use std::collections::VecDeque;

use crate::quality::adaptation::{Adjustment, Controller};
use crate::quality::{Alarms, Alert, Analyzer, Findings, LegQuality, SessionStats, Spread, Stamped, Thresholds};
use crate::rtp::rtcp::Link;
use crate::types::Micros;

/// Alerts and changes of settings that are kept for the record.
const KEPT: usize = 64;

/// A session that is watched.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    /// The figures at the last look.
    pub before: SessionStats,
    pub analyzer: Analyzer,
    pub findings: Findings,
    pub alarms: Alarms,
    /// `None`: no limits are watched.
    pub limits: Option<Thresholds>,
    pub link: Link,
    pub controller: Option<Controller>,
    /// Changes that could not be made yet.
    pub waiting: Vec<Adjustment>,
    /// The report of the party that the controller has seen.
    pub seen: Option<Micros>,
    /// What the last look saw.
    pub last: Option<LegQuality>,
    pub mos: Spread,
    pub alerts: VecDeque<Stamped<Alert>>,
    pub adjustments: VecDeque<Stamped<Adjustment>>,
    pub subscription: Option<Subscription>,
}

/// Figures that are told again and again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subscription {
    pub every: u64,
    pub next: u64,
    pub before: SessionStats,
}

impl Watch {
    pub fn note_alert(&mut self, tick: u64, what: Alert) {
        keep(&mut self.alerts, Stamped { tick, what });
    }

    pub fn note_adjustment(&mut self, tick: u64, what: Adjustment) {
        keep(&mut self.adjustments, Stamped { tick, what });
    }
}

fn keep<T>(kept: &mut VecDeque<T>, new: T) {
    if kept.len() == KEPT {
        kept.pop_front();
    }
    kept.push_back(new);
}
