//! The search for the ten bits of a descriptor's spectrum (G.729 Annex B clause B.4.2.2, eqs. B.13 to B.16).
//!
//! The four best pairs of predictor and first-stage entry are tried with every second-stage entry.

use super::super::bits::SidParams;
use super::super::frame::ORDER;
use super::super::lsf::lsp_to_lsf;
use super::super::lsp::LspPredictor;
use super::super::ops::{add, extract_h, l_mac, l_mult, l_shl, mult, sub};
use super::sid_lsf::{dequantise, first_entry, second_entry};
use super::tables_sid::{FIRST_WEIGHT, NOISE_PREDICTOR, NOISE_SHARE, NOISE_SHARE_INVERSE};

/// A choice of predictor and first-stage entry, and what it leaves.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    mode: usize,
    entry: usize,
    rest: [i16; ORDER],
}

/// Candidates that the first stage hands on.
const KEPT: usize = 4;

/// Quantises LSPs (Q15): the descriptor without its gain, and the LSPs that it means. `weigh` gives the
/// weights (Q11, normalised) of LSFs (Q13), those of the speech coder's quantiser.
///
/// Real-time: about 3000 products.
pub fn quantise(
    predictor: &mut LspPredictor,
    lsp: &[i16; ORDER],
    weigh: impl FnOnce(&[i16; ORDER]) -> [i16; ORDER],
) -> (SidParams, [i16; ORDER]) {
    let lsf = spaced(lsp_to_lsf(lsp));
    let weights = weigh(&lsf);
    let residuals = [0, 1].map(|mode| predictor.extract(&lsf, &NOISE_PREDICTOR[mode], &NOISE_SHARE_INVERSE[mode]));
    let candidates = first_stage(&residuals);
    let (candidate, second) = second_stage(&candidates, &weights);
    let sid =
        SidParams { predictor: candidate.mode as u8, first: candidate.entry as u8, second: second as u8, gain: 0 };
    let quantised = dequantise(predictor, &sid);
    (sid, quantised)
}

/// Neighbours at least 0.0784 apart: noise has no sharp peaks.
fn spaced(mut lsf: [i16; ORDER]) -> [i16; ORDER] {
    const LOWEST: i16 = 40;
    const HIGHEST: i16 = 25_681;
    const GAP: i16 = 642;
    lsf[0] = lsf[0].max(LOWEST);
    for j in 1..ORDER {
        if sub(lsf[j], lsf[j - 1]) < GAP {
            lsf[j] = add(lsf[j - 1], GAP);
        }
    }
    lsf[ORDER - 1] = lsf[ORDER - 1].min(HIGHEST);
    if lsf[ORDER - 1] < lsf[ORDER - 2] {
        lsf[ORDER - 2] = sub(lsf[ORDER - 1], GAP / 2);
    }
    lsf
}

/// The best pairs, best first; the earlier one of equals.
fn first_stage(residuals: &[[i16; ORDER]; 2]) -> [Candidate; KEPT] {
    let mut errors = [[0i16; 32]; 2];
    for (mode, errors) in errors.iter_mut().enumerate() {
        for (entry, error) in errors.iter_mut().enumerate() {
            let squares = residuals[mode].iter().zip(first_entry(entry)).fold(0, |sum, (&wanted, &is)| {
                let distance = sub(wanted, is);
                l_mac(sum, distance, distance)
            });
            *error = mult(extract_h(squares), FIRST_WEIGHT[mode]);
        }
    }
    [(); KEPT].map(|()| {
        let (mut best, mut mode, mut entry) = (i16::MAX, 0, 0);
        for (m, errors) in errors.iter().enumerate() {
            for (e, &error) in errors.iter().enumerate() {
                if error < best {
                    (best, mode, entry) = (error, m, e);
                }
            }
        }
        errors[mode][entry] = i16::MAX;
        let is = first_entry(entry);
        Candidate { mode, entry, rest: std::array::from_fn(|j| sub(residuals[mode][j], is[j])) }
    })
}

/// The candidate and the second-stage entry with the smallest weighted error.
fn second_stage<'a>(candidates: &'a [Candidate; KEPT], weights: &[i16; ORDER]) -> (&'a Candidate, usize) {
    let mut best = i16::MAX;
    let mut chosen = (&candidates[0], 0);
    for candidate in candidates {
        let share = &NOISE_SHARE[candidate.mode];
        let weight: [i16; ORDER] =
            std::array::from_fn(|j| mult(extract_h(l_shl(l_mult(share[j], share[j]), 2)), weights[j]));
        for index in 0..16 {
            let entry = second_entry(index);
            let error = extract_h((0..ORDER).fold(0, |sum, j| {
                let distance = sub(candidate.rest[j], entry[j]);
                l_mac(sum, extract_h(l_shl(l_mult(weight[j], distance), 3)), distance)
            }));
            if error < best {
                best = error;
                chosen = (candidate, index);
            }
        }
    }
    chosen
}
