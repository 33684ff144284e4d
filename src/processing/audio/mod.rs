//! Processing of one mono signal.

pub mod ns;
pub mod plc;
pub mod stretch;
