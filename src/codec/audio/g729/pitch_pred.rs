//! The adaptive codebook: past excitation at a fractional delay (G.729 clause 3.7.1, eq. 40).

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
    let taps = &TAPS_OF_PHASE[phase];
    let offset = at - first;
    // A sample needs nothing younger than nine before it: a concealed delay of 19 has no fraction.
    for block in (0..SUBFRAME).step_by(BLOCK) {
        let (past, present) = buffer.split_at_mut(offset + block);
        let window = &past[block..];
        for (i, out) in present[..BLOCK].iter_mut().enumerate() {
            *out = match window.get(i..i + SPAN).and_then(|w| w.first_chunk::<SPAN>()) {
                Some(window) => interpolate(window, taps),
                None => 0,
            };
        }
    }
}

/// One sample between those of the window: `taps` in the window's order.
#[inline(always)]
fn interpolate(window: &[i16; SPAN], taps: &[i16; SPAN]) -> i16 {
    // From the two neighbours outwards, older first, as the reference adds and saturates.
    let mut sum = 0;
    for i in 0..HALF {
        sum = l_mac(sum, window[HALF - 1 - i], taps[HALF - 1 - i]);
        sum = l_mac(sum, window[HALF + i], taps[HALF + i]);
    }
    round(sum)
}

/// Samples on either side of the point between.
const HALF: usize = 10;
const SPAN: usize = 2 * HALF;
/// Samples that can be computed from what is there already at the shortest delay.
const BLOCK: usize = 8;

/// The filter for 0, 1 and 2 thirds after the older neighbour.
static TAPS_OF_PHASE: [[i16; SPAN]; 3] = [taps(0), taps(1), taps(2)];

const fn taps(phase: usize) -> [i16; SPAN] {
    let mut taps = [0; SPAN];
    let mut i = 0;
    while i < HALF {
        taps[HALF - 1 - i] = INTERPOLATION[phase + 3 * i];
        taps[HALF + i] = INTERPOLATION[3 - phase + 3 * i];
        i += 1;
    }
    taps
}
