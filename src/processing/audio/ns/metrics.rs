//! What a suppressor tells of itself.

use crate::types::Decibels;

/// Figures of the last tick.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct NsMetrics {
    /// Level of the noise that comes in, in dBov (0 is the mean square of 1.0, ITU-T G.100.1); −100 for none.
    pub noise: Decibels,
    /// How far the last tick's noise was let down, 0 or more.
    pub suppression: Decibels,
    /// Probability that somebody spoke of late, 0 to 1.
    pub speech: f32,
}

impl NsMetrics {
    /// From mean squares of noise before and after.
    pub(super) fn of(before: f32, after: f32, speech: f32) -> Self {
        let decibels = |power: f32| 10.0 * power.max(1e-10).log10();
        let (noise, left) = (decibels(before), decibels(after));
        Self { noise: Decibels(noise), suppression: Decibels((noise - left).max(0.0)), speech }
    }
}
