//! Adaptation of the quantiser's scale factor (clause 4.2.4).

/// Logarithm of the scale factor, to base 2, as the mixture of a fast and a slow one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scale {
    /// Fast factor (YU), in steps of 1/512, 544 to 5120.
    fast: i32,
    /// Slow factor (YL), in steps of 1/32 768.
    slow: i32,
}

impl Scale {
    pub(super) const fn new() -> Self {
        Self { fast: SMALLEST, slow: SMALLEST << 6 }
    }

    /// The slow factor, in steps of 1/32 768.
    #[inline(always)]
    pub(super) fn slow(&self) -> i32 {
        self.slow
    }

    /// The factor in steps of 1/512, by `speed` of 0 (slow) to 64 (fast); block MIX.
    #[inline(always)]
    pub(super) fn mixed(&self, speed: i32) -> i32 {
        let slow = self.slow >> 6;
        let apart = self.fast - slow;
        let part = (apart.abs() * speed) >> 6;
        slow + if apart < 0 { -part } else { part }
    }

    /// Adapts to what a code says, from the factor that it was made with (blocks FILTD, LIMB, FILTE).
    #[inline(always)]
    pub(super) fn adapt(&mut self, factor: i32, step: i32) {
        self.fast = (factor + ((step * 32 - factor) >> 5)).clamp(SMALLEST, 5120);
        self.slow += self.fast + (-self.slow >> 6);
    }
}

/// Smallest fast factor: 1.06 octaves.
const SMALLEST: i32 = 544;
