//! The audio codecs.

pub mod comfort;
pub mod g711;
pub mod g722;
pub mod g726;
pub mod g729;
pub mod l16;
#[cfg(feature = "opus")]
pub mod opus;

pub use l16::{L16Decoder, L16Encoder};
