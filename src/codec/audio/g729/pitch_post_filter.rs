//! The harmonic part of the post-filter (Annex A clause A.4.2.1). Real-time.

use super::frame::{FRAME, LAG_MAX, SUBFRAME};
use super::ops::{add, div_s, l_mac, l_mult, l_saturate, l_shl, l_shr, l_sub, mult, norm_l, round, shr, sub};

/// γp = 0.5, 1/(1 + γp) and γp/(1 + γp) in Q15.
const GAMMA: i16 = 16_384;
const SHARE_OWN: i16 = 21_845;
const SHARE_PAST: i16 = 10_923;

/// How far from the transmitted delay it looks, to both sides.
const REACH: i16 = 3;

/// Past residual that the longest delay reaches.
const PAST: usize = LAG_MAX as usize;

/// Comb filter on the residual A(z/γn) of the decoded speech.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PitchPostFilter {
    residual: [i16; PAST + FRAME],
    /// The same 12 dB down, for sums of squares.
    scaled: [i16; PAST + FRAME],
}

impl PitchPostFilter {
    /// As at the start of a call.
    pub const fn new() -> Self {
        Self { residual: [0; PAST + FRAME], scaled: [0; PAST + FRAME] }
    }

    /// Takes in the residual of a subframe.
    pub fn push(&mut self, subframe: usize, residual: &[i16; SUBFRAME]) {
        let at = PAST + subframe * SUBFRAME;
        self.residual[at..at + SUBFRAME].copy_from_slice(residual);
        for (scaled, &sample) in self.scaled[at..].iter_mut().zip(residual) {
            *scaled = sample >> 2;
        }
    }

    /// Adds the residual at the best delay near `lag` to that of the subframe, if it predicts more than 3 dB of it.
    pub fn enhance(&self, subframe: usize, lag: i16, out: &mut [i16; SUBFRAME]) {
        let at = PAST + subframe * SUBFRAME;
        let longest = (lag + REACH).clamp(2 * REACH, LAG_MAX);
        let (delay, correlation) = self.best_delay(at, longest - 2 * REACH, longest);
        let energy_past = 1 + 2 * square_sum(&self.scaled[at - delay..][..SUBFRAME]);
        let energy_now = 1 + 2 * square_sum(&self.scaled[at..][..SUBFRAME]);
        let Some((own, past)) = weights(correlation.max(0), l_saturate(energy_past), l_saturate(energy_now)) else {
            return;
        };
        let delayed = &self.residual[at - delay..][..SUBFRAME];
        for (sample, &before) in out.iter_mut().zip(delayed) {
            *sample = add(mult(own, *sample), mult(past, before));
        }
    }

    /// Makes the frame part of the past.
    pub fn advance(&mut self) {
        self.residual.copy_within(FRAME.., 0);
        self.scaled.copy_within(FRAME.., 0);
    }

    /// The delay with the largest correlation, the shortest of equals, and the correlation.
    fn best_delay(&self, at: usize, shortest: i16, longest: i16) -> (usize, i32) {
        let (shortest, longest) = (usize::from(shortest.unsigned_abs()), usize::from(longest.unsigned_abs()));
        let now = &self.scaled[at..][..SUBFRAME];
        // By Cauchy and Schwarz no partial sum is above the larger energy: mostly nothing can saturate.
        let reached = square_sum(&self.scaled[at - longest..at + SUBFRAME - shortest]).max(square_sum(now));
        let mut best = (shortest, i32::MIN);
        for delay in shortest..=longest {
            let delayed = &self.scaled[at - delay..][..SUBFRAME];
            let correlation = if reached <= i64::from(i32::MAX / 2) {
                2 * now.iter().zip(delayed).fold(0i32, |sum, (&x, &y)| sum.wrapping_add(i32::from(x) * i32::from(y)))
            } else {
                now.iter().zip(delayed).fold(0, |sum, (&x, &y)| l_mac(sum, x, y))
            };
            if correlation > best.1 {
                best = (delay, correlation);
            }
        }
        best
    }
}

/// Weights (Q15) of the present and of the delayed residual; `None` if the delay predicts less than 3 dB.
fn weights(correlation: i32, energy_past: i32, energy_now: i32) -> Option<(i16, i16)> {
    let places = norm_l(correlation.max(energy_past).max(energy_now));
    let correlation = round(l_shl(correlation, places));
    let energy_past = round(l_shl(energy_past, places));
    let energy_now = round(l_shl(energy_now, places));
    let predicted = l_mult(correlation, correlation);
    if l_sub(predicted, l_shr(l_mult(energy_past, energy_now), 1)) < 0 {
        return None;
    }
    if correlation > energy_past {
        // A gain above one counts as one.
        return Some((SHARE_OWN, SHARE_PAST));
    }
    let part = shr(mult(correlation, GAMMA), 1);
    let whole = add(part, shr(energy_past, 1));
    if whole <= 0 {
        return Some((32_767, 0));
    }
    let past = div_s(part, whole);
    Some((sub(32_767, past), past))
}

/// Sum of squares of at most 64 samples of 14 bits.
fn square_sum(scaled: &[i16]) -> i64 {
    // 64 · 2^26 = 2^32 would be the first not to fit: 46 are the most that are asked for.
    let sum = scaled.iter().fold(0u32, |sum, &x| sum.wrapping_add((i32::from(x) * i32::from(x)).cast_unsigned()));
    i64::from(sum)
}
