//! Loudness and true peak of audio, after ITU-R BS.1770-4 and EBU R 128.
//!
//! [`Meter`] gives momentary, short-term and integrated loudness and the loudness range; [`KWeighting`] is its filter,
//! [`TruePeak`] the highest level between samples. Nothing here changes audio.

mod gate;
mod meter;
#[cfg(test)]
mod tests;
mod true_peak;
mod weighting;
mod window;

pub use meter::{Lufs, Meter};
pub use true_peak::TruePeak;
pub use weighting::KWeighting;
