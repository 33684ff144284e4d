//! Loops over Q8.23 words: what a bus, a contribution and a mix are made of.
//!
//! Full scale is 2²³. One voice is at most [`LOUDEST`], so that a bound for any sum is a bound for its count of voices.

use multiversion::multiversion;

use crate::processing::dsp::Ramp;

/// Full scale in words.
pub(super) const FULL_SCALE: f32 = 8_388_608.0;

/// Most that one voice can be, 12 dB above full scale: there a voice is clipped.
pub(super) const LOUDEST: i32 = 1 << 25;

/// Rounds a voice to words, ties to even, clipped at [`LOUDEST`]; NaN is 0.
#[multiversion(targets("x86_64+avx2"))]
pub(super) fn quantise(frame: &[f32], words: &mut [i32]) {
    for (word, &sample) in words.iter_mut().zip(frame) {
        *word = nearest(sample * FULL_SCALE);
    }
}

/// Multiplies a voice by a gain that may move; rounded and clipped as in [`quantise`].
#[multiversion(targets("x86_64+avx2"))]
fn scale_moving(words: &[i32], from: f32, step: f32, scaled: &mut [i32]) {
    for ((scaled, &word), passed) in scaled.iter_mut().zip(words).zip(1i32..) {
        *scaled = nearest(word as f32 * (from + step * passed as f32));
    }
}

/// Multiplies a voice by a gain at rest.
#[multiversion(targets("x86_64+avx2"))]
fn scale_resting(words: &[i32], gain: f32, scaled: &mut [i32]) {
    for (scaled, &word) in scaled.iter_mut().zip(words) {
        *scaled = nearest(word as f32 * gain);
    }
}

/// Multiplies a voice by the gains that a ramp passes in as many samples.
pub(super) fn scale(words: &[i32], ramp: &mut Ramp, scaled: &mut [i32]) {
    let start = ramp.gain();
    ramp.skip(words.len());
    let end = ramp.gain();
    // A ramp ends where a frame ends (`frames_of`), so within a frame it is one straight line.
    if start == end {
        scale_resting(words, end, scaled);
    } else {
        scale_moving(words, start, (end - start) / words.len().max(1) as f32, scaled);
    }
}

/// Adds words to a sum. The caller keeps count, so that nothing overflows.
#[multiversion(targets("x86_64+avx2"))]
pub(super) fn add(sum: &mut [i32], words: &[i32]) {
    for (sum, &word) in sum.iter_mut().zip(words) {
        *sum = sum.wrapping_add(word);
    }
}

/// Adds a shifted voice, saturated: what exceptions bring to a mix.
#[multiversion(targets("x86_64+avx2"))]
pub(super) fn add_shifted(sum: &mut [i32], words: &[i32], shift: u32) {
    for (sum, &word) in sum.iter_mut().zip(words) {
        *sum = sum.saturating_add(word >> (shift & 31));
    }
}

/// Takes a shifted voice out of a mix, saturated.
#[multiversion(targets("x86_64+avx2"))]
pub(super) fn take_shifted(sum: &mut [i32], words: &[i32], shift: u32) {
    for (sum, &word) in sum.iter_mut().zip(words) {
        *sum = sum.saturating_sub(word >> (shift & 31));
    }
}

/// Moves an i32 sum into an i64 one, and clears it.
#[multiversion(targets("x86_64+avx2"))]
pub(super) fn spill(near: &mut [i32], wide: &mut [i64]) {
    for (wide, near) in wide.iter_mut().zip(near) {
        *wide += i64::from(std::mem::take(near));
    }
}

/// The largest magnitude.
#[multiversion(targets("x86_64+avx2"))]
pub(super) fn peak(words: &[i32]) -> u32 {
    words.iter().fold(0, |peak, word| peak.max(word.unsigned_abs()))
}

/// The largest magnitude of i64 words.
#[multiversion(targets("x86_64+avx2"))]
pub(super) fn wide_peak(words: &[i64]) -> u64 {
    words.iter().fold(0, |peak, word| peak.max(word.unsigned_abs()))
}

/// The bus without one voice as samples, and their largest magnitude: one pass for each that talks.
#[multiversion(targets("x86_64+avx2"))]
pub(super) fn without(bus: &[i32], own: &[i32], shift: u32, out: &mut [f32]) -> f32 {
    let unit = unit(shift);
    let mut peak = 0;
    for ((out, &bus), &own) in out.iter_mut().zip(bus).zip(own) {
        let sample = bus.wrapping_sub(own >> (shift & 31)) as f32 * unit;
        peak = peak.max(magnitude(sample));
        *out = sample;
    }
    f32::from_bits(peak)
}

/// Words as samples, and their largest magnitude.
#[multiversion(targets("x86_64+avx2"))]
pub(super) fn to_samples(words: &[i32], shift: u32, out: &mut [f32]) -> f32 {
    let unit = unit(shift);
    let mut peak = 0;
    for (out, &word) in out.iter_mut().zip(words) {
        let sample = word as f32 * unit;
        peak = peak.max(magnitude(sample));
        *out = sample;
    }
    f32::from_bits(peak)
}

/// What one word of a bus with this shift is worth.
fn unit(shift: u32) -> f32 {
    (1u64 << (shift & 31)) as f32 / FULL_SCALE
}

/// The bits of a sample's magnitude, in the order of magnitudes: integers have a maximum in vector lanes.
#[inline(always)]
pub(super) fn magnitude(sample: f32) -> u32 {
    sample.to_bits() & 0x7fff_ffff
}

#[inline(always)]
fn nearest(number: f32) -> i32 {
    let bound = LOUDEST as f32;
    let number = if number.is_nan() { 0.0 } else { number };
    let above = if number > -bound { number } else { -bound };
    let clipped = if above < bound { above } else { bound };
    clipped.round_ties_even() as i32
}
