//! Leaves a voice alone whose noise is far below it: what a suppressor would take of the voice is worth more.
//!
//! The noise is here what is left in the quietest moments, which no vowel is taken for, unlike the noise in each bin.

use std::ops::Range;

/// Bins by which both are measured, 300 to 3 800 Hz at 25 Hz a bin: rumble below is far from what it disturbs.
const BAND: Range<usize> = 12..152;

/// Share of a new tick in the level.
const FRESH: f32 = 0.3;

/// Factor by which what counts as quietest grows each tick: 2 dB a second, for noise that comes up.
const RISE: f32 = 1.004_6;

/// Factor over the quietest from which it is a voice: 20 dB.
const VOICE: f32 = 100.0;

/// How fast the voice's level follows, louder and softer ticks.
const FOLLOW: (f32, f32) = (0.05, 0.01);

/// Natural logarithms of the ratios up to which noise is let down in full, 35 dB, and from which it is not at all, 45 dB.
const FULL: f32 = 8.06;
const NONE: f32 = 10.36;

/// Ticks from the start that are no measure of noise: the block is not full yet.
const FILLING: u32 = 6;

/// Powers of the voice and of the quietest moments.
#[derive(Debug, Default)]
pub(super) struct Limit {
    ticks: u32,
    level: f32,
    quietest: f32,
    voice: f32,
}

impl Limit {
    /// Forgets both.
    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }

    /// Takes in one tick's spectrum of powers. Real-time.
    pub(super) fn update(&mut self, spectrum: &[f32]) {
        let power: f32 = spectrum[BAND].iter().sum();
        self.level += FRESH * (power - self.level);
        self.ticks = self.ticks.saturating_add(1);
        if self.ticks <= FILLING {
            self.quietest = power.max(self.quietest);
            return;
        }
        self.quietest = (self.quietest * RISE).min(self.level);
        if power > VOICE * self.quietest {
            let share = if power > self.voice { FOLLOW.0 } else { FOLLOW.1 };
            self.voice += if self.voice == 0.0 { power } else { share * (power - self.voice) };
        }
    }

    /// Share of the suppression that is due: 1 down to 0, and 1 before a voice was heard. Real-time.
    pub(super) fn share(&self) -> f32 {
        if self.voice == 0.0 {
            return 1.0;
        }
        ((NONE - (self.voice / self.quietest).ln()) / (NONE - FULL)).clamp(0.0, 1.0)
    }
}
