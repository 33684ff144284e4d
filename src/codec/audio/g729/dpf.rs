//! The double-precision format of the reference: 31 bits as two signed halves (G.729 clause 5.2).
//!
//! `hi · 2^16 + lo · 2`, with `lo` in 0..=32 767 after [`Dpf::new`]. Half as dear to multiply as a full
//! 32-bit product on a 16-bit machine, and the lost bits are part of the standard. Real-time.

use super::ops::{div_s, l_mac, l_mult, l_shl, l_sub, mult};

/// A 32-bit number in two halves; bit 0 is not kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dpf {
    /// The upper 16 bits.
    pub hi: i16,
    /// Bits 15 to 1.
    pub lo: i16,
}

impl Dpf {
    /// Splits a word (L_Extract).
    #[inline(always)]
    pub const fn new(a: i32) -> Self {
        Self { hi: (a >> 16) as i16, lo: ((a >> 1) & 0x7fff) as i16 }
    }

    /// The word again (L_Comp).
    #[inline(always)]
    pub const fn word(self) -> i32 {
        l_mac((self.hi as i32) << 16, self.lo, 1)
    }

    /// Product of two Q31 numbers in Q31, to about 30 bits (Mpy_32).
    #[inline(always)]
    pub const fn times(self, other: Self) -> i32 {
        if self.hi == i16::MIN && other.hi == i16::MIN {
            let cross = l_mac(l_mult(self.hi, other.hi), mult(self.hi, other.lo), 1);
            return l_mac(cross, mult(self.lo, other.hi), 1);
        }
        // Else nothing can saturate: the upper product is at most 2^31 − 2^16, and where it comes near that
        // the lower halves add less than 2^16 to its magnitude, or take from it.
        let cross = ((self.hi as i32 * other.lo as i32) >> 15) + ((self.lo as i32 * other.hi as i32) >> 15);
        2 * (self.hi as i32 * other.hi as i32 + cross)
    }

    /// Product of a Q31 number and a Q15 number in Q31 (Mpy_32_16).
    #[inline(always)]
    pub const fn times_short(self, n: i16) -> i32 {
        if n == i16::MIN {
            return l_mac(l_mult(self.hi, n), mult(self.lo, n), 1);
        }
        // Nothing can saturate, and a shift of the sum rounds down what a shift of the lower product does.
        let whole = ((self.hi as i64) << 15) + self.lo as i64;
        ((whole * n as i64) >> 15 << 1) as i32
    }
}

/// The Q31 quotient of two positive numbers, `numerator` < `denominator`, whose upper half is at least
/// 0x4000, to 24 bits: one Newton step from a 16-bit reciprocal (Div_32).
#[inline]
pub const fn div_32(numerator: i32, denominator: Dpf) -> i32 {
    let approximate = div_s(0x3fff, denominator.hi);
    let rest = l_sub(i32::MAX, denominator.times_short(approximate));
    let reciprocal = Dpf::new(Dpf::new(rest).times_short(approximate));
    l_shl(Dpf::new(numerator).times(reciprocal), 2)
}
