//! The LP filters A(z) and 1/A(z) on 16-bit samples (G.729 clauses 3.2.6, 3.10 and 4.1.6).
//!
//! The reference saturates after every product. Sums of wrapping arithmetic are the same as long as no
//! partial sum can leave 32 bits, whatever the order: 2·Σ|aⱼ|·max|x| < 2³¹. That holds for nearly all
//! speech, is checked for every call, and what does not pass it is computed product by product.
//! Real-time: about ten products a sample.

use super::frame::{ORDER, TAPS};
use super::ops::{l_mac, l_mult, l_saturate, l_shl, round};

/// The residual A(z)x of the last `N` samples of `x`; the ten before them are the filter's past.
///
/// `a` in Q12. `x` holds at least `N + 10` samples, else the output is zero.
#[inline]
pub fn residual<const N: usize>(a: &[i16; TAPS], x: &[i16], out: &mut [i16; N]) {
    out.fill(0);
    let Some(first) = x.len().checked_sub(N + ORDER) else { return };
    let x = &x[first..];
    let bounded = peak(x) <= peak_allowed(a);
    for (y, window) in out.iter_mut().zip(x.windows(TAPS)) {
        let Some(window) = window.first_chunk::<TAPS>() else { return };
        *y = if bounded {
            let sum: i32 = (0..TAPS).map(|j| i32::from(a[j]) * i32::from(window[ORDER - j])).sum();
            ((sum + HALF_UNIT) >> UNIT_SHIFT).clamp(-32_768, 32_767) as i16
        } else {
            let own = l_mult(window[ORDER], a[0]);
            round(l_shl((1..TAPS).fold(own, |sum, j| l_mac(sum, a[j], window[ORDER - j])), 3))
        };
    }
}

/// The synthesis x/A(z): `memory` is the ten outputs before, oldest first. It is not changed, see
/// [`remember`].
///
/// Returns whether anything saturated, what the reference calls overflow.
#[inline(always)]
pub fn synthesis<const N: usize>(a: &[i16; TAPS], x: &[i16; N], memory: &[i16; ORDER], out: &mut [i16; N]) -> bool {
    synthesis_wrapping(a, x, memory, out);
    // An output short of the extremes was not clipped: then nothing overflowed.
    if peak(x).max(peak(memory)).max(peak(out)) <= peak_allowed(a).min(32_766) {
        false
    } else {
        synthesis_saturating(a, x, memory, out)
    }
}

/// The filter memory after `out`: its last ten samples.
#[inline(always)]
pub fn remember<const N: usize>(memory: &mut [i16; ORDER], out: &[i16; N]) {
    if let Some(last) = out.last_chunk::<ORDER>() {
        *memory = *last;
    }
}

/// The transposed form, by blocks of four. Right if input, memory and output turn out to be bounded: an
/// output depends on what is before it, so none can be wrong without one before it being too large.
#[inline(always)]
fn synthesis_wrapping<const N: usize>(a: &[i16; TAPS], x: &[i16; N], memory: &[i16; ORDER], out: &mut [i16; N]) {
    const { assert!(N.is_multiple_of(4)) }
    // shifted[i][k]: the weights of a block's output i in the outputs 2k and 2k + 1 samples after the block.
    let weight = |index: usize| a.get(index).map_or(0, |&a| i64::from(a));
    let shifted: [[i64; REACH]; 4] =
        std::array::from_fn(|i| std::array::from_fn(|k| pack(weight(2 * k + 4 - i), weight(2 * k + 5 - i))));
    // pending[k]: what the past puts into the outputs 2k and 2k + 1 samples from now, the rounding included.
    let mut pending = [pack(HALF_UNIT.into(), HALF_UNIT.into()); REACH + 2];
    feed(&mut pending, &shifted, [0, 0, memory[0], memory[1]].map(i32::from));
    feed(&mut pending, &shifted, [memory[2], memory[3], memory[4], memory[5]].map(i32::from));
    feed(&mut pending, &shifted, [memory[6], memory[7], memory[8], memory[9]].map(i32::from));
    let [lead, a1, a2, a3] = [a[0], a[1], a[2], a[3]].map(i32::from);
    let (inputs, _) = x.as_chunks::<4>();
    let (outputs, _) = out.as_chunks_mut::<4>();
    for (y, x) in outputs.iter_mut().zip(inputs) {
        let [s0, s1] = unpack(pending[0]);
        let [s2, s3] = unpack(pending[1]);
        let [s0, s1, s2, s3]: [i32; 4] =
            std::array::from_fn(|i| [s0, s1, s2, s3][i].wrapping_add(lead.wrapping_mul(x[i].into())));
        let y0 = sample(s0);
        let y1 = sample(s1.wrapping_sub(a1.wrapping_mul(y0)));
        let y2 = sample(s2.wrapping_sub(a2.wrapping_mul(y0)).wrapping_sub(a1.wrapping_mul(y1)));
        let older = s3.wrapping_sub(a3.wrapping_mul(y0)).wrapping_sub(a2.wrapping_mul(y1));
        let y3 = sample(older.wrapping_sub(a1.wrapping_mul(y2)));
        *y = [y0 as i16, y1 as i16, y2 as i16, y3 as i16];
        feed(&mut pending, &shifted, [y0, y1, y2, y3]);
    }
}

