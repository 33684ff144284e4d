//! Small signal blocks that others are made of.

mod cadence;
mod finite;
mod fourier;
mod ramp;
mod sine;
#[cfg(test)]
mod tests;
mod tone;

pub use cadence::Cadence;
pub use finite::make_finite;
pub use fourier::Fourier;
pub use ramp::Ramp;
/// A complex number of a spectrum.
pub use realfft::num_complex::Complex32;
pub use tone::{Partial, Tone, ToneSpec};
