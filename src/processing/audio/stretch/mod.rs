//! Time stretch without change of pitch: one pitch period out, or one in.
//!
//! Overlap-add as in WSOLA (Verhelst and Roelands, 1993), for one cut at a time.

mod overlap;

#[cfg(test)]
mod tests;

pub use overlap::{lengthen, shorten, stretchable};
