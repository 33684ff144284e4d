//! What a side can do: codecs in the order of preference, and what goes beside them.

use std::fmt::Write;

use crate::codec::negotiation::{Auxiliary, MediaFormat, MediaFormats};
use crate::codec::{CodecKind, CodecSpec};
use crate::types::{Millis, PayloadType};

/// Codecs in the order of preference, with the payload types under which they are received.
#[derive(Clone, Debug)]
pub struct Capabilities {
    pub(super) codecs: Vec<CodecSpec>,
    auxiliaries: Vec<MediaFormat>,
    pub(super) ptime: Millis,
    pub(super) max_ptime: Millis,
}

impl Default for Capabilities {
    fn default() -> Self {
        Self::new()
    }
}

impl Capabilities {
    /// None yet; packets of 20 ms, and of 60 ms at most.
    pub fn new() -> Self {
        Self { codecs: Vec::new(), auxiliaries: Vec::new(), ptime: Millis(20), max_ptime: Millis(60) }
    }

    /// Adds a codec behind the others.
    pub fn codec(mut self, codec: CodecSpec) -> Self {
        self.codecs.push(codec);
        self
    }

    /// Adds the DTMF events of RFC 4733, for codecs with that clock rate.
    pub fn telephone_event(self, payload_type: PayloadType, clock_rate: u32) -> Self {
        self.auxiliary(payload_type, Auxiliary::EVENT, clock_rate, "0-15")
    }

    /// Adds comfort noise (RFC 3389), for codecs with that clock rate; 13 at 8 kHz.
    pub fn comfort_noise(self, payload_type: PayloadType, clock_rate: u32) -> Self {
        self.auxiliary(payload_type, Auxiliary::COMFORT_NOISE, clock_rate, "")
    }

    /// Adds redundancy (RFC 2198), for codecs with that clock rate.
    pub fn redundancy(self, payload_type: PayloadType, clock_rate: u32) -> Self {
        self.auxiliary(payload_type, Auxiliary::REDUNDANCY, clock_rate, "")
    }

    /// Audio that a packet should have, unless the other side asks for another time.
    pub fn ptime(mut self, ptime: Millis) -> Self {
        self.ptime = ptime;
        self
    }

    /// Audio that a packet may have at most.
    pub fn max_ptime(mut self, ptime: Millis) -> Self {
        self.max_ptime = ptime;
        self
    }

    /// All of it as an offer (RFC 3264 §5).
    pub fn offer(&self) -> MediaFormats {
        let mut formats: Vec<MediaFormat> = self.codecs.iter().map(describe).collect();
        formats.extend(self.auxiliaries.iter().cloned());
        MediaFormats { formats, ptime: Some(self.ptime), max_ptime: Some(self.max_ptime) }
    }

    /// The codecs' kinds, each once.
    pub(super) fn kinds(&self) -> Vec<CodecKind> {
        let mut kinds: Vec<CodecKind> = Vec::new();
        for codec in &self.codecs {
            if !kinds.contains(&codec.kind) {
                kinds.push(codec.kind);
            }
        }
        kinds
    }

    /// Our name for the format of a peer that is no codec.
    pub(super) fn counterpart(&self, theirs: &MediaFormat) -> Option<&MediaFormat> {
        self.auxiliaries.iter().find(|ours| ours.encoding().eq_ignore_ascii_case(theirs.encoding()))
    }

    fn auxiliary(mut self, payload_type: PayloadType, name: &str, clock_rate: u32, fmtp: &str) -> Self {
        let rtpmap = format!("{name}/{clock_rate}");
        self.auxiliaries.push(MediaFormat { payload_type, rtpmap, fmtp: fmtp.to_owned() });
        self
    }
}

/// A codec as rtpmap and fmtp name it.
pub(super) fn describe(codec: &CodecSpec) -> MediaFormat {
    let description = codec.kind.codec();
    let (clock, channels) = description.rtpmap(codec);
    let mut rtpmap = format!("{}/{clock}", codec.name());
    let mut fmtp = String::new();
    // Writing to a string does not fail.
    let _ = if channels > 1 { write!(rtpmap, "/{channels}") } else { Ok(()) };
    let _ = description.fmtp(codec, &mut fmtp);
    MediaFormat { payload_type: codec.payload_type, rtpmap, fmtp }
}
