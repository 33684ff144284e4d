//! The adaptive quantiser and its inverse, in the logarithmic domain (clauses 4.2.2 and 4.2.3).

use super::tables::Tables;

/// The code of a `difference` (16 bits) at `scale` (blocks LOG, SUBTB, QUAN).
#[inline(always)]
pub(super) fn quantised(difference: i32, scale: i32, tables: &Tables) -> u8 {
    let scaled = logarithm(difference.unsigned_abs() & 0x7fff) - (scale >> 2);
    let magnitude = tables.decisions.iter().map(|&level| u8::from(scaled >= i32::from(level))).sum::<u8>();
    let all_ones = (1 << tables.bits) - 1;
    match magnitude {
        // Only 2-bit codes know a smallest magnitude of either sign; the others never send all zeros.
        0 if tables.bits > 2 => all_ones,
        magnitude if difference < 0 => all_ones - magnitude,
        magnitude => magnitude,
    }
}

/// A quantised difference as the Recommendation has it, sign beside magnitude: there is a minus zero.
#[derive(Clone, Copy, Debug)]
pub(super) struct Difference {
    /// At most 32 640.
    pub magnitude: i32,
    /// −1 below zero, else 0.
    pub sign: i32,
}

impl Difference {
    /// The difference that a code stands for at `scale` (blocks RECONST, ADDA, ANTILOG).
    #[inline(always)]
    pub(super) fn of(code: Code, scale: i32, tables: &Tables) -> Self {
        let log = i32::from(tables.levels[code.magnitude]) + (scale >> 2);
        // 566 and 5120 / 4 at most: below 15 octaves.
        let shift = 14 - (log >> 7 & 15);
        let magnitude = if log < 0 { 0 } else { ((log & 127) + 128) << 7 >> shift };
        Self { magnitude, sign: code.sign }
    }

    /// As one number.
    #[inline(always)]
    pub(super) fn value(self) -> i32 {
        (self.magnitude ^ self.sign) - self.sign
    }
}

/// A code taken apart: index into the tables, and sign.
#[derive(Clone, Copy, Debug)]
pub(super) struct Code {
    /// 0 to 15.
    pub magnitude: usize,
    /// −1 below zero, else 0.
    pub sign: i32,
}

impl Code {
    /// Reads the lower bits of `code`, as many as the rate has.
    #[inline(always)]
    pub(super) fn new(code: u8, tables: &Tables) -> Self {
        let code = i32::from(code);
        let sign = -(code >> (tables.bits - 1) & 1);
        let magnitude = (code ^ sign) & ((1 << (tables.bits - 1)) - 1) & 15;
        Self { magnitude: magnitude as usize, sign }
    }

    /// Its place among all levels that are sent, the lowest first.
    #[inline(always)]
    pub(super) fn rank(self, tables: &Tables) -> i32 {
        // Only 2-bit codes have a smallest magnitude above zero.
        let least = i32::from(tables.bits > 2);
        (self.magnitude as i32 - (least & !self.sign)) ^ self.sign
    }
}

/// Logarithm to base 2 in steps of 1/128, straight between the octaves (block LOG).
#[inline(always)]
fn logarithm(magnitude: u32) -> i32 {
    let exponent = 31 - (magnitude | 1).leading_zeros();
    ((exponent << 7) + (magnitude << 7 >> exponent & 127)) as i32
}
