//! Spectra as two rows of numbers, real and imaginary parts apart, which is how vector units want them.

use crate::processing::dsp::{Complex32, Fourier};

/// Rows are as long as a whole number of vectors of eight, so that the loops over them have no tails.
const VECTOR: usize = 16;

/// Numbers in a row that holds `bins` bins; those above stay zero.
pub(super) fn row(bins: usize) -> usize {
    bins.next_multiple_of(VECTOR)
}

/// One spectrum of a block of real samples.
#[derive(Debug)]
pub(super) struct Spectrum {
    pub re: Box<[f32]>,
    pub im: Box<[f32]>,
}

impl Spectrum {
    /// Silence, of `bins` bins. Allocates.
    pub fn new(bins: usize) -> Self {
        Self { re: vec![0.0; row(bins)].into(), im: vec![0.0; row(bins)].into() }
    }

    pub fn clear(&mut self) {
        self.re.fill(0.0);
        self.im.fill(0.0);
    }
}

/// A transform between blocks and rows, with the room it needs.
#[derive(Debug)]
pub(super) struct Transform {
    fourier: Fourier,
    block: Box<[f32]>,
    bins: Box<[Complex32]>,
}

impl Transform {
    /// For blocks of `length` samples, an even number. Allocates.
    pub fn new(length: usize) -> Self {
        let fourier = Fourier::new(length);
        let bins = vec![Complex32::default(); fourier.bins()].into();
        Self { fourier, block: vec![0.0; length].into(), bins }
    }

    /// The spectrum of `first` followed by `second`, each half a block.
    pub fn forward(&mut self, first: &[f32], second: &[f32], re: &mut [f32], im: &mut [f32]) {
        let (front, back) = self.block.split_at_mut(first.len());
        front.copy_from_slice(first);
        back.copy_from_slice(second);
        self.turn(re, im);
    }

    /// The spectrum of half a block of silence followed by `second`.
    pub fn forward_late(&mut self, second: &[f32], re: &mut [f32], im: &mut [f32]) {
        let (front, back) = self.block.split_at_mut(second.len());
        front.fill(0.0);
        back.copy_from_slice(second);
        self.turn(re, im);
    }

    /// The block of a spectrum, which stays as it is.
    pub fn inverse(&mut self, re: &[f32], im: &[f32]) -> &mut [f32] {
        for ((bin, re), im) in self.bins.iter_mut().zip(re).zip(im) {
            *bin = Complex32::new(*re, *im);
        }
        self.fourier.inverse(&mut self.bins, &mut self.block);
        &mut self.block
    }

    /// The impulse response whose spectrum this is, cut to half a block: what lies behind is an artefact of the circle.
    pub fn constrain(&mut self, re: &mut [f32], im: &mut [f32]) {
        let half = self.block.len() / 2;
        self.inverse(re, im)[half..].fill(0.0);
        self.turn(re, im);
    }

    fn turn(&mut self, re: &mut [f32], im: &mut [f32]) {
        self.fourier.forward(&mut self.block, &mut self.bins);
        for ((bin, re), im) in self.bins.iter().zip(re).zip(im) {
            (*re, *im) = (bin.re, bin.im);
        }
    }
}
