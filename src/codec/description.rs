//! A codec as signalling and the engine know it: one static value for each.

use std::fmt;

use thiserror::Error;

use crate::codec::{AudioDecoder, AudioEncoder, CodecParams, CodecSpec};
use crate::types::{InvalidRate, Millis, SampleRate, TICK_MS};

/// Describes a codec and makes its two halves. The engine's own are behind [`CodecKind`]; a user's
/// own is used as `CodecKind::Custom(&MY_CODEC)`. Control side; the constructors allocate.
///
/// [`CodecKind`]: crate::codec::CodecKind
pub trait AudioCodec: Sync {
    /// Encoding name of RTP: `PCMU`. Codecs of one name are one codec.
    fn name(&self) -> &'static str;

    /// The payload types that RFC 3551's static tables give it.
    fn static_types(&self) -> &'static [u8] {
        &[]
    }

    /// Audio of an rtpmap with this clock rate and this count of channels.
    fn format(&self, clock_rate: u32, channels: u32) -> Result<AudioFormat, RtpmapError> {
        if channels != 1 {
            return Err(RtpmapError::Channels(channels));
        }
        Ok(AudioFormat { rate: SampleRate::new(clock_rate)?, channels: 1 })
    }

    /// Rate and channels that rtpmap tells, of audio at `rate`. The channels are told if above 1.
    fn rtpmap(&self, spec: &CodecSpec) -> (u32, u8) {
        (spec.rate.hz(), spec.channels)
    }

    /// Reads the value of an fmtp attribute behind the payload type; empty if there is none.
    fn params(&self, fmtp: &str) -> Result<CodecParams, FmtpError> {
        let _ = fmtp;
        Ok(CodecParams::None)
    }

    /// The value of the fmtp attribute that asks a peer for this; empty if there is nothing to ask.
    fn fmtp(&self, spec: &CodecSpec, out: &mut dyn fmt::Write) -> fmt::Result {
        let _ = (spec, out);
        Ok(())
    }

    /// What `ours` may send to a peer that takes `theirs`, under the peer's payload type; `None` if the
    /// two do not go together. Of fmtp, parameters that limit the sender are met.
    fn agree(&self, ours: &CodecSpec, theirs: &CodecSpec) -> Option<CodecSpec> {
        let fits = ours.rate == theirs.rate && ours.clock_rate == theirs.clock_rate && ours.channels == theirs.channels;
        fits.then(|| ours.under(theirs.payload_type))
    }

    /// Whether one packet may hold this much audio.
    fn allows(&self, ptime: Millis) -> bool {
        ptime.0.is_multiple_of(TICK_MS)
    }

    /// Largest payload in bytes for `samples` samples of each channel.
    fn payload_bytes(&self, spec: &CodecSpec, samples: usize) -> usize;

    /// Samples of each channel in a payload; 0 if it is not of this codec. Real-time.
    fn payload_samples(&self, spec: &CodecSpec, payload: &[u8]) -> usize;

    /// A payload of one is a payload of the other, whatever the payload types: packets can be relayed.
    fn same_payload(&self, one: &CodecSpec, other: &CodecSpec) -> bool {
        one.rate == other.rate && one.channels == other.channels
    }

    /// What decoding and encoding again makes of each byte of a payload, where that is a byte of
    /// `other`'s payload: packets are converted without audio in between.
    fn table_to(&self, spec: &CodecSpec, other: &CodecSpec) -> Option<&'static ByteTable> {
        let _ = (spec, other);
        None
    }

    /// Declared cost of 10 ms, rounded up from a machine with AVX2 (benches/codecs.rs).
    fn cost(&self, spec: &CodecSpec) -> CodecCost;

    /// How much later than what goes in the sound is that comes out, beyond the packet's own duration. None by default.
    fn delay(&self, spec: &CodecSpec) -> CodecDelay {
        let _ = spec;
        CodecDelay::default()
    }

    /// A decoder at its start.
    fn decoder(&self, spec: &CodecSpec) -> Box<dyn AudioDecoder>;

    /// An encoder at its start.
    fn encoder(&self, spec: &CodecSpec) -> Box<dyn AudioEncoder>;
}

/// Delay of a codec's two halves, in samples at the spec's rate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CodecDelay {
    /// Of the encoder: its look-ahead, and its filters.
    pub encoder: u32,
    /// Of the decoder's filters.
    pub decoder: u32,
}

/// A byte of one codec's payloads for each byte of another's.
pub type ByteTable = [u8; 256];

/// Rate and channels of a codec's audio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AudioFormat {
    /// Sample rate.
    pub rate: SampleRate,
    /// Channels.
    pub channels: u8,
}

/// Nanoseconds that a codec declares for 10 ms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodecCost {
    /// Of encoding them.
    pub encode: u32,
    /// Of decoding them.
    pub decode: u32,
}

/// An rtpmap value that names no codec of the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RtpmapError {
    /// Not of the form `name/clock` or `name/clock/channels`.
    #[error("rtpmap is not of the form name/clock or name/clock/channels")]
    Syntax,
    /// The engine has no codec of that name.
    #[error("unknown encoding name")]
    UnknownEncoding,
    /// The engine cannot run at that clock rate.
    #[error(transparent)]
    Rate(#[from] InvalidRate),
    /// The codec has another clock rate.
    #[error("clock rate {got} Hz, the codec's is {expected} Hz")]
    ClockRate {
        /// What rtpmap says.
        got: u32,
        /// What it has to say.
        expected: u32,
    },
    /// The codec has not that many channels.
    #[error("{0} channels are not possible")]
    Channels(u32),
}

/// An fmtp value that the codec cannot meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FmtpError {
    /// Not of the form `name=value; name=value`.
    #[error("fmtp is not of the form name=value; name=value")]
    Syntax,
    /// A parameter's value is out of range.
    #[error("value of the fmtp parameter {0} is out of range")]
    Value(&'static str),
}
