//! A gain on its way to a target, in decibels, at speeds that are not heard.

use crate::processing::dsp::Ramp;
use crate::types::Decibels;

/// A gain of decibels that moves by the tick.
#[derive(Clone, Debug)]
pub(super) struct Gain {
    decibels: f32,
    ramp: Ramp,
}

impl Gain {
    pub(super) const fn new() -> Self {
        Self { decibels: 0.0, ramp: Ramp::new(1.0) }
    }

    pub(super) const fn decibels(&self) -> f32 {
        self.decibels
    }

    /// As a factor, where it is now.
    pub(super) fn factor(&self) -> f32 {
        self.ramp.target()
    }

    /// Moves towards `target` by `up` or `down` decibels at most, over the next `samples`.
    pub(super) fn follow(&mut self, target: f32, up: f32, down: f32, samples: usize) {
        self.decibels += (target - self.decibels).clamp(-down, up);
        self.ramp.set(Decibels(self.decibels).linear(), samples as u32);
    }

    pub(super) fn apply(&mut self, frame: &mut [f32]) {
        self.ramp.apply(frame);
    }
}
