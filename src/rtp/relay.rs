//! A packet on its way through a relay.

use crate::rtp::Payload;

/// A packet that goes from ingress to the far leg's egress without being decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RelayPacket<'a> {
    /// Sequence number, unwrapped.
    pub sequence: u64,
    /// RTP timestamp, unwrapped.
    pub timestamp: u64,
    /// Marker bit.
    pub marker: bool,
    /// Distinguishes sources: changes whenever the incoming SSRC does.
    pub source: u32,
    /// What the payload is: the far leg may have another payload type for it.
    pub kind: Payload,
    /// The payload, without header and padding.
    pub payload: &'a [u8],
}
