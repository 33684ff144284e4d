//! Processing of one mono signal.

pub mod aec;
pub mod plc;
pub mod stretch;
