//! How harmonic a spectrum is: the correlation of the audio with itself one pitch period later.

use super::spectrum::NARROW_BINS;
use crate::processing::dsp::{Complex32, Fourier};

/// Highest bin that counts: harmonics up to 2 kHz.
const BINS: usize = 80;

/// Block of the inverse transform: its samples are lags of 0.25 ms.
const LAGS: usize = 2 * BINS;

/// Lags of voices: 400 down to 70 Hz.
const SHORTEST: usize = 10;
const LONGEST: usize = 57;

/// Bins to either side that a bin is compared with: 300 Hz in all.
const AROUND: usize = 6;

/// What is found in one spectrum.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Harmony {
    /// Correlation in the spectrum as it is, 0 to about 1.
    pub(super) plain: f32,
    /// The same where every bin counts alike: weak harmonics between strong noise too.
    pub(super) flat: f32,
    /// The lag of the latter, 0 (400 Hz) to 1 (70 Hz).
    pub(super) lag: f32,
}

#[derive(Debug)]
pub(super) struct Pitch {
    fourier: Fourier,
    bins: Box<[Complex32]>,
    correlation: Box<[f32]>,
}

impl Pitch {
    pub(super) fn new() -> Self {
        Self {
            fourier: Fourier::new(LAGS),
            bins: vec![Complex32::default(); BINS + 1].into(),
            correlation: vec![0.0; LAGS].into(),
        }
    }

    /// Real-time.
    pub(super) fn find(&mut self, power: &[f32]) -> Harmony {
        let mut magnitude = [0.0; NARROW_BINS];
        for (magnitude, power) in magnitude.iter_mut().zip(power).skip(2) {
            // The least is far under any audio: it keeps silence from dividing by nothing.
            *magnitude = (power + 1e-13).sqrt();
        }
        let (plain, _) = self.strongest(|k| magnitude[k]);
        let mut sums = [0.0; NARROW_BINS + 1];
        for k in 0..NARROW_BINS {
            sums[k + 1] = sums[k] + magnitude[k];
        }
        let (flat, lag) = self.strongest(|k| {
            let (from, to) = (k.saturating_sub(AROUND).max(2), k + AROUND + 1);
            let mean = (sums[to] - sums[from]) / (to - from) as f32;
            (magnitude[k] / (mean + 1e-7)).min(4.0) - 1.0
        });
        // Of the flat spectrum the sum is what the deviations can reach.
        Harmony { plain, flat, lag: (lag - SHORTEST) as f32 / (LONGEST - SHORTEST) as f32 }
    }

    /// The highest correlation in the range of voices, relative to the sum of the magnitudes, and its lag.
    fn strongest(&mut self, value: impl Fn(usize) -> f32) -> (f32, usize) {
        let mut sum = 1e-7;
        self.bins.fill(Complex32::default());
        for k in 2..BINS {
            let value = value(k);
            sum += value.abs();
            self.bins[k].re = value;
        }
        self.fourier.inverse(&mut self.bins, &mut self.correlation);
        let scale = BINS as f32 / sum;
        let (mut best, mut at) = (0.0, SHORTEST);
        for lag in SHORTEST..=LONGEST {
            if self.correlation[lag] > best {
                (best, at) = (self.correlation[lag], lag);
            }
        }
        (best * scale, at)
    }
}
