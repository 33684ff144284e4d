//! In which order a worker does without what.

use thiserror::Error;

use crate::types::{Millis, WorkerId};

/// One thing that a loaded worker does without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OverloadStep {
    /// Detail: sessions' figures are published a quarter as often, and no node's time is taken.
    Figures,
    /// Resampling of [`Quality::High`](crate::processing::format::Quality) is done as
    /// [`Quality::Voice`](crate::processing::format::Quality).
    Resampling,
    /// No suppression of noise.
    Noise,
    /// Echo is taken away by the filters alone, without the suppressor behind them.
    EchoSuppression,
    /// No equalizer and no compressor.
    Effects,
    /// Opus encodes with this effort at most, 0 to 10. Members of a room that shares encoders keep theirs: one encoder less
    /// shared would cost more.
    Effort(u8),
    /// In rooms that choose talkers, so many are heard at most, at least 1.
    Talkers(u8),
    /// No new sessions are placed on the worker.
    Refuse,
}

/// A step that a worker has taken, or taken back.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Degradation {
    /// Which worker.
    pub worker: WorkerId,
    /// Which step.
    pub step: OverloadStep,
    /// Share of its period that it was busy.
    pub load: f32,
}

/// When a worker is loaded too much, and what it then does without.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct OverloadPolicy {
    /// What is done without, first to last.
    pub steps: Vec<OverloadStep>,
    /// Share of the period from which on a window is one too many. Default 0.8.
    pub above: f32,
    /// Share below which a window counts towards a step back. Default 0.6.
    pub below: f32,
    /// Length of a window: the load is looked at once in it. Default 200 ms; the load is a mean over some 320 ms.
    pub window: Millis,
    /// Windows in a row for a step. Default 3.
    pub patience: u32,
    /// Windows in a row for a step back. Default 25. It doubles, up to 32 times, for each step back that had to be taken again soon.
    pub rest: u32,
}

impl Default for OverloadPolicy {
    fn default() -> Self {
        use OverloadStep::{EchoSuppression, Effects, Effort, Figures, Noise, Refuse, Resampling, Talkers};
        let steps =
            vec![Figures, Resampling, Effects, Effort(5), Noise, EchoSuppression, Effort(1), Talkers(2), Refuse];
        Self { steps, above: 0.8, below: 0.6, window: Millis(200), patience: 3, rest: 25 }
    }
}

impl OverloadPolicy {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// What is done without, first to last.
    pub fn steps(mut self, steps: &[OverloadStep]) -> Self {
        self.steps = steps.to_vec();
        self
    }

    /// Shares of the period: `above` it steps are taken, `below` it they are taken back.
    pub fn between(mut self, below: f32, above: f32) -> Self {
        (self.below, self.above) = (below, above);
        self
    }

    /// Windows of this length, so many in a row for a step, and so many for a step back.
    pub fn pace(mut self, window: Millis, patience: u32, rest: u32) -> Self {
        (self.window, self.patience, self.rest) = (window, patience, rest);
        self
    }

    /// Whether it can be followed.
    pub fn check(&self) -> Result<(), PolicyError> {
        let wrong = |step: &&OverloadStep| match step {
            OverloadStep::Effort(effort) => *effort > 10,
            OverloadStep::Talkers(most) => !(1..=16).contains(most),
            _ => false,
        };
        if let Some(step) = self.steps.iter().find(wrong) {
            return Err(PolicyError::Step(*step));
        }
        let apart = self.below >= 0.0 && self.below < self.above && self.above.is_finite();
        if !apart {
            return Err(PolicyError::Between(self.below, self.above));
        }
        let timely = self.patience > 0 && self.rest > 0 && (10..=60_000).contains(&self.window.0);
        if timely { Ok(()) } else { Err(PolicyError::Pace(self.window.0, self.patience, self.rest)) }
    }
}

/// A policy that cannot be followed.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// Effort is 0 to 10, talkers are 1 to 16.
    #[error("{0:?} is no step; effort is 0 to 10, talkers are 1 to 16")]
    Step(OverloadStep),
    /// There is nothing between the two loads.
    #[error("no load lies between {0} and {1}")]
    Between(f32, f32),
    /// No time, or too much of it.
    #[error("windows of {0} ms, {1} and {2} in a row; allowed are 10 ms to a minute, and at least one")]
    Pace(u32, u32, u32),
}
