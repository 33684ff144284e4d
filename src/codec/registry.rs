//! The codecs there are, and how signalling names them (RFC 8866 §6.6: `a=rtpmap`, §6.15: `a=fmtp`).

use std::fmt;
use std::hash::{Hash, Hasher};

use crate::codec::audio::g711::{PCMA, PCMU};
use crate::codec::audio::g722::G722;
use crate::codec::audio::g726::{G726, Packing, Rate};
use crate::codec::audio::g729::G729;
use crate::codec::audio::l16::L16;
#[cfg(feature = "opus")]
use crate::codec::audio::opus::Opus;
use crate::codec::{AudioCodec, CodecSpec, FmtpError, RtpmapError};
use crate::types::PayloadType;

/// A codec that the engine has, or a user's own. Two of one encoding name are equal.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum CodecKind {
    /// G.711 µ-law.
    Pcmu,
    /// G.711 A-law.
    Pcma,
    /// G.722, 7 kHz audio.
    G722,
    /// G.726, lowest bits first: `G726-32` and the other rates.
    G726(Rate),
    /// G.726, highest bits first: `AAL2-G726-32` and the other rates.
    Aal2G726(Rate),
    /// G.729 with Annexes A and B.
    G729,
    /// Linear 16-bit samples.
    L16,
    /// Opus.
    #[cfg(feature = "opus")]
    Opus,
    /// A codec that the engine does not bring along.
    Custom(&'static dyn AudioCodec),
}

impl CodecKind {
    /// The engine's own codecs, in the order in which they are searched.
    pub const ALL: &[Self] = &[
        Self::Pcmu,
        Self::Pcma,
        Self::G722,
        Self::G726(Rate::Kbit40),
        Self::G726(Rate::Kbit32),
        Self::G726(Rate::Kbit24),
        Self::G726(Rate::Kbit16),
        Self::Aal2G726(Rate::Kbit40),
        Self::Aal2G726(Rate::Kbit32),
        Self::Aal2G726(Rate::Kbit24),
        Self::Aal2G726(Rate::Kbit16),
        Self::G729,
        Self::L16,
        #[cfg(feature = "opus")]
        Self::Opus,
    ];

    /// What describes the codec and makes it.
    pub fn codec(self) -> &'static dyn AudioCodec {
        match self {
            Self::Pcmu => &PCMU,
            Self::Pcma => &PCMA,
            Self::G722 => &G722,
            Self::G726(rate) => G726::of(rate, Packing::LowFirst),
            Self::Aal2G726(rate) => G726::of(rate, Packing::HighFirst),
            Self::G729 => &G729,
            Self::L16 => &L16,
            #[cfg(feature = "opus")]
            Self::Opus => &Opus,
            Self::Custom(codec) => codec,
        }
    }

    /// Encoding name of RTP (RFC 3551, RFC 4856).
    pub fn name(self) -> &'static str {
        self.codec().name()
    }

    /// The codec of the engine with this encoding name, in any case of letters.
    pub fn named(name: &str) -> Option<Self> {
        Self::named_in(Self::ALL, name)
    }

    /// The codec among `known` with this encoding name, in any case of letters.
    pub fn named_in(known: &[Self], name: &str) -> Option<Self> {
        known.iter().copied().find(|kind| kind.name().eq_ignore_ascii_case(name))
    }
}

impl PartialEq for CodecKind {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for CodecKind {}

impl Hash for CodecKind {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

impl fmt::Debug for CodecKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// An rtpmap with its fmtp that the engine cannot serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    /// The rtpmap.
    #[error(transparent)]
    Rtpmap(#[from] RtpmapError),
    /// The fmtp.
    #[error(transparent)]
    Fmtp(#[from] FmtpError),
}

impl CodecSpec {
    /// Reads the value of an rtpmap attribute: `PCMU/8000`, `L16/16000/1`. Allocates nothing.
    pub fn from_rtpmap(payload_type: PayloadType, encoding: &str) -> Result<Self, RtpmapError> {
        Self::from_rtpmap_in(CodecKind::ALL, payload_type, encoding)
    }

    /// As [`from_rtpmap`](Self::from_rtpmap), with the codecs to choose from.
    pub fn from_rtpmap_in(known: &[CodecKind], payload_type: PayloadType, encoding: &str) -> Result<Self, RtpmapError> {
        let mut parts = encoding.trim().split('/');
        let name = parts.next().filter(|name| !name.is_empty()).ok_or(RtpmapError::Syntax)?;
        let clock = number(parts.next().ok_or(RtpmapError::Syntax)?)?;
        let channels = parts.next().map_or(Ok(1), number)?;
        if parts.next().is_some() {
            return Err(RtpmapError::Syntax);
        }
        let kind = CodecKind::named_in(known, name).ok_or(RtpmapError::UnknownEncoding)?;
        let format = kind.codec().format(clock, channels)?;
        let mut spec = Self::of(kind, payload_type, format.rate, clock);
        spec.channels = format.channels;
        Ok(spec)
    }

    /// The spec with the parameters of an fmtp attribute's value: what stands behind the payload type.
    ///
    /// How this side encodes stays as it was.
    pub fn with_fmtp(mut self, fmtp: &str) -> Result<Self, FmtpError> {
        self.params = self.params.with_wishes_of(self.kind.codec().params(fmtp)?);
        Ok(self)
    }
}

fn number(digits: &str) -> Result<u32, RtpmapError> {
    // `parse` would take a plus sign.
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(RtpmapError::Syntax);
    }
    digits.parse().map_err(|_| RtpmapError::Syntax)
}