/// Takes a block of outputs into what is pending, which moves on by four samples.
#[inline(always)]
fn feed(pending: &mut [i64; REACH + 2], shifted: &[[i64; REACH]; 4], y: [i32; 4]) {
    for k in 0..REACH {
        let product = |i: usize| shifted[i][k].wrapping_mul(y[i].into());
        let sum = product(0).wrapping_add(product(1)).wrapping_add(product(2)).wrapping_add(product(3));
        pending[k] = pending[k + 2].wrapping_sub(sum);
    }
}

/// Two sums in one word: products and sums of such words are those of both, as long as each fits.
#[inline(always)]
fn pack(low: i64, high: i64) -> i64 {
    low.wrapping_add(high << 32)
}

#[inline(always)]
fn unpack(pair: i64) -> [i32; 2] {
    let low = pair as i32;
    // A negative lower sum has borrowed from the upper one.
    [low, (pair.wrapping_sub(low.into()) >> 32) as i32]
}

/// An output of its sum, clipped.
#[inline(always)]
fn sample(sum: i32) -> i32 {
    (sum >> UNIT_SHIFT).clamp(-32_768, 32_767)
}

/// The reference's order of operations, for signals that may saturate within a sum.
#[cold]
#[inline(never)]
fn synthesis_saturating<const N: usize>(
    a: &[i16; TAPS],
    x: &[i16; N],
    memory: &[i16; ORDER],
    out: &mut [i16; N],
) -> bool {
    let mut past = *memory;
    let mut overflow = false;
    let mut fits = |wide: i64| {
        let narrow = l_saturate(wide);
        overflow |= i64::from(narrow) != wide;
        i64::from(narrow)
    };
    for (y, &x) in out.iter_mut().zip(x) {
        let mut sum = fits(2 * i64::from(x) * i64::from(a[0]));
        for j in 1..TAPS {
            let product = fits(2 * i64::from(a[j]) * i64::from(past[ORDER - j]));
            sum = fits(sum - product);
        }
        let shifted = fits(8 * sum);
        let sample = fits(shifted + 0x8000) >> 16;
        *y = sample as i16;
        past.rotate_left(1);
        past[ORDER - 1] = *y;
    }
    overflow
}

/// Largest magnitude of samples for which no order of the products can saturate.
#[inline(always)]
fn peak_allowed(a: &[i16; TAPS]) -> u32 {
    let weight: u32 = a.iter().map(|c| u32::from(c.unsigned_abs())).sum();
    // 2^30 − 1, since the sums here are not doubled.
    ((1 << 30) - 1) / weight.max(1)
}

#[inline(always)]
fn peak(x: &[i16]) -> u32 {
    x.iter().map(|s| s.unsigned_abs()).fold(0, u16::max).into()
}

/// A sum of Q12 products that is not doubled has one unit of the output at bit 12.
const UNIT_SHIFT: i32 = 12;
const HALF_UNIT: i32 = 1 << (UNIT_SHIFT - 1);
/// Pairs of outputs that a block of four reaches.
const REACH: usize = 5;
