//! How probable speech is before a bin is looked at: by its neighbours, its region and the whole tick.
//!
//! Source: the three likelihoods of Cohen, "Optimal speech enhancement under signal presence uncertainty using
//! log-spectral amplitude estimator", IEEE Signal Processing Letters 9(4), 2002.

use multiversion::multiversion;

use super::approximations::ln;

/// Signal-to-noise ratio below which there is no speech, −16 dB.
const NONE: f32 = 0.025_12;

/// Natural logarithm of the factor, 16 dB, from there to where there is speech for sure.
const SPAN: f32 = 3.684_136;

/// Ratios count up to 20 dB, so that sums stay exact.
const MOST: f32 = 100.0;

/// Bins of a region to either side: 500 Hz at 25 Hz a bin.
const REGION: usize = 20;

/// Bins of a telephone's band, 300 to 3 800 Hz.
const BAND: std::ops::Range<usize> = 12..152;

/// What is left each tick of the probability that somebody speaks: words have ends.
const HOLD: f32 = 0.9;

/// Highest probability of absence.
const MOST_ABSENT: f32 = 0.95;

/// Probability of absence in each bin.
#[derive(Debug)]
pub(super) struct Presence {
    smoothed: Box<[f32]>,
    /// Sums of `smoothed` below each bin; one more than bins.
    sums: Box<[f32]>,
    absence: Box<[f32]>,
    talking: f32,
}

impl Presence {
    /// For spectra of `bins`. Allocates.
    pub(super) fn new(bins: usize) -> Self {
        Self {
            smoothed: vec![1.0; bins].into(),
            sums: vec![0.0; bins + 1].into(),
            absence: vec![0.0; bins].into(),
            talking: 0.0,
        }
    }

    /// Forgets the speech.
    pub(super) fn reset(&mut self) {
        self.smoothed.fill(1.0);
        self.talking = 0.0;
    }

    /// Probability that somebody speaks, 0 to 1.
    pub(super) fn talking(&self) -> f32 {
        self.talking
    }

    /// The probability that speech is absent in each bin, from the a-priori `ratio`.
    ///
    /// Real-time: O(bins).
    pub(super) fn absence(&mut self, ratio: &[f32]) -> &[f32] {
        let mut sum = 0.0;
        for ((smoothed, &ratio), below) in self.smoothed.iter_mut().zip(ratio).zip(&mut self.sums[1..]) {
            *smoothed = 0.7 * *smoothed + 0.3 * ratio.min(MOST);
            sum += *smoothed;
            *below = sum;
        }
        let bins = self.smoothed.len();
        let mean = |from: usize, to: usize| (self.sums[to] - self.sums[from]) / (to - from) as f32;
        let held = if self.talking > 1e-3 { self.talking * HOLD } else { 0.0 };
        self.talking = held.max(likelihood(mean(BAND.start, BAND.end)));
        for (k, absence) in self.absence.iter_mut().enumerate() {
            *absence = mean(k.saturating_sub(REGION), (k + REGION + 1).min(bins));
        }
        combine(&mut self.absence, &self.smoothed, self.talking);
        &self.absence
    }
}

/// From the means over regions, which `absence` holds, and over neighbours.
#[multiversion(targets("x86_64+avx2"))]
fn combine(absence: &mut [f32], smoothed: &[f32], talking: f32) {
    let last = absence.len() - 1;
    for edge in [0, last] {
        absence[edge] = 1.0 - likelihood(absence[edge]) * likelihood(smoothed[edge]) * talking;
    }
    for (absence, near) in absence[1..last].iter_mut().zip(smoothed.windows(3)) {
        let near = (near[0] + near[1] + near[2]) / 3.0;
        *absence = (1.0 - likelihood(*absence) * likelihood(near) * talking).min(MOST_ABSENT);
    }
}

#[inline(always)]
fn likelihood(ratio: f32) -> f32 {
    (ln(ratio / NONE) / SPAN).clamp(0.0, 1.0)
}
