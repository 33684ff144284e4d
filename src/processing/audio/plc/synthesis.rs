//! Excitation through the filter of a spectral envelope, piece by piece.

use crate::processing::audio::plc::{MAX_ORDER, Predictor};

/// Longest piece: a tick at 48 kHz.
pub const LONGEST: usize = 480;

/// An all-pole filter and the last samples it made.
#[derive(Clone, Copy, Debug)]
pub struct Synthesis {
    /// The envelope.
    pub predictor: Predictor,
    memory: [f32; MAX_ORDER],
}

impl Synthesis {
    /// Goes on after `past`, which holds at least [`MAX_ORDER`] samples.
    pub fn new(predictor: Predictor, past: &[f32]) -> Self {
        let mut memory = [0.0; MAX_ORDER];
        memory.copy_from_slice(&past[past.len() - MAX_ORDER..]);
        Self { predictor, memory }
    }

    /// Silence that goes on.
    pub const fn silent() -> Self {
        Self { predictor: Predictor::flat(), memory: [0.0; MAX_ORDER] }
    }

    /// Filters `count` samples, at most [`LONGEST`], of what `excite` makes. They lie at the end of what returns.
    pub fn run(&mut self, count: usize, excite: impl FnMut() -> f32) -> Piece {
        let mut piece = Piece { samples: [0.0; MAX_ORDER + LONGEST], end: MAX_ORDER + count.min(LONGEST) };
        let samples = &mut piece.samples[..piece.end];
        samples[..MAX_ORDER].copy_from_slice(&self.memory);
        samples[MAX_ORDER..].fill_with(excite);
        self.predictor.synthesise(samples);
        self.memory.copy_from_slice(&samples[samples.len() - MAX_ORDER..]);
        piece
    }
}

/// What a filter made.
pub struct Piece {
    samples: [f32; MAX_ORDER + LONGEST],
    end: usize,
}

impl Piece {
    /// The samples.
    pub fn samples(&self) -> &[f32] {
        &self.samples[MAX_ORDER..self.end]
    }
}
