//! A capsule as a pcapng file (draft-ietf-opsawg-pcapng), which Wireshark and `examples/replay` read.
//!
//! One section: a comment with what the session was, one interface of raw IP version 4 with times in microseconds of the engine's
//! time line, a description of the media as signalling would have sent it, and the packets, each with its direction. The party is
//! 192.0.2.1:40000, the engine 192.0.2.2:40002 (RFC 5737).

use std::io::{self, Write};

use crate::codec::CodecSpec;
use crate::engine::Direction;
use crate::engine::capture::Capsule;

const PARTY: ([u8; 4], u16) = ([192, 0, 2, 1], 40_000);
const ENGINE: ([u8; 4], u16) = ([192, 0, 2, 2], 40_002);
/// Where signalling stands: payload types are found by it.
const SIGNALLING: u16 = 5_060;
/// Packets begin with an IP header (LINKTYPE_RAW).
const RAW: u16 = 101;

impl Capsule {
    /// Writes the capsule. Replayed from the file, packets come at their times of arrival, where [`Capsule::replay`] knows the ticks in
    /// which they were taken as well.
    pub fn write_pcapng(&self, out: &mut impl Write) -> io::Result<()> {
        let comment =
            format!("{}; whole: {}; overwritten: {}; lost: {}", self.session, self.whole, self.overwritten, self.lost);
        let section = [&0x1A2B_3C4Du32.to_le_bytes()[..], &[1, 0, 0, 0], &u64::MAX.to_le_bytes()].concat();
        block(out, 0x0A0D_0D0A, &[&section, &option(1, comment.as_bytes()), END])?;
        let link = [RAW.to_le_bytes(), [0; 2], [0; 2], [0; 2]].concat();
        block(out, 1, &[&link])?;
        let first = self.packets.first().map_or(0, |packet| packet.time.0);
        let description = self.description();
        packet(out, first, Direction::Inbound, &datagram(PARTY, ENGINE, SIGNALLING, description.as_bytes()))?;
        for captured in &self.packets {
            let (from, to) = match captured.direction {
                Direction::Inbound => (PARTY, ENGINE),
                Direction::Outbound => (ENGINE, PARTY),
            };
            let bytes = datagram(from, to, to.1, &captured.datagram);
            packet(out, captured.time.0, captured.direction, &bytes)?;
        }
        out.flush()
    }

    /// What is received and what is sent under which payload type, in the words of SDP.
    fn description(&self) -> String {
        let mut text = String::from("v=0\r\no=- 0 0 IN IP4 192.0.2.2\r\ns=capsule\r\nt=0 0\r\n");
        let media = |port: u16, codecs: &[CodecSpec], events: Option<(u8, u32)>| {
            let types: Vec<String> = codecs.iter().map(|codec| codec.payload_type.value().to_string()).collect();
            let mut text = format!("m=audio {port} RTP/AVP {}\r\n", types.join(" "));
            for codec in codecs {
                let number = codec.payload_type.value();
                let (clock, channels) = codec.kind.codec().rtpmap(codec);
                let channels = if channels > 1 { format!("/{channels}") } else { String::new() };
                text += &format!("a=rtpmap:{number} {}/{clock}{channels}\r\n", codec.name());
                let mut fmtp = String::new();
                if codec.kind.codec().fmtp(codec, &mut fmtp).is_ok() && !fmtp.is_empty() {
                    text += &format!("a=fmtp:{number} {fmtp}\r\n");
                }
            }
            if let Some((number, clock)) = events {
                text += &format!("a=rtpmap:{number} telephone-event/{clock}\r\n");
            }
            text
        };
        if self.spec.opaque.is_none() {
            let events =
                |payloads: crate::rtp::Payloads| payloads.telephone_event.map(|(pt, clock)| (pt.value(), clock));
            text += &media(ENGINE.1, &self.spec.receives(), events(self.spec.expected()));
            text += &media(PARTY.1, &[self.spec.sends()], events(self.spec.payloads));
        }
        text
    }
}

/// `opt_endofopt`.
const END: &[u8] = &[0; 4];

fn option(code: u16, value: &[u8]) -> Vec<u8> {
    let mut bytes = [code.to_le_bytes(), (value.len() as u16).to_le_bytes()].concat();
    bytes.extend_from_slice(value);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// Type, length, body, and the length again.
fn block(out: &mut impl Write, kind: u32, parts: &[&[u8]]) -> io::Result<()> {
    let body: usize = parts.iter().map(|part| part.len()).sum();
    let length = (12 + body.next_multiple_of(4)) as u32;
    out.write_all(&kind.to_le_bytes())?;
    out.write_all(&length.to_le_bytes())?;
    parts.iter().try_for_each(|part| out.write_all(part))?;
    out.write_all(&[0; 3][..body.next_multiple_of(4) - body])?;
    out.write_all(&length.to_le_bytes())
}

/// An enhanced packet block, with the direction in its flags.
fn packet(out: &mut impl Write, time_us: u64, direction: Direction, bytes: &[u8]) -> io::Result<()> {
    let words = [0, (time_us >> 32) as u32, time_us as u32, bytes.len() as u32, bytes.len() as u32];
    let head: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    let padding = &[0; 3][..bytes.len().next_multiple_of(4) - bytes.len()];
    let flags: u32 = if direction == Direction::Inbound { 1 } else { 2 };
    block(out, 6, &[&head, bytes, padding, &option(2, &flags.to_le_bytes()), END])
}

/// A datagram with headers of IP version 4 (RFC 791) and UDP without a checksum (RFC 768).
fn datagram(from: ([u8; 4], u16), to: ([u8; 4], u16), port: u16, payload: &[u8]) -> Vec<u8> {
    let length = (28 + payload.len()) as u16;
    let mut ip = [0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, 17, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    ip[2..4].copy_from_slice(&length.to_be_bytes());
    ip[12..16].copy_from_slice(&from.0);
    ip[16..20].copy_from_slice(&to.0);
    let sum: u32 = ip.chunks_exact(2).map(|pair| u32::from(u16::from_be_bytes([pair[0], pair[1]]))).sum();
    let folded = (sum & 0xffff) + (sum >> 16);
    ip[10..12].copy_from_slice(&(!(folded as u16)).to_be_bytes());
    let udp = [from.1, port, length - 20, 0].map(u16::to_be_bytes).concat();
    [&ip[..], &udp, payload].concat()
}
