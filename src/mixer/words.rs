//! Loops over Q8.23 words: what a bus, a contribution and a mix are made of.
//!
//! Full scale is 2²³. One voice is at most [`LOUDEST`], so that a bound for any sum is a bound for its count of voices.

use multiversion::multiversion;

use crate::processing::dsp::Ramp;
use crate::types::SampleRate;

/// Full scale in words.
pub(super) const FULL_SCALE: f32 = 8_388_608.0;

/// Most that one voice can be, 12 dB above full scale: there a voice is clipped.
pub(super) const LOUDEST: i32 = 1 << 25;

/// Words that loops take at once. All usual frames are multiples: left to itself the compiler takes 32, and has a scalar
/// rest of 16 words at 8 kHz, as dear as all before it. Blocks of a few vectors it would unroll, and then gather words
/// from many blocks into one vector, six times as dear.
const BLOCK: usize = SampleRate::HZ_8000.per_tick();

/// Rounds a voice to words, ties to even, clipped at [`LOUDEST`]; NaN is 0.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl+avx512dq", "x86_64+avx2"))]
pub(super) fn quantise(frame: &[f32], words: &mut [i32]) {
    let length = frame.len().min(words.len());
    let (words, rest) = words[..length].as_chunks_mut::<BLOCK>();
    let (frames, frame_rest) = frame[..length].as_chunks::<BLOCK>();
    for (words, frame) in words.iter_mut().zip(frames) {
        for n in 0..BLOCK {
            words[n] = nearest(frame[n] * FULL_SCALE);
        }
    }
    for (word, &sample) in rest.iter_mut().zip(frame_rest) {
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
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl+avx512dq", "x86_64+avx2"))]
pub(super) fn add(sum: &mut [i32], words: &[i32]) {
    merge(sum, words, |sum, word| sum.wrapping_add(word));
}

/// Adds a shifted voice, saturated: what exceptions bring to a mix.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl+avx512dq", "x86_64+avx2"))]
pub(super) fn add_shifted(sum: &mut [i32], words: &[i32], shift: u32) {
    merge(sum, words, |sum, word| sum.saturating_add(word >> (shift & 31)));
}

/// Takes a shifted voice out of a mix, saturated.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl+avx512dq", "x86_64+avx2"))]
pub(super) fn take_shifted(sum: &mut [i32], words: &[i32], shift: u32) {
    merge(sum, words, |sum, word| sum.saturating_sub(word >> (shift & 31)));
}

/// Works words into a sum, block by block.
#[inline(always)]
fn merge(sum: &mut [i32], words: &[i32], with: impl Fn(i32, i32) -> i32) {
    let length = sum.len().min(words.len());
    let (sums, rest) = sum[..length].as_chunks_mut::<BLOCK>();
    let (words, words_rest) = words[..length].as_chunks::<BLOCK>();
    for (sum, words) in sums.iter_mut().zip(words) {
        for n in 0..BLOCK {
            sum[n] = with(sum[n], words[n]);
        }
    }
    for (sum, &word) in rest.iter_mut().zip(words_rest) {
        *sum = with(*sum, word);
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
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl+avx512dq", "x86_64+avx2"))]
pub(super) fn without(bus: &[i32], own: &[i32], shift: u32, out: &mut [f32]) -> f32 {
    let (unit, shift) = (unit(shift), shift & 31);
    let sample = |bus: i32, own: i32| bus.wrapping_sub(own >> shift) as f32 * unit;
    let length = out.len().min(bus.len()).min(own.len());
    let (outs, rest) = out[..length].as_chunks_mut::<BLOCK>();
    let (buses, bus_rest) = bus[..length].as_chunks::<BLOCK>();
    let (owns, own_rest) = own[..length].as_chunks::<BLOCK>();
    let mut peak = 0;
    for ((out, bus), own) in outs.iter_mut().zip(buses).zip(owns) {
        for n in 0..BLOCK {
            out[n] = sample(bus[n], own[n]);
            peak = magnitude(out[n]).max(peak);
        }
    }
    for ((out, &bus), &own) in rest.iter_mut().zip(bus_rest).zip(own_rest) {
        *out = sample(bus, own);
        peak = magnitude(*out).max(peak);
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

/// The nearest word, ties to even, clipped at [`LOUDEST`].
#[inline(always)]
pub(super) fn nearest(number: f32) -> i32 {
    let bound = LOUDEST as f32;
    let number = if number.is_nan() { 0.0 } else { number };
    let above = if number > -bound { number } else { -bound };
    let clipped = if above < bound { above } else { bound };
    // A cast would check the range again, and rounding is a call without SSE4. So the number is cut into multiples of
    // 4 096 and the exact rest, and each of them rounded by adding a number that leaves no room for a fraction. The
    // multiples are even, so ties of the rest are ties of the whole.
    let upper = clipped * (1.0 / 4_096.0) + ROUND;
    let rest = clipped - (upper - ROUND) * 4_096.0 + ROUND;
    (integer(upper) << 12) + integer(rest)
}

/// 1.5 · 2²³.
const ROUND: f32 = 12_582_912.0;

/// The integer that was added to [`ROUND`].
#[inline(always)]
fn integer(rounded: f32) -> i32 {
    rounded.to_bits().wrapping_sub(ROUND.to_bits()) as i32
}
