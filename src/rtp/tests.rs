//! RTP headers on good, cut and hostile bytes.

use super::*;
use crate::types::{PayloadType, Ssrc};

fn random(seed: &mut u64) -> u64 {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    *seed
}

fn header() -> RtpHeader {
    let payload_type = PayloadType::new(8).expect("8 is below 128");
    RtpHeader { marker: true, payload_type, sequence: 0x1234, timestamp: 0x8765_4321, ssrc: Ssrc(0xdead_beef) }
}

/// RTCP shadows payload types 64 to 95.
fn usable(value: u8) -> u8 {
    if (64..96).contains(&value) { value - 64 } else { value }
}

/// The header with other flags, then `tail`.
fn datagram(flags: u8, tail: &[u8]) -> Vec<u8> {
    let mut bytes = header().to_bytes().to_vec();
    bytes[0] = flags;
    bytes.extend_from_slice(tail);
    bytes
}

fn payload(bytes: &[u8]) -> Result<&[u8], RtpError> {
    RtpPacket::parse(bytes).map(|packet| packet.payload)
}

#[test]
fn a_header_is_written_as_rfc_3550_draws_it() {
    assert_eq!(header().to_bytes(), [0x80, 0x88, 0x12, 0x34, 0x87, 0x65, 0x43, 0x21, 0xde, 0xad, 0xbe, 0xef]);
}

#[test]
fn what_was_written_is_read_back() {
    let mut seed = 0x9e37_79b9_7f4a_7c15;
    for _ in 0..10_000 {
        let bits = random(&mut seed);
        let written = RtpHeader {
            marker: bits & 1 == 0,
            payload_type: PayloadType::new(usable((bits >> 1) as u8 & 0x7f)).expect("below 128"),
            sequence: (bits >> 8) as u16,
            timestamp: (bits >> 32) as u32,
            ssrc: Ssrc(random(&mut seed) as u32),
        };
        let body: Vec<u8> = (0..bits >> 24 & 0x3f).map(|_| random(&mut seed) as u8).collect();
        let bytes = [&written.to_bytes()[..], &body].concat();
        assert_eq!(RtpPacket::parse(&bytes), Ok(RtpPacket { header: written, payload: &body }));
    }
}

#[test]
fn sources_extension_and_padding_are_taken_off() {
    assert_eq!(payload(&datagram(0x80, &[1, 2])), Ok(&[1, 2][..]));
    assert_eq!(payload(&datagram(0x82, &[0, 0, 0, 0, 0, 0, 0, 0, 1])), Ok(&[1][..]));
    assert_eq!(payload(&datagram(0x90, &[0xbe, 0xde, 0, 1, 9, 9, 9, 9, 1])), Ok(&[1][..]));
    assert_eq!(payload(&datagram(0xa0, &[1, 0, 0, 3])), Ok(&[1][..]));
    assert_eq!(payload(&datagram(0xa0, &[0, 2])), Ok(&[][..]));
    assert_eq!(payload(&datagram(0xb1, &[0, 0, 0, 0, 0xbe, 0xde, 0, 0, 5, 1])), Ok(&[5][..]));
    assert_eq!(payload(&datagram(0x80, &[])), Ok(&[][..]));
}

#[test]
fn a_header_that_promises_more_than_there_is_is_too_short() {
    assert_eq!(payload(&[]), Err(RtpError::TooShort { got: 0, needed: 12 }));
    assert_eq!(payload(&header().to_bytes()[..11]), Err(RtpError::TooShort { got: 11, needed: 12 }));
    assert_eq!(payload(&datagram(0x8f, &[0; 59])), Err(RtpError::TooShort { got: 71, needed: 72 }));
    assert_eq!(payload(&datagram(0x90, &[0xbe, 0xde, 0])), Err(RtpError::TooShort { got: 15, needed: 16 }));
    assert_eq!(
        payload(&datagram(0x90, &[0xbe, 0xde, 0xff, 0xff])),
        Err(RtpError::TooShort { got: 16, needed: 16 + 4 * 0xffff })
    );
}

#[test]
fn impossible_padding_is_an_error() {
    assert_eq!(payload(&datagram(0xa0, &[])), Err(RtpError::Padding { padding: 0, room: 0 }));
    assert_eq!(payload(&datagram(0xa0, &[1, 0])), Err(RtpError::Padding { padding: 0, room: 2 }));
    assert_eq!(payload(&datagram(0xa0, &[1, 3])), Err(RtpError::Padding { padding: 3, room: 2 }));
}

#[test]
fn other_protocols_on_the_port_are_told_apart() {
    // RFC 7983: STUN begins with 0 to 3, DTLS with 20 to 63.
    assert_eq!(payload(&datagram(0x00, &[])), Err(RtpError::Version(0)));
    assert_eq!(payload(&[0x16, 0xfe, 0xff]), Err(RtpError::Version(0)));
    for kind in 192..=223 {
        let mut bytes = datagram(0x81, &[0; 16]);
        bytes[1] = kind;
        assert_eq!(payload(&bytes), Err(RtpError::Rtcp(kind)));
        assert_eq!(payload(&bytes[..8]), Err(RtpError::Rtcp(kind)), "a BYE has eight bytes");
    }
}

#[test]
fn any_bytes_are_read_without_panic_and_the_payload_lies_inside() {
    let mut seed = 0x1234_5678_9abc_def1;
    let mut read = 0;
    for _ in 0..200_000 {
        let length = random(&mut seed) as usize % 96;
        let mut bytes: Vec<u8> = (0..length).map(|_| random(&mut seed) as u8).collect();
        if let Some(first) = bytes.first_mut() {
            *first = *first & 0x3f | 0x80;
        }
        if let Ok(packet) = RtpPacket::parse(&bytes) {
            assert!(packet.payload.len() <= length - RTP_HEADER_BYTES);
            read += 1;
        }
    }
    assert!(read > 1_000, "the bytes must reach the parser's end, only {read} did");
}
