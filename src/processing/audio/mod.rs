//! Processing of one mono signal.

pub mod call_progress;
pub mod dtmf;
pub mod plc;
pub mod stretch;
