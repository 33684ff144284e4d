//! Adaptation of a band's quantiser scale factor (clauses 3.5 and 4.2.2, blocks LOGSC and SCALE).

use super::tables::MANTISSA;

/// A scale factor that is kept as its logarithm to base 2, in steps of 1/2048.
///
/// `LIMIT` is the largest logarithm, `DOWN` places the factor's range: low band 9·2048 and 8, high band 11·2048 and 10.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scale<const LIMIT: i32, const DOWN: u32> {
    log: i32,
    factor: i32,
}

impl<const LIMIT: i32, const DOWN: u32> Scale<LIMIT, DOWN> {
    pub(super) const fn new() -> Self {
        Self { log: 0, factor: factor(0, DOWN) }
    }

    /// The quantiser's step, 8 to 16 384.
    #[inline(always)]
    pub(super) fn factor(&self) -> i32 {
        self.factor
    }

    /// Moves the factor by what the code just sent or received says, in 1/2048 octaves.
    #[inline(always)]
    pub(super) fn adapt(&mut self, step: i32) {
        // Leaks by 127/128, towards the smallest factor.
        self.log = (((self.log * 127) >> 7) + step).clamp(0, LIMIT);
        self.factor = factor(self.log, DOWN);
    }
}

/// 4·2^(log/2048), less `down` octaves and `MANTISSA`'s eleven bits. `log` lies in 0..=22 528.
#[inline(always)]
const fn factor(log: i32, down: u32) -> i32 {
    ((MANTISSA[(log >> 6) as usize & 31] as i32) << (log >> 11) >> down) << 2
}
