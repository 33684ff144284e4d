//! The coefficients of a resampler: its filter cut into one row per place of an output between two inputs.

use super::prototype::{Goal, Prototype};
use super::quality::Quality;
use crate::types::SampleRate;

/// Filter rows for `up`/`down`, the ratio of the rates in lowest terms.
///
/// With output n = q·`up` + p, row p is laid over the inputs that end at q·`down` + `newest(p)`.
#[derive(Debug)]
pub(super) struct Kernel {
    pub(super) up: usize,
    pub(super) down: usize,
    /// Coefficients of a row.
    pub(super) taps: usize,
    /// Delay in output samples; of a fractional kernel in input samples.
    pub(super) delay: usize,
    /// From the oldest input to the newest each.
    rows: Vec<f32>,
}

impl Kernel {
    /// Designs the filter; the taps of a row are padded to a multiple of `multiple`. Allocates.
    pub(super) fn new(from: SampleRate, to: SampleRate, quality: Quality, multiple: usize) -> Self {
        let common = gcd(from.hz(), to.hz());
        let (up, down) = ((to.hz() / common) as usize, (from.hz() / common) as usize);
        // Whole output samples, so that aligned recordings stay aligned.
        let low = from.min(to);
        let goal = quality.goal(low);
        let delay = (goal.half * f64::from(to.hz()) / f64::from(low.hz())) as usize;
        let centre = delay as f64 * down as f64 / up as f64;
        let fractions = (0..up).map(|phase| ((phase * down) % up) as f64 / up as f64);
        let (rows, taps) = rows(goal, from, low, centre, multiple, fractions);
        Self { up, down, taps, delay, rows }
    }

    /// Rows for places between two inputs, evenly from the newest's to the one before the next, both included: `up`
    /// steps. Allocates.
    pub(super) fn fractional(from: SampleRate, to: SampleRate, quality: Quality, multiple: usize) -> Self {
        let low = from.min(to);
        let goal = quality.goal(low);
        let delay = (goal.half * f64::from(from.hz()) / f64::from(low.hz())) as usize;
        // A filter for the lower rate changes less from one input to the next.
        let up = (quality.places() * low.hz()).div_ceil(from.hz()) as usize;
        let fractions = (0..up + 1).map(|place| place as f64 / up as f64);
        let (rows, taps) = rows(goal, from, low, delay as f64, multiple, fractions);
        Self { up, down: 1, taps, delay, rows }
    }

    /// The rows in turn.
    pub(super) fn rows(&self) -> std::slice::ChunksExact<'_, f32> {
        self.rows.chunks_exact(self.taps)
    }

    /// Coefficients of row `phase`, from the oldest input to the newest.
    pub(super) fn row(&self, phase: usize) -> &[f32] {
        &self.rows[phase * self.taps..][..self.taps]
    }

    /// Input, counted from q·`down`, under the newest coefficient of output phase `phase`.
    pub(super) fn newest(&self, phase: usize) -> usize {
        phase * self.down / self.up
    }
}

/// One row for each of `fractions` of an input that the output lies behind the newest input, and their length.
/// `centre`: the delay in inputs.
fn rows(
    goal: Goal,
    from: SampleRate,
    low: SampleRate,
    centre: f64,
    multiple: usize,
    fractions: impl ExactSizeIterator<Item = f64>,
) -> (Vec<f32>, usize) {
    let scale = f64::from(low.hz()) / f64::from(from.hz());
    let filter = Prototype::fit(Goal { half: centre * scale, ..goal });
    let taps = ((2.0 * centre).ceil() as usize).next_multiple_of(multiple);
    let mut rows = Vec::with_capacity(fractions.len() * taps);
    for fraction in fractions {
        let row: Vec<f64> = (0..taps).map(|age| filter.at((fraction - centre + age as f64) * scale)).collect();
        // Each row passes a constant as it is: no ripple at the rate of the phases.
        let sum: f64 = row.iter().sum();
        rows.extend(row.iter().rev().map(|x| (x / sum) as f32));
    }
    (rows, taps)
}

/// Greatest common divisor; both are above 0.
pub(super) fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}
