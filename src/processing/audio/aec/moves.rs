//! What a filter takes over from another one, and how it moves with its path.

use super::kalman::KalmanFilter;
use super::kernel;
use super::spectrum::Spectrum;

/// Share of a coarse filter's bins that are below the edge of its band.
const SEEDED: f32 = 0.85;

impl KalmanFilter {
    /// Starts from what a filter of as long partitions but fewer bins, `coarse`, has learnt of the low ones from its
    /// partition `first` on, and expects anything of `share` of the first uncertainty.
    pub fn seed(&mut self, coarse: &Self, first: usize, share: f32) {
        self.restart(share);
        let bins = (SEEDED * coarse.bins as f32) as usize;
        let to = self.re.chunks_exact_mut(self.row).zip(self.im.chunks_exact_mut(self.row)).take(self.straight);
        let from = coarse.re.chunks_exact(coarse.row).zip(coarse.im.chunks_exact(coarse.row)).skip(first);
        for ((re, im), (coarse_re, coarse_im)) in to.zip(from) {
            re[..bins].copy_from_slice(&coarse_re[..bins]);
            im[..bins].copy_from_slice(&coarse_im[..bins]);
        }
    }

    /// Takes over what `other`, of the same size, has learnt.
    pub fn copy(&mut self, other: &Self) {
        self.re.copy_from_slice(&other.re);
        self.im.copy_from_slice(&other.im);
        self.uncertainty.copy_from_slice(&other.uncertainty);
    }

    /// Moves the coefficients when the first partition becomes `later` blocks older: the path stays where it is.
    pub fn shift(&mut self, later: isize) {
        for all in [&mut self.re, &mut self.im, &mut self.uncertainty] {
            let (straight, bent) = all.split_at_mut(self.straight * self.row);
            for parts in [straight, bent] {
                let by = (later.unsigned_abs() * self.row).min(parts.len());
                let kept = parts.len() - by;
                if later > 0 {
                    parts.copy_within(by.., 0);
                    parts[kept..].fill(0.0);
                } else {
                    parts.copy_within(..kept, by);
                    parts[..by].fill(0.0);
                }
            }
        }
    }

    /// Moves the path by a part of a sample, of which `turn` is the phase of each bin.
    ///
    /// The echo may come `nearing`: a partition then expects that share of the power of the one behind it, which a
    /// partition without echo would be sure never to get.
    pub fn rotate(&mut self, turn: &Spectrum, nearing: f32) {
        self.nearing = nearing;
        for (re, im) in self.re.chunks_exact_mut(self.row).zip(self.im.chunks_exact_mut(self.row)) {
            kernel::rotate(re, im, &turn.re, &turn.im);
        }
    }
}
