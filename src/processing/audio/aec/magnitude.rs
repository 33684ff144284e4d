//! The magnitude of the far end: what a loudspeaker adds that does not move as far in as out.
//!
//! A curve with a bend at zero, as of an asymmetric loudspeaker or amplifier, is a straight line and a share of the
//! magnitude; unlike a square it bends at every level alike. Beside the far end itself it makes a Hammerstein model
//! (A. Stenger, W. Kellermann, "Adaptation of a memoryless preprocessor for nonlinear acoustic echo cancelling", Signal
//! Processing 80, 2000), linear in its coefficients.

use super::history::History;
use super::spectrum::Transform;

/// Weight of the newest sample in the mean that is taken off: the magnitude of a voice is mostly steady.
const MEAN: f32 = 0.02;

/// What is smaller is nothing: powers of it would be denormal.
const INAUDIBLE: f32 = 1e-9;

/// The spectra of the magnitude.
#[derive(Debug)]
pub(super) struct Magnitude {
    pub history: History,
    block: Box<[f32]>,
    mean: f32,
}

impl Magnitude {
    /// Of `blocks` blocks of `samples`. Allocates.
    pub fn new(samples: usize, blocks: usize) -> Self {
        Self { history: History::new(samples, blocks), block: vec![0.0; samples].into(), mean: 0.0 }
    }

    /// Takes the next block of the far end in.
    pub fn push(&mut self, far: &[f32], transform: &mut Transform) {
        for (bent, far) in self.block.iter_mut().zip(far) {
            self.mean += MEAN * (far.abs() - self.mean) + 1e-20;
            let apart = far.abs() - self.mean;
            *bent = if apart.abs() > INAUDIBLE { apart } else { 0.0 };
        }
        self.history.push(&self.block, transform);
    }

    pub fn clear(&mut self) {
        self.history.clear();
        self.mean = 0.0;
    }
}
