//! Tells when a filter makes more echo than it takes: the path has changed under it.
//!
//! Double talk does not do that: what is subtracted then is still echo.

/// Weight of the newest block: powers are over about 100 ms.
const SMOOTHING: f32 = 0.1;

/// More power after the filter than before it, by this much, is harm: 1 dB.
const HARMFUL: f32 = 1.26;

/// A filter helps when it leaves less than this of the power: 1 dB.
const HELPFUL: f32 = 0.8;

/// Smoothed powers of the microphone, and of what a filter left of it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Harm {
    before: f32,
    after: f32,
}

impl Harm {
    /// Takes a block in; true where the filter does harm, after which it starts afresh.
    pub fn grows(&mut self, mic: &[f32], error: &[f32]) -> bool {
        self.before += SMOOTHING * (energy(mic) - self.before);
        self.after += SMOOTHING * (energy(error) - self.after);
        let harmful = self.after > HARMFUL * self.before + 1e-9;
        if harmful {
            *self = Self::default();
        }
        harmful
    }

    /// Whether the filter takes something away.
    pub fn shrinks(&self) -> bool {
        self.after < HELPFUL * self.before
    }
}

/// Sum of squares.
pub(super) fn energy(block: &[f32]) -> f32 {
    block.iter().map(|x| x * x).sum()
}
