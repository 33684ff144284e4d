//! What a datagram on a media port is, by its first bytes.

/// Kinds of datagrams that share a port (RFC 7983 §7, RFC 5761 §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Rtp,
    Rtcp,
    /// STUN, DTLS, TURN, or noise.
    Other,
}

/// Tells by the first two bytes. Real-time.
pub(super) fn kind(datagram: &[u8]) -> Kind {
    match *datagram {
        // RTCP's packet types lie where RTP has the marker bit and payload types 64 to 95.
        [0x80..=0xbf, 192..=223, _, _, _, _, _, _, ..] => Kind::Rtcp,
        [0x80..=0xbf, _, ..] if datagram.len() >= crate::rtp::RTP_HEADER_BYTES => Kind::Rtp,
        _ => Kind::Other,
    }
}
