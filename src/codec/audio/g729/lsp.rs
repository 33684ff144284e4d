//! The LSP quantiser's way back: two-stage codebook and MA prediction (G.729 clauses 3.2.4 and 4.1.1).
//!
//! LSFs here are radians in Q13: 0 to π is 0 to 25 736. Real-time.

use super::bits::LspIndices;
use super::frame::ORDER;
use super::ops::{add, extract_h, l_deposit_h, l_mac, l_msu, l_mult, l_shl, shr, sub};
use super::tables_lsp1::FIRST_STAGE;
use super::tables_lsp2::{LSF_AT_START, MA_PREDICTOR, MA_SHARE, SECOND_STAGE};

/// Where the second stage's two codebooks meet.
pub const SPLIT: usize = ORDER / 2;

/// Smallest distance of neighbours in the residual, first pass (0.0012) and second (0.0006), Q13.
pub const RESIDUAL_GAPS: [i16; 2] = [10, 5];

/// The residuals of the last four frames, newest first: the memory of the MA predictor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LspPredictor {
    past: [[i16; ORDER]; 4],
}

impl LspPredictor {
    /// As at the start of a call.
    pub const fn new() -> Self {
        Self { past: [LSF_AT_START; 4] }
    }

    /// LSFs of a residual: its share plus the prediction (eq. 20).
    pub fn compose(
        &self,
        residual: &[i16; ORDER],
        predictor: &[[i16; ORDER]; 4],
        share: &[i16; ORDER],
    ) -> [i16; ORDER] {
        std::array::from_fn(|j| {
            let own = l_mult(residual[j], share[j]);
            extract_h(self.past.iter().zip(predictor).fold(own, |sum, (past, weight)| l_mac(sum, past[j], weight[j])))
        })
    }

    /// The residual that would have come to these LSFs (eq. 23); `inverse` is one over the share, in Q12.
    pub fn extract(&self, lsf: &[i16; ORDER], predictor: &[[i16; ORDER]; 4], inverse: &[i16; ORDER]) -> [i16; ORDER] {
        std::array::from_fn(|j| {
            let whole = l_deposit_h(lsf[j]);
            let own = self.past.iter().zip(predictor).fold(whole, |sum, (past, weight)| l_msu(sum, past[j], weight[j]));
            extract_h(l_shl(l_mult(extract_h(own), inverse[j]), 3))
        })
    }

    /// Takes a frame's residual into the memory.
    pub fn push(&mut self, residual: &[i16; ORDER]) {
        self.past.rotate_right(1);
        self.past[0] = *residual;
    }
}

impl Default for LspPredictor {
    fn default() -> Self {
        Self::new()
    }
}

/// The LSFs that the indices mean; the predictor goes one frame on.
pub fn dequantise(predictor: &mut LspPredictor, indices: &LspIndices) -> [i16; ORDER] {
    let mode = usize::from(indices.predictor & 1);
    let first = &FIRST_STAGE[usize::from(indices.first & 127)];
    let low = &SECOND_STAGE[usize::from(indices.low & 31)];
    let high = &SECOND_STAGE[usize::from(indices.high & 31)];
    let mut residual: [i16; ORDER] = std::array::from_fn(|j| add(first[j], if j < SPLIT { low[j] } else { high[j] }));
    for gap in RESIDUAL_GAPS {
        spread(&mut residual, gap);
    }
    let mut lsf = predictor.compose(&residual, &MA_PREDICTOR[mode], &MA_SHARE[mode]);
    predictor.push(&residual);
    stabilise(&mut lsf);
    lsf
}

/// Moves neighbours that are closer than `gap` apart, from below to above (clause 3.2.4, the
/// rearrangement). The coder does it for parts: `&mut lsf[..SPLIT]`, `&mut lsf[SPLIT - 1..]`.
pub fn spread(lsf: &mut [i16], gap: i16) {
    for j in 1..lsf.len() {
        let half = shr(add(sub(lsf[j - 1], lsf[j]), gap), 1);
        if half > 0 {
            lsf[j - 1] = sub(lsf[j - 1], half);
            lsf[j] = add(lsf[j], half);
        }
    }
}

/// Makes the synthesis filter stable: ordered, at least 0.0391 apart, within 0.005 to 3.135 (clause 3.2.4).
pub fn stabilise(lsf: &mut [i16; ORDER]) {
    const LOWEST: i16 = 40;
    const HIGHEST: i16 = 25_681;
    const GAP: i16 = 321;
    for j in 0..ORDER - 1 {
        if lsf[j + 1] < lsf[j] {
            lsf.swap(j, j + 1);
        }
    }
    lsf[0] = lsf[0].max(LOWEST);
    for j in 0..ORDER - 1 {
        if i32::from(lsf[j + 1]) - i32::from(lsf[j]) < i32::from(GAP) {
            lsf[j + 1] = add(lsf[j], GAP);
        }
    }
    lsf[ORDER - 1] = lsf[ORDER - 1].min(HIGHEST);
}
