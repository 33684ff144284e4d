//! A high-pass for telephones: takes hum, breath and steps away from under the voice.

use biquad::Type;

use super::chain::Chain;
use crate::types::SampleRate;

/// Where a [`HighPass`] begins.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct HighPassConfig {
    /// Where the level is 3 dB down, in hertz. Default 100.
    pub corner_hz: f32,
}

impl Default for HighPassConfig {
    fn default() -> Self {
        Self { corner_hz: 100.0 }
    }
}

impl HighPassConfig {
    /// Where the level is 3 dB down, taken as 20 to 400 Hz.
    #[must_use]
    pub fn corner_hz(self, corner_hz: f32) -> Self {
        Self { corner_hz, ..self }
    }
}

/// A Butterworth filter of the fourth order: 24 dB an octave.
#[derive(Clone, Debug)]
pub struct HighPass {
    chain: Chain<2>,
}

/// Qualities of the two halves of a fourth-order Butterworth filter: 1 / (2 cos 22.5°) and 1 / (2 cos 67.5°).
const QUALITIES: [f32; 2] = [0.541_196_1, 1.306_563];

impl HighPass {
    /// No allocation.
    pub fn new(rate: SampleRate, config: &HighPassConfig) -> Self {
        let hz = if config.corner_hz.is_finite() { config.corner_hz.clamp(20.0, 400.0) } else { 100.0 };
        let half = |chain: Chain<2>, quality| chain.with(rate, Type::HighPass, hz, quality);
        Self { chain: QUALITIES.into_iter().fold(Chain::new(), half) }
    }

    /// Filters in place. Real-time.
    pub fn process(&mut self, frame: &mut [f32]) {
        self.chain.process(frame);
    }

    /// Samples by which the output lags: none.
    pub const fn latency(&self) -> usize {
        0
    }

    /// Forgets the audio so far.
    pub fn reset(&mut self) {
        self.chain.reset();
    }
}
