//! Time stretch without change of pitch: one pitch period out, or one in.
//!
//! Overlap-add as in WSOLA (Verhelst and Roelands, 1993), for one cut at a time, and only where a
//! voice is steady or next to nothing is heard.

mod evidence;
mod overlap;
mod voice;

#[cfg(test)]
mod tests;

pub use evidence::Evidence;
pub use overlap::{lengthen, shorten, stretchable};
