//! Tracks the spectrum of the noise, also while somebody speaks.
//!
//! Each bin is noise in the measure in which it is improbable that speech is in it. Source: Gerkmann and Hendriks,
//! "Unbiased MMSE-based noise power estimation with low complexity and low tracking delay", IEEE TASLP 20(4), 2012.

use multiversion::multiversion;

use super::approximations::exp;

/// Signal-to-noise ratio that speech would have where it is present: 15 dB.
const SPEECH_SNR: f32 = 31.62;

/// Share of the old estimate that stays each tick.
const MEMORY: f32 = 0.9;

/// Ticks at the start whose mean is the first estimate.
const LEARNING: u32 = 5;

/// Noise power per bin.
#[derive(Debug)]
pub(super) struct NoiseTracker {
    power: Box<[f32]>,
    /// Speech's probability over the last 100 ms: a bin that has had nothing but speech for long is noise after all.
    lasting: Box<[f32]>,
    /// Ticks heard, up to [`LEARNING`].
    heard: u32,
}

impl NoiseTracker {
    /// For spectra of `bins`. Allocates.
    pub(super) fn new(bins: usize) -> Self {
        let mut tracker = Self { power: vec![0.0; bins].into(), lasting: vec![0.0; bins].into(), heard: 0 };
        tracker.reset();
        tracker
    }

    /// Forgets the noise.
    pub(super) fn reset(&mut self) {
        self.power.fill(super::spectral::POWER_FLOOR);
        self.lasting.fill(0.5);
        self.heard = 0;
    }

    /// Takes in one tick's spectrum of powers.
    ///
    /// Real-time: O(bins).
    pub(super) fn update(&mut self, spectrum: &[f32]) {
        if self.heard < LEARNING {
            self.heard += 1;
            let share = 1.0 / self.heard as f32;
            for (noise, power) in self.power.iter_mut().zip(spectrum) {
                *noise += share * (power - *noise);
            }
        } else {
            follow(&mut self.power, &mut self.lasting, spectrum);
        }
    }

    /// The noise's power in each bin.
    pub(super) fn power(&self) -> &[f32] {
        &self.power
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn follow(noise: &mut [f32], lasting: &mut [f32], spectrum: &[f32]) {
    for ((noise, lasting), &power) in noise.iter_mut().zip(lasting).zip(spectrum) {
        let absent = (1.0 + SPEECH_SNR) * exp(-power / *noise * (SPEECH_SNR / (1.0 + SPEECH_SNR)));
        let speech = 1.0 / (1.0 + absent);
        *lasting = 0.9 * *lasting + 0.1 * speech;
        let speech = if *lasting > 0.99 { speech.min(0.99) } else { speech };
        *noise += (1.0 - MEMORY) * (1.0 - speech) * (power - *noise);
    }
}
