//! The adaptive predictor of one band: two poles and six zeros (clauses 3.6 and 4.2.3).
//!
//! Values are those of the Recommendation's 16-bit words: coefficients in 1/16 384 (poles) and
//! 1/32 768 · 2 (zeros), signals in the band's 15 bits.

/// Predicts a band's next sample from the quantised differences so far; the same in encoder and decoder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Predictor {
    /// Estimate of the next sample (SL, SH); fits 16 bits.
    estimate: i32,
    /// What the zeros contribute to it (SZL, SZH); fits 16 bits.
    by_zeros: i32,
    /// Coefficients of the poles (AL1, AL2).
    poles: [i32; 2],
    /// The last two reconstructed samples, doubled and clipped to 16 bits.
    reconstructed: [i32; 2],
    /// The last two partial reconstructions (PLT1, PLT2); only their signs count.
    partial: [i32; 2],
    /// Coefficients of the zeros (BL1..BL6); their leak keeps them within 16 bits.
    zeros: [i32; 6],
    /// The last six quantised differences (DLT1..DLT6), at most 10 228 either way.
    differences: [i32; 6],
}

impl Predictor {
    pub(super) const fn new() -> Self {
        Self {
            estimate: 0,
            by_zeros: 0,
            poles: [0; 2],
            reconstructed: [0; 2],
            partial: [0; 2],
            zeros: [0; 6],
            differences: [0; 6],
        }
    }

    /// The estimate of the sample that comes next.
    #[inline(always)]
    pub(super) fn estimate(&self) -> i32 {
        self.estimate
    }

    /// Learns the quantised `difference` between that sample and the estimate, and estimates the one after it.
    #[inline(always)]
    pub(super) fn update(&mut self, difference: i32) {
        let partial = difference + self.by_zeros;
        let reconstructed = saturate(self.estimate + difference);
        self.adapt_zeros(difference);
        self.adapt_poles(partial);
        self.differences = shifted(self.differences, difference);
        self.partial = [partial, self.partial[0]];
        self.reconstructed = [saturate(2 * reconstructed), self.reconstructed[0]];
        self.by_zeros = self.zeros();
        self.estimate = saturate(saturate(self.poles()) + self.by_zeros);
    }

    /// Block UPZERO.
    #[inline(always)]
    fn adapt_zeros(&mut self, difference: i32) {
        let step = if difference == 0 { 0 } else { 128 };
        for (zero, &past) in self.zeros.iter_mut().zip(&self.differences) {
            let opposite = (difference ^ past) >> 31;
            // Leak of 255/256, rounded down.
            *zero += (-*zero >> 8) + ((step ^ opposite) - opposite);
        }
    }

    /// Blocks UPPOL2 and UPPOL1.
    #[inline(always)]
    fn adapt_poles(&mut self, partial: i32) {
        let [first, second] = self.poles;
        let opposite = (partial ^ self.partial[0]) >> 31;
        let opposite_second = (partial ^ self.partial[1]) >> 31;
        // Minus the first pole where the signs agree; 4·pole is clipped to 16 bits, then taken down by 7.
        let coupling = (((first ^ !opposite) - !opposite) >> 5).clamp(-256, 255);
        let second = second + (-second >> 7) + coupling + ((128 ^ opposite_second) - opposite_second);
        let second = second.clamp(-12_288, 12_288);
        // Stability: |a1| ≤ 1 − 2^−4 − a2.
        let limit = 15_360 - second;
        let first = first + (-first >> 8) + ((192 ^ opposite) - opposite);
        self.poles = [first.clamp(-limit, limit), second];
    }

    /// Block FILTEZ. Each sum is clipped, from the oldest difference to the newest.
    #[inline(always)]
    fn zeros(&self) -> i32 {
        let mut sum = 0;
        for (&zero, &past) in self.zeros.iter().zip(&self.differences).rev() {
            sum = saturate(sum + ((zero * past) >> 14));
        }
        sum
    }

    /// Block FILTEP.
    #[inline(always)]
    fn poles(&self) -> i32 {
        ((self.poles[0] * self.reconstructed[0]) >> 15) + ((self.poles[1] * self.reconstructed[1]) >> 15)
    }
}

#[inline(always)]
fn shifted([a, b, c, d, e, _]: [i32; 6], new: i32) -> [i32; 6] {
    [new, a, b, c, d, e]
}

/// Clips to 16 bits.
#[inline(always)]
pub(super) fn saturate(value: i32) -> i32 {
    value.clamp(i16::MIN as i32, i16::MAX as i32)
}
