//! The closed-loop pitch search, simplified to a correlation with the backward-filtered target (clause A.3.7). Real-time.

use multiversion::multiversion;

use super::inner::{cannot_saturate, energy, inner, plain};
use crate::codec::audio::g729::frame::{EXCITATION, LAG_MAX, LAG_MIN, SUBFRAME};
use crate::codec::audio::g729::ops::{extract_l, l_abs, l_mac, l_shr, norm_l};
use crate::codec::audio::g729::pitch_lag::PitchLag;
use crate::codec::audio::g729::pitch_pred::adaptive_codebook;

/// Beyond this whole delay the first subframe's has no fraction.
const LAST_FRACTIONAL: i16 = 84;

/// Whole delays to try, both ends included; within 20 to 143.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delays {
    /// Shortest.
    pub first: i16,
    /// Longest.
    pub last: i16,
}

impl Delays {
    /// `width` + 1 delays, `below` of them shorter than `around`, moved to fit the limits.
    pub fn around(around: i16, below: i16, width: i16) -> Self {
        let first = (around - below).clamp(LAG_MIN, LAG_MAX - width);
        Self { first, last: first + width }
    }
}

/// The delay whose past excitation, filtered by `response`, resembles `target` most; its adaptive codebook
/// vector goes to `excitation[at..at + 40]`, where the LP residual stood.
///
/// `whole_beyond_84` is true in the first subframe. At least `EXCITATION_PAST` samples stand before `at`.
pub fn search(
    excitation: &mut [i16; EXCITATION],
    at: usize,
    target: &[i16; SUBFRAME],
    response: &[i16; SUBFRAME],
    delays: Delays,
    whole_beyond_84: bool,
) -> PitchLag {
    let backward = backward_filtered(target, response);
    let whole = best_whole(excitation, at, &backward, delays);
    adaptive_codebook(excitation, at, whole, 0);
    let mut best = PitchLag { whole, third: 0 };
    if whole_beyond_84 && whole > LAST_FRACTIONAL {
        return best;
    }
    let mut highest = inner(0, &backward, vector(excitation, at)).value;
    let mut vector_of_best = *vector(excitation, at);
    for third in [-1, 1] {
        adaptive_codebook(excitation, at, whole, third);
        let height = inner(0, &backward, vector(excitation, at)).value;
        if height > highest {
            (highest, best.third) = (height, third);
            vector_of_best = *vector(excitation, at);
        }
    }
    excitation[at..at + SUBFRAME].copy_from_slice(&vector_of_best);
    best
}

/// The target filtered backwards by the impulse response, scaled to 13 bits and a sign (eq. 52).
pub fn backward_filtered(target: &[i16; SUBFRAME], response: &[i16; SUBFRAME]) -> [i16; SUBFRAME] {
    let sums = if cannot_saturate(energy(target), energy(response)) {
        correlate(target, response)
    } else {
        std::array::from_fn(|i| target[i..].iter().zip(response).fold(0, |sum, (&x, &h)| l_mac(sum, x, h)))
    };
    let peak = sums.iter().fold(0, |peak, &sum| l_abs(sum).max(peak));
    let places = 18 - norm_l(peak).min(16);
    sums.map(|sum| extract_l(l_shr(sum, places)))
}

/// Doubled sums, where none can saturate.
#[multiversion(targets("x86_64+avx2"))]
fn correlate(target: &[i16; SUBFRAME], response: &[i16; SUBFRAME]) -> [i32; SUBFRAME] {
    let mut padded = [0i32; 2 * SUBFRAME];
    for (wide, &x) in padded.iter_mut().zip(target) {
        *wide = i32::from(x) * 2;
    }
    let mut sums = [0i32; SUBFRAME];
    for (k, &h) in response.iter().enumerate() {
        let shifted: &[i32; SUBFRAME] = padded[k..].first_chunk().expect("40 samples follow each of the first 40");
        for (sum, &x) in sums.iter_mut().zip(shifted) {
            *sum = sum.wrapping_add(x.wrapping_mul(i32::from(h)));
        }
    }
    sums
}

/// The shortest of the whole delays with the highest correlation.
fn best_whole(excitation: &[i16; EXCITATION], at: usize, backward: &[i16; SUBFRAME], delays: Delays) -> i16 {
    let delayed = |lag: i16| vector(excitation, at.saturating_sub(lag.unsigned_abs().into()));
    let reach = &excitation[at.saturating_sub(delays.last.unsigned_abs().into())..at + SUBFRAME];
    let bounded = cannot_saturate(energy(backward), energy(reach));
    let mut best = (i32::MIN, delays.first);
    for lag in delays.first..=delays.last {
        let height = if bounded { 2 * plain(backward, delayed(lag)) } else { inner(0, backward, delayed(lag)).value };
        if height > best.0 {
            best = (height, lag);
        }
    }
    best.1
}

/// A subframe's length of the excitation.
#[inline(always)]
pub fn vector(excitation: &[i16; EXCITATION], at: usize) -> &[i16; SUBFRAME] {
    excitation[at.min(EXCITATION - SUBFRAME)..].first_chunk().expect("40 samples follow")
}
