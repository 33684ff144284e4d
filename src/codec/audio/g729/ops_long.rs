//! The ITU-T basic operators on 32-bit words (G.729 clause 5.2). Reached through `ops`.

/// Twice the product: two Q15 fractions give Q31. Saturates for −1 · −1 alone.
#[inline(always)]
pub const fn l_mult(a: i16, b: i16) -> i32 {
    (a as i32 * b as i32).saturating_mul(2)
}

/// `acc + 2ab`: the product saturates first, then the sum.
#[inline(always)]
pub const fn l_mac(acc: i32, a: i16, b: i16) -> i32 {
    acc.saturating_add(l_mult(a, b))
}

/// `acc - 2ab`.
#[inline(always)]
pub const fn l_msu(acc: i32, a: i16, b: i16) -> i32 {
    acc.saturating_sub(l_mult(a, b))
}

/// `a + b`.
#[inline(always)]
pub const fn l_add(a: i32, b: i32) -> i32 {
    a.saturating_add(b)
}

/// `a - b`.
#[inline(always)]
pub const fn l_sub(a: i32, b: i32) -> i32 {
    a.saturating_sub(b)
}

/// `-a`; of −2³¹ it is 2³¹ − 1.
#[inline(always)]
pub const fn l_negate(a: i32) -> i32 {
    a.saturating_neg()
}

/// `|a|`; of −2³¹ it is 2³¹ − 1.
#[inline(always)]
pub const fn l_abs(a: i32) -> i32 {
    a.saturating_abs()
}

/// `a · 2^n`, saturated; for negative `n` an arithmetic shift to the right.
#[inline(always)]
pub const fn l_shl(a: i32, n: i16) -> i32 {
    if n <= 0 { a >> if n < -31 { 31 } else { -n } } else { l_saturate((a as i64) << if n > 32 { 32 } else { n }) }
}

/// `a / 2^n`, an arithmetic shift; for negative `n` a saturated shift to the left.
#[inline(always)]
pub const fn l_shr(a: i32, n: i16) -> i32 {
    if n < 0 { l_shl(a, n.saturating_neg()) } else { a >> if n > 31 { 31 } else { n } }
}

/// `a / 2^n`, rounded half up; zero beyond 31 places; for negative `n` a saturated shift to the left.
#[inline(always)]
pub const fn l_shr_r(a: i32, n: i16) -> i32 {
    if n > 31 {
        0
    } else if n <= 0 {
        l_shl(a, n.saturating_neg())
    } else {
        ((a as i64 + (1 << (n - 1))) >> n) as i32
    }
}

/// A 64-bit integer clipped to 32 bits.
#[inline(always)]
pub const fn l_saturate(a: i64) -> i32 {
    if a > i32::MAX as i64 {
        i32::MAX
    } else if a < i32::MIN as i64 {
        i32::MIN
    } else {
        a as i32
    }
}

/// Places that `a` can be shifted to the left without overflow; 0 for 0.
#[inline(always)]
pub const fn norm_l(a: i32) -> i16 {
    if a == 0 { 0 } else { (a ^ (a >> 31)).leading_zeros() as i16 - 1 }
}

/// The upper 16 bits.
#[inline(always)]
pub const fn extract_h(a: i32) -> i16 {
    (a >> 16) as i16
}

/// The lower 16 bits.
#[inline(always)]
pub const fn extract_l(a: i32) -> i16 {
    a as i16
}

/// `a` as the upper 16 bits of a word.
#[inline(always)]
pub const fn l_deposit_h(a: i16) -> i32 {
    (a as i32) << 16
}

/// `a` as a word of the same value.
#[inline(always)]
pub const fn l_deposit_l(a: i16) -> i32 {
    a as i32
}

/// The upper 16 bits, rounded half up and saturated.
#[inline(always)]
pub const fn round(a: i32) -> i16 {
    extract_h(a.saturating_add(0x8000))
}
