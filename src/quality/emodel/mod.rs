//! The E-model: what a connection is rated, out of what is known of it (ITU-T G.107, G.107.1, G.107.2).
//!
//! R falls from a best value by what impairs the connection, each on the same scale: noise and levels, delay and
//! echo, codecs and loss. The mean opinion score (MOS) is a curve over R. Pure arithmetic, for the control side.

mod band;
mod codecs;
mod delay;
mod heard;
mod impairment;
mod narrowband;
mod rating;
mod simultaneous;
#[cfg(test)]
mod tests;

pub use band::Band;
pub use codecs::{CodecQuality, impairment_of};
pub use delay::delay_impairment;
pub use heard::{STRETCHED, heard_impairment};
pub use impairment::{Impairment, Origin};
pub use narrowband::Narrowband;
pub use rating::{Connection, Rating};
