//! Pauses: voice activity detection, silence descriptors and comfort noise (G.729 Annex B).
//!
//! The coder asks `vad` about each frame. In a pause `dtx` decides whether a descriptor is due and `sid_gain`,
//! `sid_lsf_search` write it; `comfort_noise` makes the excitation of the pause, in the coder as well as in
//! the decoder, so that the memories of both agree when speech goes on.
//!
//! Source: ITU-T G.729 (06/2012) Annex B and its normative fixed-point software. Bit-exact. Real-time: all of it.

mod averages;
mod background;
mod boundaries;
mod coder;
mod comfort_noise;
mod dtx;
mod excitation;
mod features;
mod filter_change;
mod floor;
mod gaussian;
mod pulses;
mod root;
mod sid_gain;
mod sid_lsf;
mod sid_lsf_search;
mod tables_sid;
mod tables_vad;
#[cfg(test)]
mod tests;
mod vad;

pub use coder::{Admitted, CodedFrame, DtxEncoder};
pub use comfort_noise::ComfortNoise;
pub use sid_gain::quantise_excitation;
pub use sid_lsf::dequantise;
