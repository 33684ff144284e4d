//! How the speech fades in a gap: by how voiced it was, and by whether it was fading already.

use crate::processing::audio::plc::dot;

/// Full level for so long: most losses are one packet, and a dip would be heard as a gap.
const HOLD_MS: usize = 10;
/// Voiced speech is gone after so long: vowels last, but repeated pitch turns into a buzz.
const VOICED_MS: f32 = 150.0;
/// Unvoiced speech is gone after so long: few consonants last longer.
const UNVOICED_MS: f32 = 100.0;
/// The trend is measured over so long at least, in whole cycles: a short cycle's power is chance.
const TREND_MS: usize = 7;
/// Most that the trend takes over that span.
const STEEPEST: f32 = 0.7;

/// Gain per sample: full, then a line to zero, both along the trend that there was.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fade {
    hold: usize,
    line: f32,
    slope: f32,
    trend: f32,
    decay: f32,
}

impl Fade {
    /// Measures the trend at the end of `past`, which holds two cycles and 14 ms.
    pub fn new(past: &[f32], period: usize, voiced: f32, per_ms: usize) -> Self {
        let span = (period * (TREND_MS * per_ms).div_ceil(period)).min(past.len() / 2);
        let (before, late) = past.split_at(past.len() - span);
        let early = &before[before.len() - span..];
        let (late, early) = (dot(late, late), dot(early, early));
        let ratio = if early > late { (late / early).sqrt().max(STEEPEST) } else { 1.0 };
        let fading = UNVOICED_MS + voiced * (VOICED_MS - UNVOICED_MS) - HOLD_MS as f32;
        Self {
            hold: HOLD_MS * per_ms,
            line: 1.0,
            slope: 1.0 / (fading * per_ms as f32),
            trend: 1.0,
            decay: ratio.powf(1.0 / span as f32),
        }
    }

    /// The gain of the next sample.
    pub fn next(&mut self) -> f32 {
        if self.hold > 0 {
            self.hold -= 1;
        } else {
            self.line = (self.line - self.slope).max(0.0);
        }
        self.trend *= self.decay;
        self.line * self.trend
    }

    /// Whether it has come to zero.
    pub fn over(&self) -> bool {
        self.line <= 0.0
    }
}
