//! A slow gain that brings each member's speech towards one level.

use super::activity::Dbov;

/// Follows a member's speech level and gives the gain for the next tick.
///
/// It moves only while he talks, by 0.03 dB a tick at most (3 dB a second), so it changes no syllable within itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Loudness {
    target: f32,
    range: f32,
    speech: Option<f32>,
    gain: f32,
}

impl Loudness {
    /// Towards `target`, by `range` decibels up or down at most (12 is the room's own limit).
    pub fn new(target: Dbov, range: f32) -> Self {
        let target = if target.0.is_finite() { target.0.clamp(-60.0, -6.0) } else { -26.0 };
        let range = if range.is_finite() { range.clamp(0.0, 12.0) } else { 0.0 };
        Self { target, range, speech: None, gain: 0.0 }
    }

    /// Takes one tick's level; `talking`: it is speech. Returns the gain in decibels. Real-time.
    pub fn tick(&mut self, level: Dbov, talking: bool) -> f32 {
        if talking && level.0 > -70.0 {
            let speech = self.speech.map_or(level.0, |speech| speech + (level.0 - speech) * 0.02);
            self.speech = Some(speech);
            let wanted = (self.target - speech).clamp(-self.range, self.range);
            self.gain += (wanted - self.gain).clamp(-0.03, 0.03);
        }
        self.gain
    }
}
