//! Powers, logarithms and inverse roots by table and straight line between its points. Real-time.

use super::ops::{extract_h, extract_l, l_deposit_h, l_msu, l_shl, l_shr, l_shr_r, norm_l, sub};
use super::tables_math::{INVERSE_ROOT, LOGARITHM, POWER};

/// `2^(exponent + fraction)`, rounded; fraction in Q15, exponent 0 to 30.
#[inline]
pub fn pow2(exponent: i16, fraction: i16) -> i32 {
    let position = i32::from(fraction.max(0)) << 6;
    let between = extract_l(position >> 1) & 0x7fff;
    l_shr_r(line(&POWER, extract_h(position), between), sub(30, exponent))
}

/// The integer part (0 to 30) and the Q15 fraction of log2 `a`; both zero for `a` ≤ 0.
#[inline]
pub fn log2(a: i32) -> (i16, i16) {
    if a <= 0 {
        return (0, 0);
    }
    let places = norm_l(a);
    let (entry, between) = position(l_shl(a, places));
    (sub(30, places), extract_h(line(&LOGARITHM, entry - 32, between)))
}

/// `1/√a` in Q30 for an integer `a`; 0x3fff_ffff for `a` ≤ 0.
#[inline]
pub fn inv_sqrt(a: i32) -> i32 {
    if a <= 0 {
        return 0x3fff_ffff;
    }
    let places = norm_l(a);
    let exponent = 30 - places;
    // The table spans a factor of four: an even exponent takes its lower half.
    let normal = l_shr(l_shl(a, places), 1 - (exponent & 1));
    let (entry, between) = position(normal);
    l_shr(line(&INVERSE_ROOT, entry - 16, between), exponent / 2 + 1)
}

/// Bits 25 to 30 as the entry, bits 10 to 24 as the Q15 way to the next.
#[inline(always)]
fn position(normal: i32) -> (i16, i16) {
    (extract_h(normal >> 9), extract_l(normal >> 10) & 0x7fff)
}

/// Between entry and the one after it, with the table in the upper half.
#[inline(always)]
fn line(table: &[i16], entry: i16, between: i16) -> i32 {
    let entry = usize::from(entry.unsigned_abs()).min(table.len() - 2);
    l_msu(l_deposit_h(table[entry]), sub(table[entry], table[entry + 1]), between)
}
