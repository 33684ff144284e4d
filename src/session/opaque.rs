//! A session whose packets are never decoded: video, or anything else that only passes through.

use crate::codec::{CodecSpec, VideoCodec};
use crate::session::{SessionSpec, SpecError};
use crate::types::PayloadType;

/// Formats of one session.
const MOST_FORMATS: usize = 16;

/// The room in the ingress ring for a picture that comes at once: 100 ms of 10 Mbit/s.
const RING_BYTES: usize = 128 * 1_024;

impl SessionSpec {
    /// A session that passes packets of these formats on to the session that it is bridged to, and
    /// never looks inside: with one sequence and one time line, like audio that is relayed. Each format
    /// goes out under the far session's payload type for it. One stream of packets: retransmission
    /// under an SSRC of its own is a session of its own.
    ///
    /// Such a session can be bridged, held, muted, moved and destroyed. What is asked of audio is rejected.
    pub fn opaque(formats: impl IntoIterator<Item = VideoCodec>) -> Self {
        let mut spec = Self::new(CodecSpec::pcmu());
        spec.opaque = Some(formats.into_iter().collect());
        spec.ingress_bytes = Some(RING_BYTES);
        spec
    }

    /// The payload types of an opaque session, with what its formats are known by to others.
    pub(crate) fn formats(&self) -> impl Iterator<Item = (PayloadType, u32)> {
        self.opaque.iter().flatten().map(|codec| (codec.payload_type, codec.format()))
    }

    pub(super) fn validate_opaque(&self) -> Result<(), SpecError> {
        let Some(codecs) = &self.opaque else { return Ok(()) };
        if codecs.is_empty() || codecs.len() > MOST_FORMATS {
            return Err(SpecError::Formats(codecs.len()));
        }
        let formats: Vec<_> = self.formats().collect();
        for (at, codec) in codecs.iter().enumerate() {
            let twice = formats[..at].iter().any(|other| other.0 == formats[at].0 || other.1 == formats[at].1);
            if twice || codec.clock_rate != codecs[0].clock_rate {
                return Err(SpecError::PayloadType(codec.payload_type.value()));
            }
        }
        Ok(())
    }
}
