//! Copies of one session's datagrams, in and out, for the control side.
//!
//! A record is `[way u8][tick u64][time u64][datagram]`, little endian. The time of what comes is its arrival, of what goes the
//! start of its tick, in microseconds; nothing here looks into the datagram. A full ring drops the newest and counts it.

use super::byte_ring::{ByteConsumer, ByteProducer, byte_ring};
use crate::types::Tick;

/// The worker's end.
#[derive(Debug)]
pub struct PacketTap {
    ring: ByteProducer,
    /// The tick that runs.
    pub tick: Tick,
}

/// The control side's end.
#[derive(Debug)]
pub struct PacketTapReader {
    ring: ByteConsumer,
}

/// One datagram, as it passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TappedPacket<'a> {
    /// It was sent.
    pub sent: bool,
    /// The tick in which it was taken or sent.
    pub tick: Tick,
    /// Its arrival, or the start of that tick, in microseconds.
    pub time_us: u64,
    /// All of it.
    pub datagram: &'a [u8],
}

/// Both ends, with a ring of so many bytes. Allocates, and touches every page.
pub fn packet_tap(bytes: usize) -> (PacketTap, PacketTapReader) {
    let (producer, consumer) = byte_ring(bytes);
    (PacketTap { ring: producer, tick: Tick(0) }, PacketTapReader { ring: consumer })
}

impl PacketTap {
    /// Copies what came: `[arrival u64][datagram]`. Real-time: wait-free, one copy.
    pub fn received(&mut self, record: &[u8]) {
        // What does not fit is counted by the ring.
        let _ = self.ring.push(&[&[0], &self.tick.0.to_le_bytes(), record]);
    }

    /// Copies what was sent, its parts laid end to end. Real-time: wait-free, one copy.
    pub fn sent(&mut self, parts: &[&[u8]]) {
        let (tick, start) = (self.tick.0.to_le_bytes(), self.tick.start().0.to_le_bytes());
        let head = [&[1][..], &tick, &start];
        let _ = self.ring.push_parts(head.into_iter().chain(parts.iter().copied()));
    }
}

impl PacketTapReader {
    /// Reads all that is there.
    pub fn drain(&mut self, mut read: impl FnMut(TappedPacket<'_>)) {
        self.ring.drain(usize::MAX, |record| {
            let split = |record: &'_ [u8]| {
                let (way, rest) = record.split_first()?;
                let (tick, rest) = rest.split_first_chunk()?;
                let (time, datagram) = rest.split_first_chunk()?;
                let (tick, time_us) = (Tick(u64::from_le_bytes(*tick)), u64::from_le_bytes(*time));
                Some((*way != 0, tick, time_us, datagram.len()))
            };
            if let Some((sent, tick, time_us, length)) = split(record) {
                read(TappedPacket { sent, tick, time_us, datagram: &record[record.len() - length..] });
            }
        });
    }

    /// Datagrams that did not fit.
    pub fn dropped(&self) -> u64 {
        self.ring.dropped()
    }
}
