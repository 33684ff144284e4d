//! The spectra of the last blocks of the far end, newest first.

use super::kernel::{self, Rows};
use super::spectrum::{Transform, row};

/// What a filter looks at: the far end and its magnitude, from so many blocks ago on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Past<'a> {
    pub far: &'a History,
    pub bent: &'a History,
    pub offset: usize,
}

impl<'a> Past<'a> {
    /// The spectrum for a partition of a filter whose first `straight` ones are of the far end itself.
    pub fn block(self, partition: usize, straight: usize) -> Rows<'a> {
        match partition.checked_sub(straight) {
            None => self.far.block(self.offset + partition),
            Some(partition) => self.bent.block(self.offset + partition),
        }
    }
}

/// Spectra of overlapping blocks: each of the block that came and the one before it (overlap-save).
#[derive(Debug)]
pub(super) struct History {
    re: Box<[f32]>,
    im: Box<[f32]>,
    power: Box<[f32]>,
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
        Self {
            re: numbers(),
            im: numbers(),
            power: numbers(),
            previous: vec![0.0; samples].into(),
            row,
            blocks,
            newest: 0,
        }
    }

    /// Takes the next block in, the oldest falls out.
    pub fn push(&mut self, block: &[f32], transform: &mut Transform) {
        self.newest = (self.newest + self.blocks - 1) % self.blocks;
        let at = self.newest * self.row;
        let (re, im) = (&mut self.re[at..at + self.row], &mut self.im[at..at + self.row]);
        transform.forward(&self.previous, block, re, im);
        kernel::power(&mut self.power[at..at + self.row], re, im);
        self.previous.copy_from_slice(block);
    }

    /// The spectrum that is `age` blocks old; below the number of blocks.
    pub fn block(&self, age: usize) -> Rows<'_> {
        let index = self.newest + age;
        let at = if index < self.blocks { index } else { index - self.blocks } * self.row;
        let [re, im, weight] = [&self.re, &self.im, &self.power].map(|all| &all[at..at + self.row]);
        Rows { re, im, weight }
    }

    pub fn clear(&mut self) {
        [&mut self.re, &mut self.im, &mut self.power, &mut self.previous]
            .into_iter()
            .for_each(|numbers| numbers.fill(0.0));
        self.newest = 0;
    }
}
