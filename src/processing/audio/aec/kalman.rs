//! An adaptive filter that knows how sure it is of each coefficient.
//!
//! The partitioned-block frequency-domain Kalman filter: G. Enzner, P. Vary, "Frequency-domain adaptive Kalman filter
//! for acoustic echo control in hands-free telephones", Signal Processing 86 (2006); partitioned by F. Kuech,
//! E. Mabande, G. Enzner, "State-space architecture of the partitioned-block-based acoustic echo controller", ICASSP
//! 2014; the block structure is the multi-delay filter of J.-S. Soo, K. K. Pang, IEEE Trans. ASSP 38 (1990).
//! Its step is large where it is unsure and the error is echo, and next to nothing while the near end talks.

use super::history::Past;
use super::kernel::{self, Rows};
use super::spectrum::{Spectrum, Transform, row};

/// How a filter learns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Learning {
    /// Share of a coefficient's power that turns into uncertainty in one block: how fast the path is thought to move.
    pub forget: f32,
    /// Weight of the past in the estimate of the near end's power.
    pub memory: f32,
    /// Uncertainty of a first coefficient: the squared gain of the path that is thought of.
    pub prior: f32,
    /// What remains of the prior from one partition to the next.
    pub decay: f32,
    /// The prior of what the far end's magnitude adds, as a share of the other one.
    pub bent: f32,
}

/// Partitions that are constrained in a block.
const CONSTRAINED: usize = 2;

/// Neighbouring partitions see halves of the same block: what they learn together would be too much without this.
const OVERLAP: f32 = 1.5;

/// A filter of a number of partitions, each a block long.
#[derive(Debug)]
pub(super) struct KalmanFilter {
    learning: Learning,
    pub(super) re: Box<[f32]>,
    pub(super) im: Box<[f32]>,
    pub(super) uncertainty: Box<[f32]>,
    /// Power of what is no echo, for each bin.
    near: Box<[f32]>,
    /// Power of the echo that is thought to remain, for each bin, over a whole block.
    pub residual: Box<[f32]>,
    output: Spectrum,
    error: Spectrum,
    inverse: Box<[f32]>,
    pub(super) bins: usize,
    pub(super) row: usize,
    constrained: usize,
    /// Partitions of the far end itself; those after them are of its magnitude.
    pub(super) straight: usize,
    /// Share of a partition's power that may come into the one before it, or none.
    pub(super) nearing: f32,
}

impl KalmanFilter {
    /// For blocks of `samples`, of so many partitions of the far end itself and of its magnitude. Allocates.
    pub fn new(samples: usize, [straight, bent]: [usize; 2], learning: Learning) -> Self {
        let (row, partitions) = (row(samples + 1), straight + bent);
        let numbers = |rows: usize| -> Box<[f32]> { vec![0.0; rows * row].into() };
        let mut filter = Self {
            learning,
            re: numbers(partitions),
            im: numbers(partitions),
            uncertainty: numbers(partitions),
            near: numbers(1),
            residual: numbers(1),
            output: Spectrum::new(samples + 1),
            error: Spectrum::new(samples + 1),
            inverse: numbers(1),
            bins: samples + 1,
            row,
            constrained: 0,
            straight,
            nearing: 0.0,
        };
        filter.reset();
        filter
    }

    /// Knows nothing again.
    pub fn reset(&mut self) {
        [&mut self.re, &mut self.im, &mut self.near, &mut self.residual].into_iter().for_each(|all| all.fill(0.0));
        (self.constrained, self.nearing) = (0, 0.0);
        self.doubt(1.0);
    }

    /// Raises the uncertainty to at least `share` of the first one, so that the filter learns anew from where it is.
    pub fn doubt(&mut self, share: f32) {
        let Learning { prior, decay, bent, .. } = self.learning;
        let (straight, magnitude) = self.uncertainty.split_at_mut(self.straight * self.row);
        for (parts, prior) in [(straight, prior * share), (magnitude, prior * share * bent)] {
            let mut prior = prior;
            for part in parts.chunks_exact_mut(self.row) {
                part.iter_mut().for_each(|u| *u = u.max(prior));
                prior *= decay;
            }
        }
    }

