//! What an echo canceller is told.

use crate::types::Decibels;

/// Settings of an [`EchoCanceller`](super::EchoCanceller).
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct AecConfig {
    /// Whether what the adaptive filters leave is suppressed too, at a latency of 10 ms. Default: yes.
    pub suppression: bool,
    /// The most by which the suppressor lowers a part of the spectrum. Default: −50 dB.
    pub floor: Decibels,
    /// Whether suppressed parts are filled with noise like the near end's. Default: yes.
    ///
    /// Backgrounds that nobody hears (under about −66 dBov) are not imitated.
    pub comfort_noise: bool,
}

impl Default for AecConfig {
    fn default() -> Self {
        Self::full()
    }
}

impl AecConfig {
    /// The adaptive filters alone: no latency, nothing but echo is touched, what no filter models stays (variant 1).
    pub fn linear_only() -> Self {
        Self { suppression: false, ..Self::full() }
    }

    /// The adaptive filters, the suppressor of what they leave, and comfort noise (variant 2). The default.
    pub fn full() -> Self {
        Self { suppression: true, floor: Decibels(-50.0), comfort_noise: true }
    }

    /// With or without the suppressor.
    pub fn suppression(mut self, on: bool) -> Self {
        self.suppression = on;
        self
    }

    /// With another most of suppression, clamped to −80…0 dB.
    pub fn floor(mut self, floor: Decibels) -> Self {
        self.floor = Decibels(if floor.0.is_nan() { 0.0 } else { floor.0.clamp(-80.0, 0.0) });
        self
    }

    /// With or without comfort noise.
    pub fn comfort_noise(mut self, on: bool) -> Self {
        self.comfort_noise = on;
        self
    }
}
