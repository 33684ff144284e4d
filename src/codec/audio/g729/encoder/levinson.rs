//! The Levinson-Durbin recursion in double precision (G.729 clause 3.2.2). Real-time.

use super::lpc::LAGS;
use crate::codec::audio::g729::dpf::{Dpf, div_32};
use crate::codec::audio::g729::frame::{ORDER, TAPS};
use crate::codec::audio::g729::ops::{
    abs_s, extract_h, l_abs, l_add, l_negate, l_shl, l_shr, l_sub, norm_l, round, shr,
};

/// Reflection coefficients beyond ±0.9995 (Q15) mean that the filter would not be stable.
const LARGEST_REFLECTION: i16 = 32_750;

/// An LP filter with the part of its lattice form that Annex B looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prediction {
    /// A(z) in Q12; the first is 4096.
    pub filter: [i16; TAPS],
    /// The first two reflection coefficients, Q15.
    pub reflection: [i16; 2],
    /// Energy that the filter leaves, in the format of the autocorrelations' upper halves.
    pub error: i16,
}

impl Prediction {
    /// No prediction: what stands in for an unstable filter at the start.
    pub const fn none() -> Self {
        let mut filter = [0; TAPS];
        filter[0] = 4096;
        Self { filter, reflection: [0; 2], error: 0 }
    }
}

/// The prediction that fits the lag-windowed autocorrelations best (eq. 8), or none if it would not be stable.
pub fn levinson(r: &[Dpf; LAGS]) -> Option<Prediction> {
    let mut reflections = [0; ORDER];
    // A(z) in Q27, from index 1.
    let mut a = [Dpf::default(); TAPS];
    let k = quotient(r[1].word(), r[0], 0);
    reflections[0] = extract_h(k);
    a[1] = Dpf::new(l_shr(k, 4));
    let (mut error, mut scale) = remainder(r[0], Dpf::new(k));
    for i in 2..=ORDER {
        let sum = (1..i).fold(0, |sum, j| l_add(sum, r[j].times(a[i - j])));
        let k = quotient(l_add(l_shl(sum, 4), r[i].word()), error, scale);
        reflections[i - 1] = extract_h(k);
        if abs_s(extract_h(k)) > LARGEST_REFLECTION {
            return None;
        }
        let last = a;
        for j in 1..i {
            a[j] = Dpf::new(l_add(Dpf::new(k).times(last[i - j]), last[j].word()));
        }
        a[i] = Dpf::new(l_shr(k, 4));
        let (smaller, places) = remainder(error, Dpf::new(k));
        (error, scale) = (smaller, scale + places);
    }
    let mut filter = a.map(|a| round(l_shl(a.word(), 1)));
    filter[0] = 4096;
    Some(Prediction { filter, reflection: [reflections[0], reflections[1]], error: shr(error.hi, scale) })
}

/// `−numerator / (denominator · 2^−scale)` in Q31.
fn quotient(numerator: i32, denominator: Dpf, scale: i16) -> i32 {
    let magnitude = div_32(l_abs(numerator), denominator);
    l_shl(if numerator > 0 { l_negate(magnitude) } else { magnitude }, scale)
}

/// `error · (1 − k²)`, normalised, and by how many places.
fn remainder(error: Dpf, k: Dpf) -> (Dpf, i16) {
    // The square comes out below zero when the halves differ in sign.
    let rest = error.times(Dpf::new(l_sub(i32::MAX, l_abs(k.times(k)))));
    let places = norm_l(rest);
    (Dpf::new(l_shl(rest, places)), places)
}
