//! The ITU-T basic operators on 16-bit words (G.729 clause 5.2, ITU-T G.191 basic operators).
//!
//! Fractional arithmetic that saturates. The reference keeps a global overflow flag; here whoever needs
//! it (`filters::synthesis`, the open-loop pitch search) finds it out by itself. Shift counts may be of
//! either sign. Real-time: a few instructions each.

pub use super::ops_long::*;

/// `a + b`.
#[inline(always)]
pub const fn add(a: i16, b: i16) -> i16 {
    a.saturating_add(b)
}

/// `a - b`.
#[inline(always)]
pub const fn sub(a: i16, b: i16) -> i16 {
    a.saturating_sub(b)
}

/// `-a`; of −32 768 it is 32 767.
#[inline(always)]
pub const fn negate(a: i16) -> i16 {
    a.saturating_neg()
}

/// `|a|`; of −32 768 it is 32 767.
#[inline(always)]
pub const fn abs_s(a: i16) -> i16 {
    a.saturating_abs()
}

/// A 32-bit integer clipped to 16 bits.
#[inline(always)]
pub const fn saturate(a: i32) -> i16 {
    if a > 32_767 {
        32_767
    } else if a < -32_768 {
        -32_768
    } else {
        a as i16
    }
}

/// Product of two Q15 fractions in Q15, truncated.
#[inline(always)]
pub const fn mult(a: i16, b: i16) -> i16 {
    saturate((a as i32 * b as i32) >> 15)
}

/// Product of two Q15 fractions in Q15, rounded.
#[inline(always)]
pub const fn mult_r(a: i16, b: i16) -> i16 {
    saturate((a as i32 * b as i32 + 0x4000) >> 15)
}

/// `a · 2^n`, saturated; for negative `n` an arithmetic shift to the right.
#[inline(always)]
pub const fn shl(a: i16, n: i16) -> i16 {
    if n < 0 { a >> if n < -15 { 15 } else { -n } } else { saturate((a as i32) << if n > 16 { 16 } else { n }) }
}

/// `a / 2^n`, an arithmetic shift; for negative `n` a saturated shift to the left.
#[inline(always)]
pub const fn shr(a: i16, n: i16) -> i16 {
    if n < 0 { shl(a, n.saturating_neg()) } else { a >> if n > 15 { 15 } else { n } }
}

/// `a / 2^n`, rounded half up; zero beyond 15 places; for negative `n` a saturated shift to the left.
#[inline(always)]
pub const fn shr_r(a: i16, n: i16) -> i16 {
    if n > 15 {
        0
    } else if n <= 0 {
        shl(a, n.saturating_neg())
    } else {
        ((a as i32 + (1 << (n - 1))) >> n) as i16
    }
}

/// Places that `a` can be shifted to the left without overflow; 0 for 0.
#[inline(always)]
pub const fn norm_s(a: i16) -> i16 {
    if a == 0 { 0 } else { (a ^ (a >> 15)).leading_zeros() as i16 - 1 }
}

/// The Q15 quotient `a / b` for 0 ≤ a ≤ b, truncated; 1 is 32 767.
///
/// The reference stops the program for other operands. Here the quotient is then clipped to 0 or 32 767.
#[inline(always)]
pub const fn div_s(a: i16, b: i16) -> i16 {
    if a <= 0 || b < 0 {
        0
    } else if a >= b {
        32_767
    } else {
        (((a as i32) << 15) / b as i32) as i16
    }
}
