//! The coder of G.729 Annex A: 10 ms of speech to 80 bits, with 5 ms of look-ahead (G.729 clause 3, Annex A clause A.3).
//!
//! A frame goes through the files in this order: `preprocess`, `lpc`, `levinson`, `az_lsp`, (the seam
//! where Annex B decides about speech and silence,) `lsp_quant`, `weighting`, `open_loop`, then twice
//! `subframe` with `closed_loop`, `acelp` and `gain_quant`.
//!
//! Bit-exactness asks for the reference's saturation after each single operation. Where a sum provably
//! cannot saturate the order of its terms is free and it runs as a plain vector sum; each place states
//! its proof, or tests the bound at run time and falls back to the operators.

mod acelp;
mod acelp_matrix;
mod acelp_search;
mod az_lsp;
mod closed_loop;
mod coder;
mod delay;
mod gain_quant;
mod gain_search;
mod inner;
mod levinson;
mod lpc;
mod lsp_quant;
mod lsp_search;
mod open_loop;
mod pitch_gain;
mod subframe;
#[cfg(test)]
mod sum_tests;
mod taming;
#[cfg(test)]
mod tests;
mod weighting;

pub use az_lsp::lpc_to_lsp;
pub use coder::{Analysis, Encoder};
pub use levinson::{Prediction, levinson};
pub use lpc::{Autocorrelation, LAGS, SPAN};
pub use lsp_quant::weights as lsf_weights;
