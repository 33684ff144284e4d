//! LSPs of received and of erased frames (G.729 clauses 4.1.1 and 4.4.1). Real-time.

use super::bits::LspIndices;
use super::frame::ORDER;
use super::lsf::lsf_to_lsp;
use super::lsp::{LspPredictor, dequantise};
use super::tables_lsp2::{LSF_AT_START, MA_PREDICTOR, MA_SHARE_INVERSE};

/// The LSP quantiser's decoder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LspDecoder {
    /// Shared with comfort noise, whose descriptors move it on too.
    pub predictor: LspPredictor,
    /// LSFs of the last frame received, Q13.
    last: [i16; ORDER],
    /// Which MA predictor it had.
    mode: usize,
}

impl LspDecoder {
    /// As at the start of a call.
    pub const fn new() -> Self {
        Self { predictor: LspPredictor::new(), last: LSF_AT_START, mode: 0 }
    }

    /// LSPs (Q15) of a frame.
    pub fn decode(&mut self, indices: &LspIndices) -> [i16; ORDER] {
        self.last = dequantise(&mut self.predictor, indices);
        self.mode = usize::from(indices.predictor & 1);
        lsf_to_lsp(&self.last)
    }

    /// LSPs of an erased frame: the last ones again, with the predictor as if they had been sent.
    pub fn conceal(&mut self) -> [i16; ORDER] {
        let residual = self.predictor.extract(&self.last, &MA_PREDICTOR[self.mode], &MA_SHARE_INVERSE[self.mode]);
        self.predictor.push(&residual);
        lsf_to_lsp(&self.last)
    }
}
