//! Samples as 24-bit words and as Q8.23 fixed point; 16-bit words are in [`crate::sample`].
//!
//! Full scale is 1.0 = 2²³ throughout. All conversions round to the nearest, ties to even, and take NaN for 0; each
//! converts as many samples as both slices hold. Dither is in [`super::Dither`].

use multiversion::multiversion;

/// Order of the bytes of a packed word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    /// Least significant byte first: WAV, sound cards.
    Little,
    /// Most significant byte first: network order, L24 (RFC 3190).
    Big,
}

/// 24-bit words, sign-extended, clipped at full scale.
///
/// Real-time: O(samples), vectorised, no allocation.
#[multiversion(targets("x86_64+avx2"))]
pub fn to_i24(samples: &[f32], words: &mut [i32]) {
    for (word, &sample) in words.iter_mut().zip(samples) {
        *word = quantize_i24(sample);
    }
}

/// Samples in −1.0..1.0 from 24-bit words; exact. The upper byte of a word is not looked at.
///
/// Real-time: O(samples), vectorised, no allocation.
#[multiversion(targets("x86_64+avx2"))]
pub fn from_i24(words: &[i32], samples: &mut [f32]) {
    for (sample, &word) in samples.iter_mut().zip(words) {
        *sample = dequantize_i24(word << 8);
    }
}

/// Packed 24-bit words of 3 bytes, clipped at full scale.
///
/// Real-time: O(samples), no allocation.
pub fn to_packed_i24(samples: &[f32], order: ByteOrder, bytes: &mut [u8]) {
    match order {
        ByteOrder::Little => to_packed::<false>(samples, bytes),
        ByteOrder::Big => to_packed::<true>(samples, bytes),
    }
}

/// Samples in −1.0..1.0 from packed 24-bit words of 3 bytes; exact. Bytes of an unfinished word are left out.
///
/// Real-time: O(samples), no allocation.
pub fn from_packed_i24(bytes: &[u8], order: ByteOrder, samples: &mut [f32]) {
    match order {
        ByteOrder::Little => from_packed::<false>(bytes, samples),
        ByteOrder::Big => from_packed::<true>(bytes, samples),
    }
}

/// Q8.23 fixed point: as 24-bit words, but with 48 dB of room above full scale before it clips at ±256.
///
/// Real-time: O(samples), vectorised, no allocation.
#[multiversion(targets("x86_64+avx2"))]
pub fn to_q23(samples: &[f32], words: &mut [i32]) {
    for (word, &sample) in words.iter_mut().zip(samples) {
        // The cast clips, and takes NaN for 0.
        *word = (sample * SCALE).round_ties_even() as i32;
    }
}

/// Samples from Q8.23 fixed point; exact within full scale, beyond it to the 24 bits of an f32.
///
/// Real-time: O(samples), vectorised, no allocation.
#[multiversion(targets("x86_64+avx2"))]
pub fn from_q23(words: &[i32], samples: &mut [f32]) {
    for (sample, &word) in samples.iter_mut().zip(words) {
        *sample = word as f32 * (1.0 / SCALE);
    }
}

/// Full scale, 2²³.
const SCALE: f32 = 8_388_608.0;

/// The nearest 24-bit word.
#[inline(always)]
pub(super) fn quantize_i24(sample: f32) -> i32 {
    let number = if sample.is_nan() { 0.0 } else { sample * SCALE };
    let above = if number > -SCALE { number } else { -SCALE };
    let clipped = if above < SCALE - 1.0 { above } else { SCALE - 1.0 };
    // From 2²³ to 2²⁴ a float has no fraction, so the sum is rounded, ties to even, and its bits count from 2²³'s:
    // faster than a cast, which checks its range again.
    let magnitude = ((clipped.abs() + SCALE).to_bits() - SCALE.to_bits()) as i32;
    if clipped < 0.0 { -magnitude } else { magnitude }
}

/// The sample of a word in the upper 24 bits.
#[inline(always)]
fn dequantize_i24(upper: i32) -> f32 {
    (upper >> 8) as f32 * (1.0 / SCALE)
}

#[multiversion(targets("x86_64+avx2"))]
fn to_packed<const BIG: bool>(samples: &[f32], bytes: &mut [u8]) {
    for (word, &sample) in bytes.as_chunks_mut::<3>().0.iter_mut().zip(samples) {
        let [a, b, c, _] = quantize_i24(sample).to_le_bytes();
        *word = if BIG { [c, b, a] } else { [a, b, c] };
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn from_packed<const BIG: bool>(bytes: &[u8], samples: &mut [f32]) {
    for (sample, &[a, b, c]) in samples.iter_mut().zip(bytes.as_chunks::<3>().0) {
        let upper = if BIG { [0, c, b, a] } else { [0, a, b, c] };
        *sample = dequantize_i24(i32::from_le_bytes(upper));
    }
}
