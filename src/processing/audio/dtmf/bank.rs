//! The eight frequencies of a window: dot products with tables that all legs share.

use std::sync::LazyLock;

use super::key::{HIGH, LOW};

/// Samples per second that the bank works at.
pub(super) const RATE: f32 = 8_000.0;
/// Samples of a window: 20 ms, of which neighbours of the low group differ in 1.5 turns.
pub(super) const WINDOW: usize = 160;
/// Samples from one window to the next: 5 ms, so that a phase tells frequencies within ±100 Hz.
pub(super) const HOP: usize = 40;

/// A component of a spectrum.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bin {
    pub re: f32,
    pub im: f32,
}

/// Eight components, the low group first, and the energy beside which they stand.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Spectrum {
    pub bins: [Bin; 8],
    /// Energy of the window under its weight.
    pub energy: f32,
}

/// Cosines and sines under the window's weight.
pub(super) struct Tables {
    cos: [[f32; WINDOW]; 8],
    sin: [[f32; WINDOW]; 8],
    weight: [f32; WINDOW],
}

static TABLES: LazyLock<Tables> = LazyLock::new(Tables::new);

impl Tables {
    /// The tables; the first call computes them. Not real-time.
    pub fn shared() -> &'static Self {
        &TABLES
    }

    fn new() -> Self {
        let mut tables = Self { cos: [[0.0; WINDOW]; 8], sin: [[0.0; WINDOW]; 8], weight: [0.0; WINDOW] };
        for n in 0..WINDOW {
            let turn = std::f64::consts::TAU * (n as f64 + 0.5);
            // Hann, scaled so that a sine's component is its amplitude.
            let weight = (1.0 - (turn / WINDOW as f64).cos()) * 0.5;
            tables.weight[n] = weight as f32;
            for (k, hz) in LOW.iter().chain(&HIGH).enumerate() {
                let phase = turn * f64::from(*hz) / f64::from(RATE);
                let scale = weight * 4.0 / WINDOW as f64;
                tables.cos[k][n] = (phase.cos() * scale) as f32;
                tables.sin[k][n] = (-phase.sin() * scale) as f32;
            }
        }
        tables
    }

    /// Energy of a window under its weight; a sine of amplitude `a` has [`energy_of`]`(a)`. Real-time.
    pub fn energy(&self, window: &[f32; WINDOW]) -> f32 {
        let mut lanes = [0.0; 8];
        for (x, w) in window.as_chunks::<8>().0.iter().zip(self.weight.as_chunks::<8>().0) {
            for (lane, (x, w)) in lanes.iter_mut().zip(x.iter().zip(w)) {
                *lane += (x * w) * (x * w);
            }
        }
        lanes.iter().sum()
    }

    /// Components of a window, as amplitudes of sines. Real-time.
    pub fn bins(&self, window: &[f32; WINDOW]) -> [Bin; 8] {
        std::array::from_fn(|k| Bin { re: dot(window, &self.cos[k]), im: dot(window, &self.sin[k]) })
    }
}

/// Energy that a sine of this power (half its squared amplitude) has under the weight.
pub(super) fn energy_of(power: f32) -> f32 {
    power * (WINDOW as f32 * 0.375)
}

fn dot(window: &[f32; WINDOW], table: &[f32; WINDOW]) -> f32 {
    let mut lanes = [0.0; 8];
    for (x, t) in window.as_chunks::<8>().0.iter().zip(table.as_chunks::<8>().0) {
        for (lane, (x, t)) in lanes.iter_mut().zip(x.iter().zip(t)) {
            *lane += x * t;
        }
    }
    lanes.iter().sum()
}
