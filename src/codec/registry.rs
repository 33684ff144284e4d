//! The codecs there are, and how signalling names them (RFC 8866 §6.6: `a=rtpmap`).

use thiserror::Error;

use crate::codec::CodecSpec;
use crate::types::{InvalidRate, PayloadType, SampleRate};

/// A codec that the engine has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CodecKind {
    /// G.711 µ-law.
    Pcmu,
    /// G.711 A-law.
    Pcma,
    /// Linear 16-bit samples.
    L16,
}

impl CodecKind {
    /// All codecs, in the order in which they are searched.
    pub const ALL: [Self; 3] = [Self::Pcmu, Self::Pcma, Self::L16];

    /// Encoding name of RTP (RFC 3551, RFC 4856).
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pcmu => "PCMU",
            Self::Pcma => "PCMA",
            Self::L16 => "L16",
        }
    }

    /// The codec of an encoding name, in any case of letters.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(name))
    }
}

/// An rtpmap value that names no codec of the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RtpmapError {
    /// Not of the form `name/clock` or `name/clock/channels`.
    #[error("rtpmap is not of the form name/clock or name/clock/channels")]
    Syntax,
    /// The engine has no codec of that name.
    #[error("unknown encoding name; known are PCMU, PCMA and L16")]
    UnknownEncoding,
    /// The engine cannot run at that clock rate.
    #[error(transparent)]
    Rate(#[from] InvalidRate),
    /// The engine's codecs are mono.
    #[error("{0} channels, only 1 is possible")]
    Channels(u32),
}

impl CodecSpec {
    /// Reads the value of an rtpmap attribute: `PCMU/8000`, `L16/16000/1`. Allocates nothing.
    pub fn from_rtpmap(payload_type: PayloadType, encoding: &str) -> Result<Self, RtpmapError> {
        let mut parts = encoding.trim().split('/');
        let name = parts.next().filter(|name| !name.is_empty()).ok_or(RtpmapError::Syntax)?;
        let clock = number(parts.next().ok_or(RtpmapError::Syntax)?)?;
        let channels = parts.next().map_or(Ok(1), number)?;
        if parts.next().is_some() {
            return Err(RtpmapError::Syntax);
        }
        let kind = CodecKind::named(name).ok_or(RtpmapError::UnknownEncoding)?;
        if channels != 1 {
            return Err(RtpmapError::Channels(channels));
        }
        Ok(Self::at_sample_clock(kind, payload_type, SampleRate::new(clock)?))
    }
}

fn number(digits: &str) -> Result<u32, RtpmapError> {
    // `parse` would take a plus sign.
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(RtpmapError::Syntax);
    }
    digits.parse().map_err(|_| RtpmapError::Syntax)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(encoding: &str) -> Result<CodecSpec, RtpmapError> {
        CodecSpec::from_rtpmap(PayloadType::new(96).expect("96 is below 128"), encoding)
    }

    #[test]
    fn names_are_found_in_any_case_with_and_without_channels() {
        for (encoding, kind, hz) in [
            ("PCMU/8000", CodecKind::Pcmu, 8_000),
            ("pcma/8000/1", CodecKind::Pcma, 8_000),
            (" L16/44100/1 ", CodecKind::L16, 44_100),
            ("PCMU/16000", CodecKind::Pcmu, 16_000),
        ] {
            let spec = parse(encoding).expect(encoding);
            assert_eq!((spec.kind, spec.rate.hz(), spec.clock_rate), (kind, hz, hz), "{encoding}");
            assert_eq!(spec.payload_type.value(), 96);
        }
    }

    #[test]
    fn what_cannot_be_is_a_typed_error() {
        for encoding in ["", "PCMU", "/8000", "PCMU/", "PCMU/+8000", "PCMU/8000/1/1", "PCMU/99999999999", "L16/8 000"] {
            assert!(matches!(parse(encoding), Err(RtpmapError::Syntax | RtpmapError::Rate(_))), "{encoding:?}");
        }
        assert_eq!(parse("GSM/8000"), Err(RtpmapError::UnknownEncoding));
        assert_eq!(parse("L16/48000/2"), Err(RtpmapError::Channels(2)));
        assert_eq!(parse("L16/22050"), Err(RtpmapError::Rate(InvalidRate(22_050))));
    }
}
