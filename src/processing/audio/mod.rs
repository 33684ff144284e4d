//! Processing of one mono signal.

pub mod aec;
pub mod agc;
pub mod answering;
pub mod call_progress;
pub mod dtmf;
pub mod effects;
pub mod loudness;
pub mod ns;
pub mod plc;
pub mod stretch;
pub mod vad;
