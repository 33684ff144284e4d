//! The perceptual weighting filter and the low-passed weighted speech (clauses A.3.3 and A.3.4). Real-time.

use multiversion::multiversion;

use crate::codec::audio::g729::filters::{remember, synthesis};
use crate::codec::audio::g729::frame::{ORDER, SUBFRAME, TAPS};
use crate::codec::audio::g729::lpc::{expand, powers};
use crate::codec::audio::g729::ops::{mult, sub};

/// γ = 0.75 in Q15, and its powers.
static POWERS: [i16; ORDER] = powers(24_576);

/// 0.7 in Q15: the tilt of the low-pass filter that goes with the weighting.
const TILT: i16 = 22_938;

/// A(z/γ) of the quantised filter (eq. A.2).
pub fn weighted(filter: &[i16; TAPS]) -> [i16; TAPS] {
    expand(filter, &POWERS)
}

/// The weighted speech, through 1 / A(z/γ)(1 − 0.7 z⁻¹), for the open-loop pitch search (eq. A.3).
pub fn weighted_speech(
    weighted: &[i16; TAPS],
    residual: &[i16; SUBFRAME],
    memory: &mut [i16; ORDER],
    out: &mut [i16; SUBFRAME],
) {
    let mut low_passed = *weighted;
    for i in 1..TAPS {
        low_passed[i] = sub(weighted[i], mult(weighted[i - 1], TILT));
    }
    low_passed[0] = 4096;
    synthesise(&low_passed, residual, memory, out);
    remember(memory, out);
}

/// `filters::synthesis` of a subframe.
#[multiversion(targets("x86_64+avx2"))]
pub fn synthesise(a: &[i16; TAPS], x: &[i16; SUBFRAME], memory: &[i16; ORDER], out: &mut [i16; SUBFRAME]) {
    synthesis(a, x, memory, out);
}
