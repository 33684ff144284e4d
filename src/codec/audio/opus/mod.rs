//! Opus (RFC 6716), and how SDP speaks of it (RFC 7587): speech and music, 6 to 510 kbit/s, 8 to 48 kHz,
//! mono and stereo, with in-band repair of losses.
//!
//! The coder is libopus through the crate audiopus; no call takes memory. The RTP clock runs at 48 kHz
//! whatever the audio's rate, and SDP always says `opus/48000/2` (RFC 7587 §4.1, §7): rate and channels of
//! [`OpusEncoder`] and [`OpusDecoder`] are each side's own choice.
//!
//! # Where libopus comes from
//!
//! In this repository a plain `cargo build` compiles libopus 1.6.1 with the C compiler, from the sources in
//! the registry's package opusic-sys: the package in `sys/`, beside this file, takes the place of audiopus_sys
//! by `[patch.crates-io]`. Patches do not travel with a crate. Who depends on the published crate gets the
//! published audiopus_sys, which links the libopus that pkg-config finds (1.3 or later; Debian: `libopus-dev`
//! and `pkg-config`), or the one in `OPUS_LIB_DIR`, or else compiles its own 1.3.1 with cmake. All of them serve: nothing
//! here needs more than that crate declares. 1.6.1 encodes speech at complexity 9 in two thirds of the time. To
//! have it too, write what this repository's Cargo.toml has:
//!
//! ```toml
//! [patch.crates-io]
//! audiopus_sys = { git = "<media-core's repository>" }
//! ```
//!
//! Its features are `deep-plc` and `dred` (neural concealment and redundancy, off by default for their cost)
//! and `system` (link what pkg-config finds). media-core's features `deep-plc` and `dred` have the engine use
//! them: within this repository they switch the shim's on, a host names `audiopus_sys` with the same feature among
//! its own dependencies. Without media-core's feature `opus` there is no C in the engine.
//!
//! # What repair and neural concealment cost
//!
//! Each is an option of single streams ([`OpusParams`]), off by default, and declared to admission. Compiled in, they
//! make a decoder follow the voice: 4 µs more for each good frame at 16 kHz. Deep concealment takes some 220 µs
//! (at worst 400) in each lost 10 ms, deep redundancy 60 µs, and 40 to 100 µs once to read it. None of it allocates.
//!
//! # Licence
//!
//! libopus is under the BSD 3-clause licence, audiopus under the ISC licence. Patents that the codec's authors hold are
//! licensed free of charge (RFC 6716's IPR disclosures, <https://opus-codec.org/license/>).

mod config;
mod decoder;
mod deep;
mod description;
#[cfg(feature = "dred")]
mod dred;
mod encoder;
mod error;
mod fmtp;
mod image;
mod packet;
mod params;
mod state;
#[cfg(test)]
mod tests;

pub use config::{Application, Bandwidth, OpusConfig, RateControl, Signal};
pub use decoder::OpusDecoder;
pub use description::Opus;
pub use encoder::OpusEncoder;
pub use error::OpusError;
pub use fmtp::OpusFmtp;
pub use packet::{MAX_FRAME_BYTES, MAX_PACKET_MS, Mode, Packet};
pub use params::OpusParams;
