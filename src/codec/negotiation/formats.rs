//! The formats of one media section, as its attributes say them.

use crate::codec::{CodecKind, CodecSpec};
use crate::types::{Millis, PayloadType};

/// One format: a payload type with the values of its attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MediaFormat {
    /// The payload type.
    pub payload_type: PayloadType,
    /// `a=rtpmap` behind the payload type: `opus/48000/2`. Empty: the static type of RFC 3551.
    pub rtpmap: String,
    /// `a=fmtp` behind the payload type; empty if there is none.
    pub fmtp: String,
}

/// The formats of one media section, the preferred first (RFC 3264 §5.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MediaFormats {
    /// The formats.
    pub formats: Vec<MediaFormat>,
    /// `a=ptime`: audio that the sender of this SDP wants in a packet.
    pub ptime: Option<Millis>,
    /// `a=maxptime`: audio that a packet may hold at most.
    pub max_ptime: Option<Millis>,
}

impl MediaFormats {
    /// A section without formats.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a format behind the others.
    pub fn format(mut self, payload_type: PayloadType, rtpmap: &str, fmtp: &str) -> Self {
        self.formats.push(MediaFormat { payload_type, rtpmap: rtpmap.to_owned(), fmtp: fmtp.to_owned() });
        self
    }

    /// Sets `a=ptime`.
    pub fn ptime(mut self, ptime: Millis) -> Self {
        self.ptime = Some(ptime);
        self
    }

    /// Sets `a=maxptime`.
    pub fn max_ptime(mut self, ptime: Millis) -> Self {
        self.max_ptime = Some(ptime);
        self
    }
}

impl MediaFormat {
    /// The rtpmap, also where only a static payload type stands for it.
    pub fn encoding(&self) -> &str {
        match self.rtpmap.trim() {
            "" => static_encoding(self.payload_type).unwrap_or_default(),
            rtpmap => rtpmap,
        }
    }

    /// The codec among `known`; `None` if it is not there, or cannot do what the format says.
    pub fn spec(&self, known: &[CodecKind]) -> Option<CodecSpec> {
        let spec = CodecSpec::from_rtpmap_in(known, self.payload_type, self.encoding()).ok()?;
        spec.with_fmtp(&self.fmtp).ok()
    }
}

/// The audio formats of RFC 3551's static payload types that have a meaning without an rtpmap (Table 4).
pub(super) fn static_encoding(payload_type: PayloadType) -> Option<&'static str> {
    Some(match payload_type.value() {
        0 => "PCMU/8000",
        2 => "G726-32/8000",
        3 => "GSM/8000",
        4 => "G723/8000",
        5 => "DVI4/8000",
        6 => "DVI4/16000",
        7 => "LPC/8000",
        8 => "PCMA/8000",
        9 => "G722/8000",
        10 => "L16/44100/2",
        11 => "L16/44100",
        12 => "QCELP/8000",
        13 => "CN/8000",
        15 => "G728/8000",
        16 => "DVI4/11025",
        17 => "DVI4/22050",
        18 => "G729/8000",
        _ => return None,
    })
}
