//! The adaptive codebook: past excitation at a fractional delay (G.729 clause 3.7.1, eq. 40).

use multiversion::multiversion;

use super::frame::SUBFRAME;
use super::ops::{l_mac, round};
use super::tables_pitch::INTERPOLATION;

/// Writes the adaptive codebook vector into `excitation[at..at + 40]`, from what stands before it.
///
/// `lag` is the whole part of the delay, 19 to 144 (limited to that); `third` (−1, 0, 1) its fraction in
/// thirds. `at` leaves at least `EXCITATION_PAST` before it and a subframe after, else nothing is written.
/// Delays below a subframe repeat what was just written.
///
/// Real-time: 800 products.
pub fn adaptive_codebook(excitation: &mut [i16], at: usize, lag: i16, third: i16) {
    // At a third more delay the newer neighbour is two thirds away: one step further back.
    let (phase, further) = if third > 0 { (2, 1) } else { (usize::from(third < 0), 0) };
    let lag = usize::from(lag.clamp(19, 144).unsigned_abs()) + further;
    let Some(first) = at.checked_sub(lag + HALF - 1) else { return };
    let Some(buffer) = excitation.get_mut(first..at + SUBFRAME) else { return };
    fill(buffer, at - first, &TAPS_OF_PHASE[phase]);
}

/// Interpolates `buffer` from its start on into what stands behind `offset`.
#[multiversion(targets("x86_64+avx2"))]
fn fill(buffer: &mut [i16], offset: usize, taps: &[i16; SPAN]) {
    // A sample needs nothing younger than nine before it: a concealed delay of 19 has no fraction.
    for block in (0..SUBFRAME).step_by(BLOCK) {
        let (past, present) = buffer.split_at_mut(offset + block);
        let Some(window) = past[block..].first_chunk::<WINDOW>() else { return };
        let Some(present) = present.first_chunk_mut::<BLOCK>() else { return };
        // The weights' magnitudes sum up to less than 2: half the range cannot saturate in any order.
        if window.iter().fold(0, |peak, x| x.unsigned_abs().max(peak)) <= LOUD {
            *present = interpolate_block(window, taps);
        } else {
            for (out, window) in present.iter_mut().zip(window.windows(SPAN)) {
                *out = interpolate(window, taps);
            }
        }
    }
}

/// A block, all its samples at once and weight by weight.
#[inline(always)]
fn interpolate_block(window: &[i16; WINDOW], taps: &[i16; SPAN]) -> [i16; BLOCK] {
    let mut sums = [1i32 << 14; BLOCK];
    for (k, &tap) in taps.iter().enumerate() {
        for i in 0..BLOCK {
            sums[i] += i32::from(window[i + k]) * i32::from(tap);
        }
    }
    sums.map(|sum| (sum >> 15) as i16)
}

/// One sample between those of the window, of `SPAN`, in the reference's order of saturating sums: from
/// the two neighbours outwards, the older first.
#[cold]
fn interpolate(window: &[i16], taps: &[i16; SPAN]) -> i16 {
    let mut sum = 0;
    for i in 0..HALF {
        sum = l_mac(sum, window[HALF - 1 - i], taps[HALF - 1 - i]);
        sum = l_mac(sum, window[HALF + i], taps[HALF + i]);
    }
    round(sum)
}

/// Largest magnitude for which sums need not be watched, short of 2^14 by the weights' own rounding.
const LOUD: u16 = 16_000;
/// Samples on either side of the point between.
const HALF: usize = 10;
const SPAN: usize = 2 * HALF;
/// Samples that can be computed from what is there already at the shortest delay.
const BLOCK: usize = 8;
/// Past samples that a block is made of.
const WINDOW: usize = SPAN + BLOCK - 1;

/// The filter for 0, 1 and 2 thirds after the older neighbour.
static TAPS_OF_PHASE: [[i16; SPAN]; 3] = [taps(0), taps(1), taps(2)];

const fn taps(phase: usize) -> [i16; SPAN] {
    let mut taps = [0; SPAN];
    let mut weight = 0;
    let mut i = 0;
    while i < HALF {
        taps[HALF - 1 - i] = INTERPOLATION[phase + 3 * i];
        taps[HALF + i] = INTERPOLATION[3 - phase + 3 * i];
        weight += taps[HALF - 1 - i].unsigned_abs() as u32 + taps[HALF + i].unsigned_abs() as u32;
        i += 1;
    }
    // What lets loud samples pass unwatched: doubled sums below 2^31, and a result of 16 bits.
    assert!(weight * (LOUD as u32) < 1 << 30);
    taps
}
