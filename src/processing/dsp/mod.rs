//! Small signal blocks that others are made of.

mod cadence;
mod ramp;
mod sine;
#[cfg(test)]
mod tests;
mod tone;

pub use cadence::Cadence;
pub use ramp::Ramp;
pub use tone::{Partial, Tone, ToneSpec};
