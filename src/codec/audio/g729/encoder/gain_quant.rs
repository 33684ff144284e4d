//! Quantisation of both gains by a two-stage conjugate codebook (G.729 clause 3.9.2). Real-time: 32 candidates.

use super::gain_search::{Quadratic, preselect};
use super::pitch_gain::{Correlations, Scaled};
use crate::codec::audio::g729::frame::SUBFRAME;
use crate::codec::audio::g729::gain::{GainPredictor, Gains, PredictedGain};
use crate::codec::audio::g729::ops::{div_s, extract_h, l_deposit_l, l_mult, l_shl, l_shr, l_sub, negate, norm_l, shr};
use crate::codec::audio::g729::tables_gain::{GAIN_INDEX1, GAIN_INDEX2, GAIN_STAGE1, GAIN_STAGE2};

/// Largest pitch gain while it is tamed, before quantisation: 0.94 in Q9.
const TAMED: i16 = 481;

/// The gains' index (GA and GB) and what it stands for; the predictor goes one subframe on.
///
/// While `tamed`, only pitch gains below 1 are taken.
pub fn quantise(
    predictor: &mut GainPredictor,
    code: &[i16; SUBFRAME],
    correlations: &Correlations,
    tamed: bool,
) -> (u8, Gains) {
    let predicted = predictor.predict(code);
    let mut best = unquantised(correlations);
    if tamed {
        best.pitch = best.pitch.min(TAMED);
    }
    let starts = preselect(best, in_q4(predicted));
    let [first, second] = Quadratic::new(correlations, predicted).smallest(starts, tamed);
    let (entry1, entry2) = (GAIN_STAGE1[first], GAIN_STAGE2[second]);
    let factor = i32::from(entry1[1]) + i32::from(entry2[1]);
    let gains = Gains { pitch: entry1[0].saturating_add(entry2[0]), code: predicted.scaled(factor) };
    predictor.push(factor);
    ((GAIN_INDEX1[first] << 4 | GAIN_INDEX2[second]) as u8, gains)
}

/// The gains that make the error smallest: pitch in Q9, code in Q2.
fn unquantised(c: &Correlations) -> Gains {
    // −1/(4⟨y,y⟩⟨z,z⟩ − (2⟨y,z⟩)²).
    let determinant = difference([c.yy, c.zz], -1, [c.yz, c.yz], 1, 0);
    let inverse = negate(div_s(16_384, determinant.mantissa));
    let solve = |minuend, subtrahend, format: i16| {
        let numerator = difference(minuend, 0, subtrahend, 1, 1);
        let places = numerator.scale + (29 - determinant.scale) - (format + 15);
        extract_h(l_shr(l_mult(numerator.mantissa, inverse), places))
    };
    Gains { pitch: solve([c.zz, c.xy], [c.xz, c.yz], 9), code: solve([c.yy, c.xz], [c.xy, c.yz], 2) }
}

/// `a[0]·a[1]·2^−a_extra − b[0]·b[1]·2^−b_extra`, computed `guard` places down, normalised and truncated.
fn difference(a: [Scaled; 2], a_extra: i16, b: [Scaled; 2], b_extra: i16, guard: i16) -> Scaled {
    let product = |[p, q]: [Scaled; 2], extra| (l_mult(p.mantissa, q.mantissa), p.scale + q.scale + extra);
    let ((a, a_scale), (b, b_scale)) = (product(a, a_extra), product(b, b_extra));
    let scale = a_scale.min(b_scale);
    let word = l_sub(l_shr(a, a_scale - scale + guard), l_shr(b, b_scale - scale + guard));
    let places = norm_l(word);
    Scaled { mantissa: extract_h(l_shl(word, places)), scale: scale - guard + places - 16 }
}

/// The predicted gain in Q4.
fn in_q4(predicted: PredictedGain) -> i16 {
    if predicted.scale >= 4 {
        shr(predicted.mantissa, predicted.scale - 4)
    } else {
        extract_h(l_shl(l_deposit_l(predicted.mantissa), 20 - predicted.scale))
    }
}
