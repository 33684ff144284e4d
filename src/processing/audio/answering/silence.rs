//! A silence that lasts is told once.

use super::config::SilenceConfig;
use super::level::Threshold;
use crate::types::Millis;

/// Waits for a silence, in frames of 10 ms.
#[derive(Clone, Debug)]
pub struct SilenceDetector {
    threshold: Threshold,
    lasts: u32,
    silent: u32,
}

impl SilenceDetector {
    /// Nothing has been heard.
    pub fn new(config: &SilenceConfig) -> Self {
        Self { threshold: Threshold::new(config.quiet), lasts: config.lasts.ticks().max(1), silent: 0 }
    }

    /// Takes a frame. How long the silence has lasted, in the frame in which it has lasted long enough. Real-time: O(samples).
    pub fn process(&mut self, frame: &[f32]) -> Option<Millis> {
        self.silent = if self.threshold.is_loud(frame) { 0 } else { self.silent.saturating_add(1) };
        (self.silent == self.lasts).then_some(Millis(self.lasts * crate::types::TICK_MS))
    }
}
