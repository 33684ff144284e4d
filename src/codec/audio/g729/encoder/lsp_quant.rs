//! Quantisation of the LSPs: switched MA prediction and a two-stage vector quantiser (G.729 clause 3.2.4). Real-time.
//!
//! LSFs are radians in Q13.

use super::lsp_search::{nearest_first, nearest_second};
use crate::codec::audio::g729::bits::LspIndices;
use crate::codec::audio::g729::frame::ORDER;
use crate::codec::audio::g729::lsp::{LspPredictor, RESIDUAL_GAPS, SPLIT, spread};
use crate::codec::audio::g729::ops::{add, extract_h, l_mac, l_mult, l_shl, mult, norm_s, shl, sub};
use crate::codec::audio::g729::tables_lsp1::FIRST_STAGE;
use crate::codec::audio::g729::tables_lsp2::{MA_PREDICTOR, MA_SHARE, MA_SHARE_INVERSE, SECOND_STAGE};

/// The indices whose LSFs come closest to `lsf`. The predictor stays as it is: dequantising moves it on.
pub fn search(predictor: &LspPredictor, lsf: &[i16; ORDER]) -> LspIndices {
    let weights = weights(lsf);
    let [first, second] = [0, 1].map(|mode| {
        let target = predictor.extract(lsf, &MA_PREDICTOR[mode], &MA_SHARE_INVERSE[mode]);
        let (mut indices, residual) = quantise(&target, &weights);
        indices.predictor = mode as u8;
        (indices, distortion(&residual, &target, &weights, &MA_SHARE[mode]))
    });
    if second.1 < first.1 { second.0 } else { first.0 }
}

/// Weights of the error, normalised: larger where LSFs lie close together (eqs. 21 and 22).
pub fn weights(lsf: &[i16; ORDER]) -> [i16; ORDER] {
    /// 1.0 in Q13, and in Q11.
    const ONE: i16 = 8192;
    const ONE_Q11: i16 = 2048;
    /// 0.04π and 0.92π in Q13.
    const BOTTOM: i16 = 1029;
    const TOP: i16 = 23_677;
    /// 10 in Q11, and 1.2 in Q14.
    const TEN: i16 = 20_480;
    const FIFTH_MORE: i16 = 19_661;
    let room = |i: usize| match i {
        0 => sub(lsf[1], BOTTOM + ONE),
        9 => sub(TOP - ONE, lsf[8]),
        _ => sub(sub(lsf[i + 1], lsf[i - 1]), ONE),
    };
    let mut weights: [i16; ORDER] = std::array::from_fn(|i| match room(i) {
        1.. => ONE_Q11,
        narrow => {
            let square = extract_h(l_shl(l_mult(narrow, narrow), 2));
            add(extract_h(l_shl(l_mult(square, TEN), 2)), ONE_Q11)
        }
    });
    for weight in &mut weights[4..6] {
        *weight = extract_h(l_shl(l_mult(*weight, FIFTH_MORE), 1));
    }
    let places = norm_s(weights.into_iter().fold(0, i16::max));
    weights.map(|weight| shl(weight, places))
}

/// Indices of both stages and the residual they stand for.
fn quantise(target: &[i16; ORDER], weights: &[i16; ORDER]) -> (LspIndices, [i16; ORDER]) {
    let first = nearest_first(target);
    let entry = &FIRST_STAGE[first];
    let rest: [i16; ORDER] = std::array::from_fn(|j| sub(target[j], entry[j]));
    let [low, high] = nearest_second(&rest, weights);
    let mut residual: [i16; ORDER] =
        std::array::from_fn(|j| add(entry[j], SECOND_STAGE[if j < SPLIT { low } else { high }][j]));
    spread(&mut residual[..SPLIT], RESIDUAL_GAPS[0]);
    spread(&mut residual[SPLIT - 1..], RESIDUAL_GAPS[0]);
    spread(&mut residual, RESIDUAL_GAPS[1]);
    (LspIndices { predictor: 0, first: first as u8, low: low as u8, high: high as u8 }, residual)
}

/// The weighted squared error of the LSFs, of which the residual makes up only a share.
fn distortion(residual: &[i16; ORDER], target: &[i16; ORDER], weights: &[i16; ORDER], share: &[i16; ORDER]) -> i32 {
    (0..ORDER).fold(0, |sum, j| {
        let error = mult(sub(residual[j], target[j]), share[j]);
        l_mac(sum, extract_h(l_shl(l_mult(weights[j], error), 4)), error)
    })
}
