//! RTP as a phone speaks it (RFC 3550 §5.1): the fixed header of 12 bytes and the payload.
//!
//! Written apart from the engine's own parser, so that neither hides a fault of the other.

/// One RTP packet without CSRCs, extension and padding.
#[derive(Debug, PartialEq, Eq)]
pub struct Packet<'a> {
    /// The first packet of a talk spurt.
    pub marker: bool,
    /// RFC 3551: 0 is PCMU, 8 is PCMA.
    pub payload_type: u8,
    /// Counts packets.
    pub sequence: u16,
    /// Counts samples: of the first one in the payload.
    pub timestamp: u32,
    /// Names the sender's stream.
    pub ssrc: u32,
    /// The encoded audio.
    pub payload: &'a [u8],
}

impl<'a> Packet<'a> {
    /// The datagram of this packet.
    pub fn to_datagram(&self) -> Vec<u8> {
        let mut datagram = Vec::with_capacity(12 + self.payload.len());
        datagram.extend([0x80, u8::from(self.marker) << 7 | self.payload_type]);
        datagram.extend(self.sequence.to_be_bytes());
        datagram.extend(self.timestamp.to_be_bytes());
        datagram.extend(self.ssrc.to_be_bytes());
        datagram.extend(self.payload);
        datagram
    }

    /// Reads a datagram with a plain header; `None` for anything else.
    pub fn parse(datagram: &'a [u8]) -> Option<Self> {
        let (header, payload) = datagram.split_first_chunk::<12>()?;
        let [0x80, kind, s0, s1, t0, t1, t2, t3, r0, r1, r2, r3] = *header else { return None };
        Some(Self {
            marker: kind & 0x80 != 0,
            payload_type: kind & 0x7f,
            sequence: u16::from_be_bytes([s0, s1]),
            timestamp: u32::from_be_bytes([t0, t1, t2, t3]),
            ssrc: u32::from_be_bytes([r0, r1, r2, r3]),
            payload,
        })
    }
}
