//! The spectrum in a silence descriptor: 10 bits for ten LSFs (G.729 Annex B clause B.4.2.2).
//!
//! The speech coder's codebooks and MA prediction, with few of their entries. The predictor's memory is the
//! speech coder's own.

use super::super::bits::SidParams;
use super::super::frame::ORDER;
use super::super::lsf::lsf_to_lsp;
use super::super::lsp::{LspPredictor, RESIDUAL_GAPS, SPLIT, spread, stabilise};
use super::super::ops::add;
use super::super::tables_lsp1::FIRST_STAGE;
use super::super::tables_lsp2::SECOND_STAGE;
use super::tables_sid::{FIRST_ENTRIES, NOISE_PREDICTOR, NOISE_SHARE, SECOND_ENTRIES};

/// The LSPs (Q15) that a descriptor means; the predictor goes one frame on. Real-time.
pub fn dequantise(predictor: &mut LspPredictor, sid: &SidParams) -> [i16; ORDER] {
    let mode = usize::from(sid.predictor & 1);
    let first = first_entry(sid.first.into());
    let second = second_entry(sid.second.into());
    let mut residual: [i16; ORDER] = std::array::from_fn(|j| add(first[j], second[j]));
    spread(&mut residual, RESIDUAL_GAPS[0]);
    let mut lsf = predictor.compose(&residual, &NOISE_PREDICTOR[mode], &NOISE_SHARE[mode]);
    predictor.push(&residual);
    stabilise(&mut lsf);
    lsf_to_lsp(&lsf)
}

/// An entry of the first stage, by its 5-bit index.
#[inline(always)]
pub fn first_entry(index: usize) -> &'static [i16; ORDER] {
    &FIRST_STAGE[usize::from(FIRST_ENTRIES[index & 31] & 127)]
}

/// An entry of the second stage, both halves, by its 4-bit index.
#[inline(always)]
pub fn second_entry(index: usize) -> [i16; ORDER] {
    let (low, high) = SECOND_ENTRIES[index & 15];
    let (low, high) = (&SECOND_STAGE[usize::from(low & 31)], &SECOND_STAGE[usize::from(high & 31)]);
    std::array::from_fn(|j| if j < SPLIT { low[j] } else { high[j] })
}
