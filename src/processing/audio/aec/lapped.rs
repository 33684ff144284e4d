//! Blocks in windowed spectra that overlap by half, and out of them again.
//!
//! The window is the square root of Hann's, on the way in and on the way out: together they add up to one.

use std::f32::consts::FRAC_PI_2;

use super::spectrum::{Spectrum, Transform};

/// The window, with room for a windowed block.
#[derive(Debug)]
pub(super) struct Window {
    rise: Box<[f32]>,
    fall: Box<[f32]>,
    room: [Box<[f32]>; 2],
}

impl Window {
    /// Of two blocks of `samples`. Allocates.
    pub fn new(samples: usize) -> Self {
        let rise: Box<[f32]> = (0..samples).map(|n| ((n as f32 + 0.5) / samples as f32 * FRAC_PI_2).sin()).collect();
        let fall = rise.iter().rev().copied().collect();
        let room = [vec![0.0; samples].into(), vec![0.0; samples].into()];
        Self { rise, fall, room }
    }

    /// The windowed spectrum of `last` and the block after it, which becomes the last.
    pub fn analyse(&mut self, last: &mut [f32], block: &[f32], transform: &mut Transform, spectrum: &mut Spectrum) {
        let [first, second] = &mut self.room;
        product(first, last, &self.rise);
        product(second, block, &self.fall);
        transform.forward(first, second, &mut spectrum.re, &mut spectrum.im);
        last.copy_from_slice(block);
    }

    /// The block that is complete with this spectrum; `tail` is what the next one has to add.
    pub fn resynthesise(&self, spectrum: &Spectrum, transform: &mut Transform, tail: &mut [f32], block: &mut [f32]) {
        let (first, second) = transform.inverse(&spectrum.re, &spectrum.im).split_at(block.len());
        for (n, sample) in block.iter_mut().enumerate() {
            *sample = tail[n] + first[n] * self.rise[n];
            tail[n] = second[n] * self.fall[n];
        }
    }
}

fn product(out: &mut [f32], a: &[f32], b: &[f32]) {
    for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
        *out = a * b;
    }
}
