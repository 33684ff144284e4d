//! The two windows of the overlap-add: a long look back for resolution, a short way out for delay.

use std::f32::consts::PI;

/// Ticks in a block.
pub(super) const BLOCK_TICKS: usize = 4;

/// Ticks that the way out spans: the delay is one less.
pub(super) const TAIL_TICKS: usize = 3;

/// Analysis and synthesis window of a block of [`BLOCK_TICKS`], and what the analysis makes of power.
#[derive(Debug)]
pub(super) struct Windows {
    /// Over the whole block: rises slowly, falls within 1.5 ticks.
    pub(super) analysis: Box<[f32]>,
    /// Over the last [`TAIL_TICKS`].
    pub(super) synthesis: Box<[f32]>,
}

impl Windows {
    /// For ticks of `tick` samples. Allocates.
    ///
    /// The product of both is a Hann window over the tail, whose copies at every tick sum up to one, so that
    /// gains of 1.0 give the input back (asymmetric windows: Mauler and Martin, 2007).
    pub(super) fn new(tick: usize) -> Self {
        let (block, tail) = (BLOCK_TICKS * tick, TAIL_TICKS * tick);
        let fall = tail as f32 / 2.0;
        let rise = block as f32 - fall;
        // Half a Hann window of `length` up to its top, at the middle of sample `at`.
        let half_hann = |at: f32, length: f32| (0.5 - 0.5 * (PI * (at + 0.5) / length).cos()).max(0.0);
        let hann = |k: usize| {
            let at = k as f32;
            if at + 0.5 < rise { half_hann(at, rise) } else { half_hann(block as f32 - 1.0 - at, fall) }
        };
        let analysis: Box<[f32]> = (0..block).map(|k| hann(k).sqrt()).collect();
        let overlap = tail as f32 / (2 * tick) as f32;
        let synthesis = (0..tail).map(|k| half_hann(k as f32, fall) / analysis[block - tail + k] / overlap).collect();
        Self { analysis, synthesis }
    }

    /// Σ w²: what a sample's power is multiplied by in every bin.
    pub(super) fn power(&self) -> f32 {
        self.analysis.iter().map(|w| w * w).sum()
    }
}
