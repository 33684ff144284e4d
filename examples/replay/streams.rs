//! Which datagrams are RTP, and of which stream.

use std::collections::HashMap;
use std::fmt;
use std::net::SocketAddr;

use media_core::Ssrc;
use media_core::rtp::{RtpHeader, RtpPacket};

use crate::capture::Datagram;

/// One packet of a stream.
pub struct Packet {
    /// Microseconds since 1970.
    pub at_us: u64,
    pub header: RtpHeader,
    pub payload: Vec<u8>,
    pub datagram: Vec<u8>,
}

/// One source on one way.
pub struct Stream {
    pub from: SocketAddr,
    pub to: SocketAddr,
    pub ssrc: Ssrc,
    /// By time of arrival.
    pub packets: Vec<Packet>,
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} → {}, SSRC {:#010x}", self.from, self.to, self.ssrc.0)
    }
}

impl Stream {
    pub fn start_us(&self) -> u64 {
        self.packets.first().map_or(0, |packet| packet.at_us)
    }

    pub fn end_us(&self) -> u64 {
        self.packets.last().map_or(0, |packet| packet.at_us)
    }

    /// Sequence numbers mostly go on, as no other protocol's bytes would.
    fn is_plausible(&self) -> bool {
        let steps = self.packets.windows(2).map(|pair| pair[1].header.sequence.wrapping_sub(pair[0].header.sequence));
        let near = steps.filter(|step| (*step as i16).unsigned_abs() <= 100).count();
        self.packets.len() >= FEWEST && near * 10 >= (self.packets.len() - 1) * 9
    }

    /// Payload types with the count of their packets, the most frequent first.
    pub fn payload_types(&self) -> Vec<(u8, usize)> {
        let mut counts: HashMap<u8, usize> = HashMap::new();
        for packet in &self.packets {
            *counts.entry(packet.header.payload_type.value()).or_default() += 1;
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(payload_type, count)| (usize::MAX - count, *payload_type));
        counts
    }
}

/// Fewer packets than this are chance.
const FEWEST: usize = 4;

/// All RTP streams of a capture, by the time of their first packet.
pub fn find(datagrams: &[Datagram]) -> Vec<Stream> {
    let mut places: HashMap<(SocketAddr, SocketAddr, Ssrc), usize> = HashMap::new();
    let mut streams: Vec<Stream> = Vec::new();
    for Datagram { at_us, from, to, bytes, .. } in datagrams.iter().filter(|datagram| !datagram.tcp) {
        let Ok(packet) = RtpPacket::parse(bytes) else { continue };
        let RtpPacket { header, payload, .. } = packet;
        let at = *places.entry((*from, *to, header.ssrc)).or_insert_with(|| {
            streams.push(Stream { from: *from, to: *to, ssrc: header.ssrc, packets: Vec::new() });
            streams.len() - 1
        });
        streams[at].packets.push(Packet { at_us: *at_us, header, payload: payload.to_vec(), datagram: bytes.clone() });
    }
    streams.retain(Stream::is_plausible);
    streams
}

/// Streams that one party heard one after the other: on the same way, and each begins when the one before ends.
pub fn calls(streams: &[Stream]) -> Vec<Vec<&Stream>> {
    let mut calls: Vec<Vec<&Stream>> = Vec::new();
    for stream in streams {
        let follows = |call: &&mut Vec<&Stream>| {
            let before = call.last().is_some_and(|last| last.end_us() <= stream.start_us() + OVERLAP_US);
            before && call.iter().all(|other| (other.from, other.to) == (stream.from, stream.to))
        };
        match calls.iter_mut().find(follows) {
            Some(call) => call.push(stream),
            None => calls.push(vec![stream]),
        }
    }
    calls
}

/// What is still under way of the source before.
const OVERLAP_US: u64 = 200_000;
