//! Inner products as a chain of saturating multiply-accumulates gives them. Real-time.
//!
//! A chain that never reaches the limits equals the plain sum, whatever the order. It cannot reach them
//! if twice the sum of the products' magnitudes stays below 2³¹, or, by Cauchy and Schwarz, if the
//! product of both energies stays below 2⁶⁰.

use crate::codec::audio::g729::frame::SUBFRAME;
use crate::codec::audio::g729::ops::{l_mult, l_saturate};

/// An inner product and whether it met a limit on the way, which the reference's overflow flag tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sum {
    /// Twice the inner product.
    pub value: i32,
    /// Whether any step saturated.
    pub saturated: bool,
}

/// `start` and twice the inner product, saturated after each term.
#[inline]
pub fn inner(start: i32, x: &[i16; SUBFRAME], y: &[i16; SUBFRAME]) -> Sum {
    let (mut exact, mut bound) = (0i64, 0i64);
    for (&x, &y) in x.iter().zip(y) {
        let product = i32::from(x) * i32::from(y);
        exact += i64::from(product);
        bound += i64::from(product.abs());
    }
    if 2 * bound + i64::from(start.unsigned_abs()) <= i64::from(i32::MAX) {
        return Sum { value: (2 * exact + i64::from(start)) as i32, saturated: false };
    }
    let mut sum = Sum { value: start, saturated: false };
    for (&x, &y) in x.iter().zip(y) {
        let wide = i64::from(sum.value) + i64::from(l_mult(x, y));
        sum.value = l_saturate(wide);
        sum.saturated |= i64::from(sum.value) != wide || (x == i16::MIN && y == i16::MIN);
    }
    sum
}

/// The sum of squares.
#[inline(always)]
pub fn energy(x: &[i16]) -> i64 {
    x.iter().map(|&x| i64::from(i32::from(x) * i32::from(x))).sum()
}

/// `start` and twice the energy as a saturating chain gives it: all terms are positive, so it sticks at the limit.
#[inline(always)]
pub fn saturated_energy(start: i32, energy: i64) -> i32 {
    l_saturate(i64::from(start) + 2 * energy)
}

/// Whether no chain over vectors of these energies can saturate, nor any part of one.
#[inline(always)]
pub fn cannot_saturate(energy: i64, other: i64) -> bool {
    const LARGEST: u128 = (i32::MAX as u128 / 2) * (i32::MAX as u128 / 2);
    u128::from(energy.unsigned_abs()) * u128::from(other.unsigned_abs()) <= LARGEST
}

/// The plain inner product, not doubled, of vectors that [`cannot_saturate`].
#[inline(always)]
pub fn plain(x: &[i16; SUBFRAME], y: &[i16; SUBFRAME]) -> i32 {
    x.iter().zip(y).fold(0i32, |sum, (&x, &y)| sum.wrapping_add(i32::from(x) * i32::from(y)))
}
