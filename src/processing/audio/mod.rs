//! Processing of one mono signal.

pub mod plc;
pub mod stretch;
