//! Whether a frame is silent.

use crate::types::Decibels;

/// A level as the mean square at which a frame is no longer silent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Threshold(f32);

impl Threshold {
    pub fn new(quiet: Decibels) -> Self {
        Self(quiet.linear() * quiet.linear())
    }

    /// What is no number counts as silent. Real-time: O(samples).
    pub fn is_loud(self, frame: &[f32]) -> bool {
        let power = frame.iter().map(|sample| sample * sample).sum::<f32>();
        power >= self.0 * frame.len().max(1) as f32
    }
}
