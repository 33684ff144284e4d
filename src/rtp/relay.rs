//! A packet on its way through a relay.

use crate::rtp::Payload;
use crate::types::SessionId;

/// A packet that goes from ingress to the far leg's egress without being decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RelayPacket<'a> {
    /// Sequence number, unwrapped.
    pub sequence: u64,
    /// RTP timestamp, unwrapped.
    pub timestamp: u64,
    /// Marker bit.
    pub marker: bool,
    /// Distinguishes sources: changes whenever the incoming SSRC or the leg that it comes to does.
    pub source: u32,
    /// What the payload is: the far leg may have another payload type for it.
    pub kind: Payload,
    /// The payload, without header and padding.
    pub payload: &'a [u8],
}

impl RelayPacket<'_> {
    /// The `source` of what comes to `session` from the `epoch`th source that it has: whoever takes the place of a session in a
    /// bridge is another source, though it may count as the one before did. Real-time.
    pub(crate) fn source_of(session: SessionId, epoch: u32) -> u32 {
        // Odd, so that sessions differ; the higher half, so that generations do as well.
        let spread = session.tag().wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (spread >> 32) as u32 ^ epoch
    }
}
