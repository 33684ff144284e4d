//! From probabilities to a decision that does not flutter.

use super::config::VadConfig;

/// Ticks of speech in a row that earn the whole hang-over; a click earns as much as it lasted.
const WHOLE: u32 = 5;

#[derive(Clone, Debug)]
pub(super) struct HangOver {
    threshold: f32,
    ticks: u32,
    run: u32,
    left: u32,
}

impl HangOver {
    pub(super) fn new(config: &VadConfig) -> Self {
        let threshold = if config.threshold.is_finite() { config.threshold.clamp(0.0, 1.0) } else { 0.5 };
        Self { threshold, ticks: config.hang_over.ticks(), run: 0, left: 0 }
    }

    pub(super) fn reset(&mut self) {
        (self.run, self.left) = (0, 0);
    }

    pub(super) fn decide(&mut self, probability: f32) -> bool {
        if probability >= self.threshold {
            self.run = (self.run + 1).min(WHOLE);
            let earned = if self.run == WHOLE { self.ticks } else { self.ticks.min(self.run) };
            self.left = self.left.max(earned);
            return true;
        }
        self.run = 0;
        let hanging = self.left > 0;
        self.left = self.left.saturating_sub(1);
        hanging
    }
}
