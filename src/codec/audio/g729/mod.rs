//! G.729 at 8 kbit/s: conjugate-structure ACELP with Annex A's reduced complexity.
//!
//! Source: ITU-T G.729 (06/2012) with Annexes A and B and their normative fixed-point software. Bit-exact.
//! The bit stream is the main body's: coders of either interwork.

#![allow(dead_code, reason = "until coder, decoder and Annex B are all registered")]

pub mod acelp;
mod annex_b;
mod audio_encoder;
pub mod bits;
mod cng;
mod decoder;
pub mod dpf;
pub mod encoder;
mod excitation;
pub mod filters;
pub mod frame;
pub mod gain;
mod gain_control;
pub mod highpass;
pub mod lpc;
pub mod lsf;
pub mod lsp;
mod lsp_decoder;
pub mod math;
pub mod noise;
pub mod ops;
mod ops_long;
mod packet;
mod pitch_lag;
mod pitch_post_filter;
pub mod pitch_pred;
mod post_filter;
pub mod tables_gain;
pub mod tables_lpc;
pub mod tables_lsf;
pub mod tables_lsp1;
pub mod tables_lsp2;
pub mod tables_math;
pub mod tables_pitch;

pub use annex_b::{CodedFrame, DtxEncoder};
pub use audio_encoder::G729Encoder;
pub use decoder::{Decoder, FrameKind};
pub use encoder::Encoder;
