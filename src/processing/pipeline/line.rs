//! A delay with a gate at its end: what is known of a tone now, decides on what of it leaves.

use crate::processing::dsp::Ramp;

/// Within 2 ms the gate closes and opens.
const EDGE_MS: u32 = 2;

/// Delays audio, and silences what leaves.
#[derive(Debug)]
pub(super) struct Line {
    kept: Box<[f32]>,
    at: usize,
    gate: Ramp,
    edge: u32,
}

impl Line {
    /// A delay of so many samples at a rate of `hz`. Allocates.
    pub fn new(delay: usize, hz: u32) -> Self {
        Self { kept: vec![0.0; delay].into(), at: 0, gate: Ramp::new(1.0), edge: hz * EDGE_MS / 1_000 }
    }

    /// Samples from input to output.
    pub fn delay(&self) -> usize {
        self.kept.len()
    }

    /// Delays a frame, and silences it where the gate is closed. Real-time.
    pub fn process(&mut self, frame: &mut [f32], closed: bool) {
        for sample in &mut *frame {
            if let Some(kept) = self.kept.get_mut(self.at) {
                std::mem::swap(kept, sample);
                self.at = (self.at + 1) % self.kept.len();
            }
        }
        let target = if closed { 0.0 } else { 1.0 };
        if self.gate.target() != target {
            self.gate.set(target, self.edge);
        }
        self.gate.apply(frame);
    }
}
