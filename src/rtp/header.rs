//! RTP headers (RFC 3550 §5.1): read from any bytes, written as twelve.
//!
//! It does not unwrap sequence numbers or timestamps and does not look into the payload.

use thiserror::Error;

use crate::types::{PayloadType, Ssrc};

/// Length of the fixed header in bytes.
pub const RTP_HEADER_BYTES: usize = 12;

/// The fields of the fixed header that the engine uses. RFC 3550 fixes them, so it is exhaustive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RtpHeader {
    /// Start of a talk spurt, for audio (RFC 3551 §4.1).
    pub marker: bool,
    /// What the payload is.
    pub payload_type: PayloadType,
    /// Counts packets, modulo 2^16.
    pub sequence: u16,
    /// Counts samples at the payload's clock rate, modulo 2^32.
    pub timestamp: u32,
    /// Who sends.
    pub ssrc: Ssrc,
}

impl RtpHeader {
    /// The header on the wire: version 2, no padding, no extension, no contributing sources.
    ///
    /// Real-time: twelve bytes on the stack.
    pub const fn to_bytes(self) -> [u8; RTP_HEADER_BYTES] {
        let marker = if self.marker { 0x80 } else { 0 };
        let [q0, q1] = self.sequence.to_be_bytes();
        let [t0, t1, t2, t3] = self.timestamp.to_be_bytes();
        let [s0, s1, s2, s3] = self.ssrc.0.to_be_bytes();
        [VERSION_2, marker | self.payload_type.value(), q0, q1, t0, t1, t2, t3, s0, s1, s2, s3]
    }
}

/// One received RTP packet: its header, and its payload in the datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RtpPacket<'a> {
    /// The fixed header.
    pub header: RtpHeader,
    /// What follows the header, its lists and its extension, without padding. May be empty.
    pub payload: &'a [u8],
}

/// A datagram that is no RTP packet. Every variant: the datagram is to be counted and dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RtpError {
    /// Shorter than the header says it is.
    #[error("datagram of {got} bytes, the RTP header needs {needed}")]
    TooShort {
        /// Bytes of the datagram.
        got: usize,
        /// Bytes up to the end of the part that is cut.
        needed: usize,
    },
    /// Not RTP version 2: STUN, DTLS, or noise (RFC 7983).
    #[error("RTP version {0}, only 2 is known")]
    Version(u8),
    /// An RTCP packet on the same port (RFC 5761 §4): packet types 192 to 223. Not for the audio path.
    #[error("RTCP packet of type {0}")]
    Rtcp(u8),
    /// The count of padding bytes is zero, or larger than what follows the header.
    #[error("padding of {padding} bytes in {room}")]
    Padding {
        /// What the last byte says.
        padding: u8,
        /// Bytes after the header.
        room: usize,
    },
}

impl<'a> RtpPacket<'a> {
    /// Reads a datagram. Contributing sources and the extension (RFC 8285) are skipped.
    ///
    /// Real-time: copies nothing, safe on any bytes.
    pub fn parse(datagram: &'a [u8]) -> Result<Self, RtpError> {
        let got = datagram.len();
        let (&[flags, second, q0, q1, t0, t1, t2, t3, s0, s1, s2, s3], rest) =
            datagram.split_first_chunk::<RTP_HEADER_BYTES>().ok_or_else(|| too_short_or_foreign(datagram))?;
        if flags & 0xc0 != VERSION_2 {
            return Err(RtpError::Version(flags >> 6));
        }
        if RTCP_TYPES.contains(&second) {
            return Err(RtpError::Rtcp(second));
        }
        let after_sources = usize::from(flags & 0x0f) * 4;
        let after_extension = match flags & 0x10 {
            0 => after_sources,
            _ => {
                let needed = after_sources + 4;
                let field = rest.get(after_sources + 2..needed);
                let &[hi, lo] = field.and_then(|f| f.first_chunk()).ok_or(too_short(got, needed))?;
                needed + usize::from(u16::from_be_bytes([hi, lo])) * 4
            }
        };
        let padded = rest.get(after_extension..).ok_or(too_short(got, after_extension))?;
        let payload_type = PayloadType::new(second & 0x7f).ok_or(RtpError::Rtcp(second))?;
        let header = RtpHeader {
            marker: second & 0x80 != 0,
            payload_type,
            sequence: u16::from_be_bytes([q0, q1]),
            timestamp: u32::from_be_bytes([t0, t1, t2, t3]),
            ssrc: Ssrc(u32::from_be_bytes([s0, s1, s2, s3])),
        };
        let payload = if flags & 0x20 == 0 { padded } else { without_padding(padded)? };
        Ok(Self { header, payload })
    }
}

/// RTCP packets may be shorter than an RTP header, so these are told apart first.
#[cold]
fn too_short_or_foreign(datagram: &[u8]) -> RtpError {
    match *datagram {
        [flags, ..] if flags & 0xc0 != VERSION_2 => RtpError::Version(flags >> 6),
        [_, second, ..] if RTCP_TYPES.contains(&second) => RtpError::Rtcp(second),
        _ => RtpError::TooShort { got: datagram.len(), needed: RTP_HEADER_BYTES },
    }
}

const fn too_short(got: usize, after_header: usize) -> RtpError {
    RtpError::TooShort { got, needed: RTP_HEADER_BYTES + after_header }
}

fn without_padding(padded: &[u8]) -> Result<&[u8], RtpError> {
    let room = padded.len();
    let padding = padded.last().copied().unwrap_or(0);
    match room.checked_sub(usize::from(padding)) {
        Some(end) if padding > 0 => Ok(&padded[..end]),
        _ => Err(RtpError::Padding { padding, room }),
    }
}

/// The two version bits of the first byte.
const VERSION_2: u8 = 0x80;

/// Second bytes that are RTCP on a shared port: reports 200 to 204, but also feedback 205 and 206 and
/// extended reports 207. Payload types 64 to 95, which they would be with the marker, are not to be
/// given to RTP for that reason (RFC 5761 §4).
const RTCP_TYPES: std::ops::RangeInclusive<u8> = 192..=223;
