//! Where the noise is and where the voice: slow trackers of the lowest and of the highest levels.

use super::spectrum::BANDS;

/// Follows the floor of each band, and the peak of all.
#[derive(Clone, Debug)]
pub(super) struct Floor {
    smooth: [f32; BANDS],
    pub(super) noise: [f32; BANDS],
    pub(super) peak: f32,
    started: bool,
    /// Ticks of digital silence in a row.
    silence: u32,
}

/// A floor rises by 4 dB a second: a new noise is known within seconds, a long vowel is not taken for one.
const RISE: f32 = 0.004;

/// Ticks of digital silence after which what comes next is heard as the first sound of a call: a line that was off, a party
/// that was muted. The floor would need a quarter of a minute to rise from there to a noise.
const OFF: u32 = 100;

/// A peak is forgotten by 2 dB a second.
const FADE: f32 = 0.002;

impl Floor {
    pub(super) const fn new() -> Self {
        Self { smooth: [0.0; BANDS], noise: [0.0; BANDS], peak: 0.0, started: false, silence: 0 }
    }

    /// Nothing was heard yet, or the line is off.
    pub(super) fn is_unknown(&self) -> bool {
        !self.started
    }

    /// Takes the levels of a tick and their sum's, in bels; `silent`: there is nothing in it at all.
    pub(super) fn follow(&mut self, level: &[f32; BANDS], total: f32, silent: bool) {
        self.silence = if silent { self.silence.saturating_add(1) } else { 0 };
        if !self.started || self.silence >= OFF {
            let (smooth, noise, peak, silence) = (*level, *level, total, self.silence);
            *self = Self { smooth, noise, peak, started: !silent, silence };
        }
        for ((noise, smooth), &level) in self.noise.iter_mut().zip(&mut self.smooth).zip(level) {
            *smooth += 0.3 * (level - *smooth);
            *noise = if smooth < noise { *noise + 0.3 * (*smooth - *noise) } else { smooth.min(*noise + RISE) };
        }
        self.peak = if total > self.peak { self.peak + 0.3 * (total - self.peak) } else { total.max(self.peak - FADE) };
    }
}
