//! Lets a canceller work in the lower band of a wide one, and passes the band above beside it.
//!
//! What comes out is the microphone, delayed, and the raised difference that the canceller made to the lower band: where
//! it made none, every bit of the full band is what it was, however good the filters are.

use super::decimator::{Decimator, Interpolator, delay};

/// The way down and up again.
#[derive(Debug)]
pub(super) struct Split {
    down: [Decimator; 2],
    up: Interpolator,
    /// The microphone's last samples, of as many as the output is behind, and room for a block.
    full: Box<[f32]>,
    low: Box<[f32]>,
    pub far: Box<[f32]>,
    pub mic: Box<[f32]>,
    gain: f32,
    latency: usize,
}

impl Split {
    /// For blocks of `samples`, lowered by `factor`, around a canceller that is `behind` samples of the low rate late.
    /// Allocates.
    pub fn new(samples: usize, factor: usize, behind: usize) -> Self {
        let size = samples / factor;
        let latency = delay(factor) + behind * factor;
        let numbers = |n: usize| -> Box<[f32]> { vec![0.0; n].into() };
        Self {
            down: [Decimator::new(factor, samples), Decimator::new(factor, samples)],
            up: Interpolator::new(factor, size),
            full: numbers(latency + samples),
            low: numbers(behind + size),
            far: numbers(size),
            mic: numbers(size),
            gain: 1.0,
            latency,
        }
    }

    /// Samples by which the output is behind.
    pub fn latency(&self) -> usize {
        self.latency
    }

    /// Writes the lower bands of both ends into [`far`](Self::far) and [`mic`](Self::mic).
    pub fn lower(&mut self, far: &[f32], mic: &[f32]) {
        self.down[0].process(far, &mut self.far);
        self.down[1].process(mic, &mut self.mic);
        append(&mut self.full, mic);
        append(&mut self.low, &self.mic);
    }

    /// Writes the full band, out of the lower one as the canceller left it in [`mic`](Self::mic), with `gain` for what
    /// is above.
    pub fn raise(&mut self, gain: f32, out: &mut [f32]) {
        let step = (gain - self.gain) / out.len() as f32;
        let low_step = (gain - self.gain) / self.mic.len() as f32;
        for (n, (low, before)) in self.mic.iter_mut().zip(&self.low).enumerate() {
            *low -= (self.gain + low_step * n as f32) * before;
        }
        self.up.process(&self.mic, out);
        for (n, (out, full)) in out.iter_mut().zip(&self.full).enumerate() {
            *out += (self.gain + step * n as f32) * full;
        }
        self.gain = gain;
    }

    pub fn clear(&mut self) {
        self.down.iter_mut().for_each(Decimator::clear);
        self.up.clear();
        self.full.fill(0.0);
        self.low.fill(0.0);
        self.gain = 1.0;
    }
}

/// Moves a block in at the end.
fn append(past: &mut [f32], block: &[f32]) {
    let kept = past.len() - block.len();
    past.copy_within(block.len().., 0);
    past[kept..].copy_from_slice(block);
}
