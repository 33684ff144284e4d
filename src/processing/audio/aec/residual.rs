//! The power of the echo that the linear filters leave in each bin, and whether there is more than that.

use std::ops::Range;

use super::bands::{bands, mean};
use super::leakage::Leakage;
use super::spectrum::row;

/// What remains of an echo from block to block when its source stops: a room of 0.3 s.
const TAIL: f32 = 0.6;

/// Residual echo over the leakage's share: quantiles are of smoothed powers, bins are not.
const MARGIN: f32 = 1.5;

/// Error over the upper estimate of the residual echo, and over the noise floor, from which on it is a voice's.
const VOICE: (f32, f32) = (4.0, 4.0);

/// Below this frequency no voice is looked for: loudspeakers rectify.
const LOWEST: f32 = 100.0;

/// Estimates of the residual echo.
#[derive(Debug)]
pub(super) struct ResidualEcho {
    bands: Box<[Range<usize>]>,
    leakages: Box<[Leakage]>,
    lingering: Box<[f32]>,
    first: usize,
    /// What must at least be taken away, for each bin.
    pub low: Box<[f32]>,
    /// What there may be at most.
    pub high: Box<[f32]>,
}

impl ResidualEcho {
    /// For `bins` bins that are `step` hertz apart. Allocates.
    pub fn new(bins: usize, step: f32) -> Self {
        let bands = bands(bins, step);
        let numbers = || -> Box<[f32]> { vec![0.0; row(bins)].into() };
        Self {
            leakages: vec![Leakage::default(); bands.len()].into(),
            first: bands.iter().position(|band| band.start as f32 * step >= LOWEST).unwrap_or(0),
            bands,
            lingering: numbers(),
            low: numbers(),
            high: numbers(),
        }
    }

    /// Takes in the power of the error and of the subtracted echo, the noise floor, what the adaptive filter thinks it
    /// leaves (of one block), and how near the near end was. Returns the share of the error that no echo explains.
    pub fn update(&mut self, error: &[f32], echo: &[f32], noise: &[f32], doubt: &[f32], near: f32) -> f32 {
        for (lingering, echo) in self.lingering.iter_mut().zip(echo) {
            *lingering = echo.max(TAIL * *lingering);
        }
        let (mut unexplained, mut total) = (0.0, 1e-9);
        for (index, (band, leakage)) in self.bands.iter().zip(&mut self.leakages).enumerate() {
            let [e, y, n, d] = [error, &*self.lingering, noise, doubt].map(|row| mean(row, band));
            leakage.update(e, y, n, near);
            for (share, out) in [(leakage.low, &mut self.low), (leakage.high, &mut self.high)] {
                // Half of it from the whole band: distortion is where the linear echo is not.
                for k in band.clone() {
                    out[k] = 0.5 * (MARGIN * share * (self.lingering[k] + y) + doubt[k] + d);
                }
            }
            if index >= self.first {
                // A fourth root, so that bands count by how far they stand out and not by how loud they are.
                let weight = band.len() as f32 / (n * band.len() as f32 + 1e-9).sqrt().sqrt();
                unexplained += weight * (e - VOICE.0 * (MARGIN * leakage.high * y + d) - VOICE.1 * n).max(0.0);
                total += weight * e;
            }
        }
        unexplained / total
    }

    /// Takes all of a power for echo.
    pub fn all(&mut self, power: &[f32]) {
        [&mut self.low, &mut self.high].into_iter().for_each(|row| row.copy_from_slice(power));
    }

    pub fn clear(&mut self) {
        self.leakages.fill(Leakage::default());
        [&mut self.lingering, &mut self.low, &mut self.high].into_iter().for_each(|row| row.fill(0.0));
    }
}
