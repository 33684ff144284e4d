//! G.729 at 8 kbit/s: conjugate-structure ACELP with Annex A's reduced complexity.
//!
//! Source: ITU-T G.729 (06/2012) with Annexes A and B and their normative fixed-point software. Bit-exact.
//! The bit stream is the main body's: coders of either interwork.

mod acelp;
mod annex_b;
mod audio_decoder;
mod audio_encoder;
mod bits;
mod cng;
mod decoder;
mod description;
mod dpf;
mod encoder;
mod excitation;
mod filters;
mod frame;
mod gain;
mod gain_control;
mod highpass;
mod lpc;
mod lsf;
mod lsp;
mod lsp_decoder;
mod math;
mod noise;
mod ops;
mod ops_long;
mod packet;
mod payload;
mod pitch_lag;
mod pitch_post_filter;
mod pitch_pred;
mod post_filter;
mod tables_gain;
mod tables_lpc;
mod tables_lsf;
mod tables_lsp1;
mod tables_lsp2;
mod tables_math;
mod tables_pitch;
#[cfg(test)]
mod tests;

pub use annex_b::{CodedFrame, DtxEncoder};
pub use audio_decoder::G729Decoder;
pub use audio_encoder::G729Encoder;
pub use bits::{LspIndices, SidParams, SpeechParams, SubframeParams};
pub use decoder::{Decoder, FrameKind};
pub use description::G729;
pub use encoder::Encoder;
