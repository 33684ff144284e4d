//! A gain that moves in a straight line, so that no change of level clicks.

/// A gain, at rest or on its way to a target.
///
/// At rest it is exactly the target: a gain of 1.0 touches no sample, a gain of 0.0 writes zeros.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ramp {
    target: f32,
    /// Change per sample.
    step: f32,
    /// Samples until the target is reached.
    left: u32,
}

impl Default for Ramp {
    fn default() -> Self {
        Self::new(1.0)
    }
}

impl Ramp {
    /// At rest at `gain`, an amplitude factor; one that is not finite is taken as 0.0.
    pub const fn new(gain: f32) -> Self {
        Self { target: finite(gain), step: 0.0, left: 0 }
    }

    /// Moves from the present gain to `target` within `samples`; 0 samples: at once. A target that is
    /// not finite is taken as 0.0.
    pub const fn set(&mut self, target: f32, samples: u32) {
        let from = self.gain();
        *self = Self::new(target);
        if samples > 0 && from != self.target {
            self.step = (self.target - from) / samples as f32;
            self.left = samples;
        }
    }

    /// The same ramp, as long in time, for samples at another rate.
    pub fn at_rate(&self, from: u32, to: u32) -> Self {
        let mut ramp = Self::new(self.gain());
        ramp.set(self.target, (u64::from(self.left) * u64::from(to) / u64::from(from.max(1))) as u32);
        ramp
    }

    /// The gain of the last sample that was passed.
    pub const fn gain(&self) -> f32 {
        match self.left {
            0 => self.target,
            left => self.target - self.step * left as f32,
        }
    }

    /// Where the gain is or goes.
    pub const fn target(&self) -> f32 {
        self.target
    }

    /// At rest at 1.0: samples pass untouched.
    pub const fn is_unity(&self) -> bool {
        self.left == 0 && self.target == 1.0
    }

    /// At rest at 0.0: nothing passes.
    pub const fn is_silent(&self) -> bool {
        self.left == 0 && self.target == 0.0
    }

    /// Multiplies the next samples by the gain. Real-time.
    pub fn apply(&mut self, samples: &mut [f32]) {
        let moving = samples.len().min(self.left as usize);
        let (moving, resting) = samples.split_at_mut(moving);
        for (passed, sample) in (1u32..).zip(moving.iter_mut()) {
            // From the end, so that the last step lands on the target and no error adds up.
            *sample *= self.target - self.step * (self.left - passed) as f32;
        }
        self.left -= moving.len() as u32;
        if self.target == 0.0 {
            resting.fill(0.0);
        } else if self.target != 1.0 {
            for sample in resting {
                *sample *= self.target;
            }
        }
    }

    /// Lets `samples` samples pass without looking at them, as when the frame is silent anyway.
    pub fn skip(&mut self, samples: usize) {
        // At rest it is not written to: its cache line may stay as it is.
        if self.left > 0 {
            self.left = self.left.saturating_sub(u32::try_from(samples).unwrap_or(u32::MAX));
        }
    }
}

const fn finite(gain: f32) -> f32 {
    if gain.is_finite() { gain } else { 0.0 }
}
