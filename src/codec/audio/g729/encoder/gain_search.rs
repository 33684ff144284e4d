//! Preselection and search in the gain codebook (G.729 clause 3.9.2, figure 7 and eq. 63). Real-time.

use super::pitch_gain::Correlations;
use crate::codec::audio::g729::gain::{Gains, PredictedGain};
use crate::codec::audio::g729::ops::{extract_h, l_add, l_deposit_h, l_deposit_l, l_mult, l_shl, l_shr, l_sub, mult};
use crate::codec::audio::g729::tables_gain::{
    GAIN_STAGE1, GAIN_STAGE2, PRESELECT, PRESELECT_LONG, PRESELECT_THRESHOLD1, PRESELECT_THRESHOLD2,
};

/// Entries tried of either stage.
const TRIED: [usize; 2] = [4, 8];

/// 1 in Q14, short of a unit: pitch gains from here on are not taken while tamed.
const ONE: i16 = 16_383;

/// The first entries to try: of the first stage 0 to 4, of the second 0 to 8. `best` is unquantised, with
/// pitch in Q9 and code in Q2; `predicted` is in Q4.
pub fn preselect(best: Gains, predicted: i16) -> [usize; 2] {
    /// Inverse of the determinant of the line's coefficients, Q19.
    const INVERSE: i16 = -17_103;
    let pitch = l_mult(PRESELECT[0][0], best.pitch);
    // x = (code − (c₀₀·pitch + c₁₁)·predicted)·inverse, Q15.
    let level = extract_h(l_add(pitch, l_shr(PRESELECT_LONG[1][1], 15)));
    let rest = l_sub(l_shl(l_deposit_l(best.code), 7), l_mult(level, predicted));
    let x = l_mult(extract_h(l_shl(rest, 2)), INVERSE);
    // y = (c₁₀·(c₀₀·pitch − c₀₁)·predicted − c₀₀·code)·inverse, Q16.
    let level = mult(extract_h(l_sub(pitch, l_shr(PRESELECT_LONG[0][1], 10))), predicted);
    let rest = l_sub(l_mult(level, PRESELECT[1][0]), l_shr(l_mult(PRESELECT[0][0], best.code), 3));
    let y = l_mult(extract_h(l_shl(rest, 2)), INVERSE);
    let beyond = |value: i32, threshold: i16, places: i16| {
        let bound = l_shr(l_mult(threshold, predicted), places);
        if predicted > 0 { value > bound } else { value < bound }
    };
    [
        PRESELECT_THRESHOLD1.iter().take_while(|&&threshold| beyond(y, threshold, 3)).count(),
        PRESELECT_THRESHOLD2.iter().take_while(|&&threshold| beyond(x, threshold, 5)).count(),
    ]
}

/// The error of a pair of gains as a quadratic form, all terms at one scale.
pub struct Quadratic {
    /// In double precision: halves of words.
    terms: [i64; 5],
    predicted: i16,
}

impl Quadratic {
    /// With the gain of the fixed codebook as a factor of the predicted one.
    pub fn new(c: &Correlations, predicted: PredictedGain) -> Self {
        let gain = predicted.scale;
        let scaled = [(c.yy, 13), (c.xy, 14), (c.zz, 2 * gain - 21), (c.xz, gain - 3), (c.yz, gain - 4)];
        let scales = scaled.map(|(term, format)| term.scale + format);
        let least = scales.into_iter().fold(i16::MAX, i16::min);
        let terms =
            std::array::from_fn(|i| i64::from(l_shr(l_deposit_h(scaled[i].0.mantissa), scales[i] - least) >> 1));
        Self { terms, predicted: predicted.mantissa }
    }

    /// The entries with the smallest error from `starts` on.
    pub fn smallest(&self, starts: [usize; 2], tamed: bool) -> [usize; 2] {
        let mut best = (i32::MAX, starts);
        for (i, first) in GAIN_STAGE1.iter().enumerate().skip(starts[0]).take(TRIED[0]) {
            for (j, second) in GAIN_STAGE2.iter().enumerate().skip(starts[1]).take(TRIED[1]) {
                let pitch = first[0].saturating_add(second[0]);
                if tamed && pitch >= ONE {
                    continue;
                }
                let error = self.at(pitch, i32::from(first[1]) + i32::from(second[1]));
                if error < best.0 {
                    best = (error, [i, j]);
                }
            }
        }
        best.1
    }

    /// `pitch` in Q14, the correction `factor` in Q13.
    #[inline(always)]
    fn at(&self, pitch: i16, factor: i32) -> i32 {
        // All of these are positive: their products are below 1 in Q15.
        let product = |a: i32, b: i32| (a * b) >> 15;
        let pitch = i32::from(pitch);
        let code = product(self.predicted.into(), factor >> 1);
        let weights = [product(pitch, pitch), pitch, product(code, code), code, product(code, pitch)];
        self.terms.iter().zip(weights).fold(0, |sum, (&term, weight)| l_add(sum, times(term, weight)))
    }
}

/// A term times a weight in Q15. Weights are above −2^15, so this is `Dpf::times_short` without a limit to meet.
#[inline(always)]
fn times(term: i64, weight: i32) -> i32 {
    2 * ((term * i64::from(weight)) >> 15) as i32
}
