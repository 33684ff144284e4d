//! How far the clocks of both ends are apart: by how much the echo's delay grows in a block.
//!
//! An echo that comes later than the filter thinks differs from what is subtracted by its slope. The filter takes a lag
//! up as it learns; what is left of it turns the rate, by which the filter's phases are then turned block by block.

use std::f32::consts::PI;

use super::harm::energy;
use super::spectrum::Spectrum;

/// The most that clocks are apart: 400 ppm.
const MOST: f32 = 4e-4;

/// Rates below this are none: 3 ppm.
const LEAST: f32 = 3e-6;

/// What the rate takes of a lag in samples: clocks 200 ppm apart are followed within about three seconds.
const PACE: f32 = 1e-5;

/// How much is expected of a partition out of which the echo comes nearer, for each sample of a block's drift.
const NEARING: f32 = 6.0;

/// What moves a filter's path by the drift of a block.
#[derive(Debug)]
pub(super) struct Drift {
    /// Samples that the echo's delay grows by in a sample.
    rate: f32,
    turn: Spectrum,
    samples: usize,
}

impl Drift {
    /// For blocks of `samples`. Allocates.
    pub fn new(samples: usize) -> Self {
        Self { rate: 0.0, turn: Spectrum::new(samples + 1), samples }
    }

    /// Takes in a block of the echo that was subtracted, and what was left.
    pub fn update(&mut self, echo: &[f32], error: &[f32]) {
        let (mut along, mut slope) = (0.0, 1e-9);
        for (window, error) in echo.windows(3).zip(&error[1..]) {
            let rise = 0.5 * (window[2] - window[0]);
            along += rise * error;
            slope += rise * rise;
        }
        // With the error below: under a voice there is little to be learnt.
        let lag = -along / (slope + energy(error));
        self.rate = (self.rate + PACE * lag).clamp(-MOST, MOST);
    }

    /// The phases by which bins turn in a block, and what a partition must expect of the one behind it, as a share of its
    /// power. None where the clocks agree.
    pub fn turn(&mut self) -> Option<(&Spectrum, f32)> {
        if self.rate.abs() < LEAST {
            return None;
        }
        let (sin, cos) = (-PI * self.rate).sin_cos();
        let (mut re, mut im) = (1.0, 0.0);
        for (to_re, to_im) in self.turn.re.iter_mut().zip(&mut self.turn.im) {
            (*to_re, *to_im) = (re, im);
            (re, im) = (re * cos - im * sin, re * sin + im * cos);
        }
        Some((&self.turn, (-NEARING * self.rate * self.samples as f32).max(0.0)))
    }

    pub fn clear(&mut self) {
        self.rate = 0.0;
    }
}
