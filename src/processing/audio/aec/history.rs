//! The spectra of the last blocks of the far end, newest first.

use super::spectrum::{Transform, row};

/// Spectra of overlapping blocks: each of the block that came and the one before it (overlap-save).
#[derive(Debug)]
pub(super) struct History {
    re: Box<[f32]>,
    im: Box<[f32]>,
    previous: Box<[f32]>,
    row: usize,
    blocks: usize,
    newest: usize,
}

impl History {
    /// Of `blocks` blocks of `samples` samples, all silent. Allocates.
    pub fn new(samples: usize, blocks: usize) -> Self {
        let row = row(samples + 1);
        let numbers = || vec![0.0; row * blocks].into();
        Self { re: numbers(), im: numbers(), previous: vec![0.0; samples].into(), row, blocks, newest: 0 }
    }

    /// Takes the next block in, the oldest falls out.
    pub fn push(&mut self, block: &[f32], transform: &mut Transform) {
        self.newest = (self.newest + self.blocks - 1) % self.blocks;
        let at = self.newest * self.row;
        let (re, im) = (&mut self.re[at..at + self.row], &mut self.im[at..at + self.row]);
        transform.forward(&self.previous, block, re, im);
        self.previous.copy_from_slice(block);
    }

    /// Real and imaginary parts of the spectrum that is `age` blocks old; below the number of blocks.
    pub fn block(&self, age: usize) -> (&[f32], &[f32]) {
        let at = (self.newest + age) % self.blocks * self.row;
        (&self.re[at..at + self.row], &self.im[at..at + self.row])
    }

    pub fn clear(&mut self) {
        [&mut self.re, &mut self.im, &mut self.previous].into_iter().for_each(|numbers| numbers.fill(0.0));
        self.newest = 0;
    }
}
