//! What a gain control aims at.

use super::limiter::LimiterConfig;
use crate::types::{Decibels, Millis};

/// How an [`Agc`](super::Agc) works.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct AgcConfig {
    /// What it measures.
    pub measure: Measure,
    /// Where speech is brought to: LUFS with [`Measure::Loudness`], mean dBFS with [`Measure::Level`]. Taken as −40 to −10.
    /// Default −23.
    pub target: Decibels,
    /// Most that quiet speech is raised by, 0 to 40 dB. Default 30.
    pub max_gain: Decibels,
    /// Whether three bands are compressed, which makes soft syllables easier to hear. Default on; the simple one has none.
    pub compression: bool,
    /// Highest true peak that goes out, −20 to 0 dBFS. Default −1.
    pub ceiling: Decibels,
    /// Time in which the simple one lowers its gain by two thirds of what is needed. Default 50 ms.
    pub attack: Millis,
    /// Time in which the simple one raises it. Default 1 s.
    pub release: Millis,
}

/// What a gain control measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// The K-weighted, gated loudness of speech, over seconds.
    Loudness,
    /// The mean level of speech, with attack and release.
    Level,
}

impl Default for AgcConfig {
    fn default() -> Self {
        Self {
            measure: Measure::Loudness,
            target: Decibels(-23.0),
            max_gain: Decibels(30.0),
            compression: true,
            ceiling: Decibels(-1.0),
            attack: Millis(50),
            release: Millis(1_000),
        }
    }
}

impl AgcConfig {
    /// The classic gain control: mean level, attack and release, limiter.
    pub fn simple() -> Self {
        Self { measure: Measure::Level, compression: false, ..Self::default() }
    }

    /// Where speech is brought to.
    #[must_use]
    pub const fn target(self, target: Decibels) -> Self {
        Self { target, ..self }
    }

    /// Most that quiet speech is raised by.
    #[must_use]
    pub const fn max_gain(self, max_gain: Decibels) -> Self {
        Self { max_gain, ..self }
    }

    /// Whether three bands are compressed.
    #[must_use]
    pub const fn compression(self, compression: bool) -> Self {
        Self { compression, ..self }
    }

    /// Highest true peak that goes out.
    #[must_use]
    pub const fn ceiling(self, ceiling: Decibels) -> Self {
        Self { ceiling, ..self }
    }

    /// The simple one's time of lowering.
    #[must_use]
    pub const fn attack(self, attack: Millis) -> Self {
        Self { attack, ..self }
    }

    /// The simple one's time of raising.
    #[must_use]
    pub const fn release(self, release: Millis) -> Self {
        Self { release, ..self }
    }

    pub(super) fn limiter(&self) -> LimiterConfig {
        LimiterConfig::default().ceiling(self.ceiling)
    }

    pub(super) fn bounded_target(&self) -> f32 {
        bounded_target(self.target)
    }

    /// The range of the gain: speech at full scale can be brought to any target.
    pub(super) fn range(&self) -> (f32, f32) {
        (-40.0, bounded(self.max_gain, 0.0, 40.0, 30.0))
    }
}

/// A target that can be aimed at.
pub(super) fn bounded_target(target: Decibels) -> f32 {
    bounded(target, -40.0, -10.0, -23.0)
}

/// Within these, or the default where it is no number.
pub(super) fn bounded(value: Decibels, low: f32, high: f32, default: f32) -> f32 {
    if value.0.is_finite() { value.0.clamp(low, high) } else { default }
}