    /// Forgets the path, not how loud the near end is, and expects a new one of `share` of the first uncertainty.
    pub fn restart(&mut self, share: f32) {
        [&mut self.re, &mut self.im].into_iter().for_each(|all| all.fill(0.0));
        self.doubt(share);
    }

    pub fn partitions(&self) -> usize {
        self.re.len() / self.row
    }

    /// Writes the echo of the newest block of the far end.
    pub fn predict(&mut self, far: Past, transform: &mut Transform, echo: &mut [f32]) {
        self.output.clear();
        self.residual.fill(0.0);
        let parts = self.re.chunks_exact(self.row).zip(self.im.chunks_exact(self.row));
        for (part, ((re, im), weight)) in parts.zip(self.uncertainty.chunks_exact(self.row)).enumerate() {
            let x = far.block(part, self.straight);
            let filter = Rows { re, im, weight };
            kernel::predict(&mut self.output.re, &mut self.output.im, &mut self.residual, filter, x);
        }
        echo.copy_from_slice(&transform.inverse(&self.output.re, &self.output.im)[echo.len()..]);
    }

    /// Learns from what remained of the microphone's block after [`predict`](Self::predict).
    pub fn adapt(&mut self, far: Past, transform: &mut Transform, error: &[f32]) {
        transform.forward_late(error, &mut self.error.re, &mut self.error.im);
        self.expect();
        let error = Rows { re: &self.error.re, im: &self.error.im, weight: &self.inverse };
        let rows = |all| <[f32]>::chunks_exact_mut(all, self.row);
        let parts = rows(&mut self.re).zip(rows(&mut self.im)).zip(rows(&mut self.uncertainty));
        for (part, ((re, im), u)) in parts.enumerate() {
            kernel::learn(re, im, u, far.block(part, self.straight), error, self.learning.forget);
        }
        for _ in 0..CONSTRAINED {
            self.constrain(transform);
        }
    }

    /// Divides the error by its expected power: of the echo that is thought to remain, and of the near end.
    fn expect(&mut self) {
        let memory = self.learning.memory;
        for k in 0..self.row {
            let power = self.error.re[k].powi(2) + self.error.im[k].powi(2);
            self.near[k] = memory * self.near[k] + (1.0 - memory) * (power - 0.5 * self.residual[k]).max(0.1 * power);
            let scale = 1.0 / (OVERLAP * self.residual[k] + 2.0 * self.near[k] + 1e-9);
            self.inverse[k] = scale;
            self.error.re[k] *= scale;
            self.error.im[k] *= scale;
        }
    }

    /// Takes the circular part out of the next partition: all in turn, for the price of a few.
    fn constrain(&mut self, transform: &mut Transform) {
        let at = self.constrained * self.row;
        transform.constrain(&mut self.re[at..at + self.row], &mut self.im[at..at + self.row]);
        self.constrained = (self.constrained + 1) % self.partitions();
        if self.nearing > 0.0 && self.constrained != self.straight && self.constrained != 0 {
            let next = at + self.row..at + 2 * self.row;
            let (re, im) = (&self.re[next.clone()], &self.im[next]);
            kernel::expect(&mut self.uncertainty[at..at + self.row], re, im, self.nearing);
        }
    }

    /// Energy of each partition's coefficients into `energies`.
    pub fn energies(&self, energies: &mut [f32]) {
        let parts = self.re.chunks_exact(self.row).zip(self.im.chunks_exact(self.row));
        for (energy, (re, im)) in energies.iter_mut().zip(parts) {
            *energy = kernel::energy(re, im);
        }
    }
}
