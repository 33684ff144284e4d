//! Lowers the rate of a signal by a whole number, and raises it again.
//!
//! Linear phase: a windowed sinc. The two together delay by [`delay`] samples of the high rate.

use std::f64::consts::PI;

use super::kernel::dot;

/// Half the length of the low-pass in samples of the low rate: a transition of about a tenth of the low rate.
const REACH: usize = 12;

/// Samples of the high rate by which [`Decimator`] and [`Interpolator`] together delay.
pub(super) fn delay(factor: usize) -> usize {
    // The one keeps the last sample of a group, the other puts its own where the first was.
    2 * REACH * factor - (factor - 1)
}

/// Keeps every `factor`-th sample of the low-passed signal.
#[derive(Debug)]
pub(super) struct Decimator {
    taps: Box<[f32]>,
    past: Box<[f32]>,
    factor: usize,
}

impl Decimator {
    /// For blocks of `samples` at the high rate. Allocates.
    pub fn new(factor: usize, samples: usize) -> Self {
        let taps = low_pass(factor);
        Self { past: vec![0.0; taps.len() - 1 + samples].into(), taps, factor }
    }

    /// Writes the block at the low rate.
    pub fn process(&mut self, block: &[f32], low: &mut [f32]) {
        let kept = self.past.len() - block.len();
        self.past.copy_within(block.len().., 0);
        self.past[kept..].copy_from_slice(block);
        for (low, window) in
            low.iter_mut().zip(self.past[self.factor - 1..].windows(self.taps.len()).step_by(self.factor))
        {
            *low = dot(window, &self.taps);
        }
    }

    pub fn clear(&mut self) {
        self.past.fill(0.0);
    }
}

/// Puts samples between samples.
#[derive(Debug)]
pub(super) struct Interpolator {
    /// The low-pass, one row for each phase, newest sample last.
    phases: Box<[Box<[f32]>]>,
    past: Box<[f32]>,
}

impl Interpolator {
    /// For blocks of `samples` at the low rate. Allocates.
    pub fn new(factor: usize, samples: usize) -> Self {
        let taps = low_pass(factor);
        let phase = |phase: usize| -> Box<[f32]> {
            let mut row: Vec<f32> = taps.iter().skip(phase).step_by(factor).map(|tap| tap * factor as f32).collect();
            row.reverse();
            row.into()
        };
        let phases: Box<[_]> = (0..factor).map(phase).collect();
        Self { past: vec![0.0; phases[0].len() - 1 + samples].into(), phases }
    }

    /// Writes the block at the high rate.
    pub fn process(&mut self, low: &[f32], block: &mut [f32]) {
        let kept = self.past.len() - low.len();
        self.past.copy_within(low.len().., 0);
        self.past[kept..].copy_from_slice(low);
        for (at, group) in block.chunks_exact_mut(self.phases.len()).enumerate() {
            for (sample, phase) in group.iter_mut().zip(&self.phases) {
                *sample = dot(&self.past[at + self.phases[0].len() - phase.len()..][..phase.len()], phase);
            }
        }
    }

    pub fn clear(&mut self) {
        self.past.fill(0.0);
    }
}

/// Of gain 1, Hann-windowed, half of full gain at 0.46 of the low rate. An odd number of taps.
fn low_pass(factor: usize) -> Box<[f32]> {
    let middle = (REACH * factor) as f64;
    let cut = 0.92 / factor as f64;
    let tap = |n: usize| {
        let t = n as f64 - middle;
        let sinc = if t == 0.0 { 1.0 } else { (PI * cut * t).sin() / (PI * cut * t) };
        cut * sinc * (0.5 + 0.5 * (PI * t / (middle + 1.0)).cos())
    };
    let taps: Vec<f64> = (0..=2 * REACH * factor).map(tap).collect();
    let sum: f64 = taps.iter().sum();
    taps.iter().map(|tap| (tap / sum) as f32).collect()
}
