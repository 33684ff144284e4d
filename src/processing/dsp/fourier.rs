//! The discrete Fourier transform of real blocks, on tables and scratch made beforehand.

use std::fmt;
use std::sync::Arc;

use realfft::num_complex::Complex32;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

/// A transform of blocks of one even length, both ways. Processors' tables are shared within one value only.
pub struct Fourier {
    forward: Arc<dyn RealToComplex<f32>>,
    inverse: Arc<dyn ComplexToReal<f32>>,
    scratch: Box<[Complex32]>,
}

impl Fourier {
    /// For blocks of `length` real samples, an even number. Allocates.
    pub fn new(length: usize) -> Self {
        let mut planner = RealFftPlanner::new();
        let (forward, inverse) = (planner.plan_fft_forward(length), planner.plan_fft_inverse(length));
        let scratch = vec![Complex32::default(); forward.get_scratch_len().max(inverse.get_scratch_len())].into();
        Self { forward, inverse, scratch }
    }

    /// Samples of a block.
    pub fn length(&self) -> usize {
        self.forward.len()
    }

    /// Bins of a spectrum: half the block, and one.
    pub fn bins(&self) -> usize {
        self.length() / 2 + 1
    }

    /// Writes the spectrum of `block`, which is used up. Not scaled. Slices of other lengths leave `spectrum` as it is.
    ///
    /// Real-time: no allocation.
    pub fn forward(&mut self, block: &mut [f32], spectrum: &mut [Complex32]) {
        // It fails for wrong lengths alone.
        let _ = self.forward.process_with_scratch(block, spectrum, &mut self.scratch);
    }

    /// Writes the block of `spectrum`, which is used up, scaled so that it undoes [`forward`](Self::forward).
    ///
    /// Real-time: no allocation.
    pub fn inverse(&mut self, spectrum: &mut [Complex32], block: &mut [f32]) {
        // The first and the last bin of a real block are real.
        for edge in [0, self.bins() - 1] {
            if let Some(bin) = spectrum.get_mut(edge) {
                bin.im = 0.0;
            }
        }
        let _ = self.inverse.process_with_scratch(spectrum, block, &mut self.scratch);
        let scale = 1.0 / self.length() as f32;
        block.iter_mut().for_each(|sample| *sample *= scale);
    }
}

impl fmt::Debug for Fourier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fourier").field("length", &self.length()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Beside the definition of the transform, in O(n²) and f64.
    #[test]
    fn the_spectrum_is_the_one_of_the_definition_and_the_inverse_undoes_it() {
        let block: Vec<f32> = (0..48).map(|n| ((n * n * 7 + 3) % 41) as f32 / 41.0 - 0.5).collect();
        let mut fourier = Fourier::new(block.len());
        let (mut used, mut spectrum) = (block.clone(), vec![Complex32::default(); fourier.bins()]);
        assert_no_alloc::assert_no_alloc(|| fourier.forward(&mut used, &mut spectrum));
        for (k, bin) in spectrum.iter().enumerate() {
            let turn = |n: usize| -std::f64::consts::TAU * (k * n) as f64 / block.len() as f64;
            let sum = |part: fn(f64) -> f64| block.iter().enumerate().map(|(n, x)| f64::from(*x) * part(turn(n))).sum();
            let (re, im): (f64, f64) = (sum(f64::cos), sum(f64::sin));
            assert!((f64::from(bin.re) - re).abs() < 1e-5 && (f64::from(bin.im) - im).abs() < 1e-5);
        }
        assert_no_alloc::assert_no_alloc(|| fourier.inverse(&mut spectrum, &mut used));
        assert!(used.iter().zip(&block).all(|(a, b)| (a - b).abs() < 1e-6));
    }
}
