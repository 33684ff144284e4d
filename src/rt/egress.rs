//! Outgoing datagrams: a ring from each worker to each I/O thread.
//!
//! A record is `[tag u64, little endian][datagram]`. The tag is the sender's to choose (it packs a
//! session); nothing here looks into it, or into the datagram.

use std::{fmt, iter};

use super::byte_ring::{ByteConsumer, ByteProducer};
use super::mirror::Mirror;
use super::packet_tap::PacketTap;
use super::reclaim::Owned;
use crate::types::IoGroup;

/// A worker's writing ends, one for each group of sessions whose datagrams one I/O thread sends.
pub struct Egress {
    rings: Vec<ByteProducer>,
    dropped: u64,
    /// Copies what the session that runs takes and sends, if somebody wants that.
    pub tap: Option<Owned<PacketTap>>,
    /// Copies of the session that runs, if there are any.
    pub(crate) mirror: Option<Owned<Mirror>>,
}

impl Egress {
    /// Makes the set; producer `i` belongs to `IoGroup(i)`.
    pub fn new(producers: Vec<ByteProducer>) -> Self {
        Self { rings: producers, dropped: 0, tap: None, mirror: None }
    }

    /// A set without rings, that drops and counts whatever is sent.
    pub fn none() -> Self {
        Self::new(Vec::new())
    }

    /// Hands one datagram, its parts laid end to end, to the I/O thread of `group`.
    ///
    /// `false`, and counted, when there is no such group, its ring is full or the datagram is larger
    /// than a quarter of the ring. Real-time: wait-free, one copy of each part.
    #[inline]
    pub fn send(&mut self, group: IoGroup, tag: u64, parts: &[&[u8]]) -> bool {
        if let Some(mirror) = &mut self.mirror {
            mirror.copy(false, parts.iter().copied());
        }
        let tag = tag.to_le_bytes();
        let record = iter::once(&tag[..]).chain(parts.iter().copied());
        let sent = self.rings.get_mut(usize::from(group.0)).is_some_and(|ring| ring.push_parts(record).is_ok());
        self.dropped += u64::from(!sent);
        if let Some(tap) = self.tap.as_deref_mut().filter(|_| sent) {
            tap.sent(parts);
        }
        sent
    }

    /// Datagrams that were not sent since the set was made.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }
}

impl fmt::Debug for Egress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Egress").field("rings", &self.rings).field("dropped", &self.dropped).finish_non_exhaustive()
    }
}

/// An I/O thread's reading ends, one for each worker.
#[derive(Debug)]
pub struct EgressPort {
    rings: Vec<ByteConsumer>,
    /// The worker whose turn is next.
    turn: usize,
}

impl EgressPort {
    /// Makes the port of one I/O group.
    pub fn new(consumers: Vec<ByteConsumer>) -> Self {
        Self { rings: consumers, turn: 0 }
    }

    /// Reads up to `max` datagrams in place as `send(tag, datagram)`; returns how many.
    ///
    /// Each worker's come in its order. Workers take turns of 32 datagrams, and the next call
    /// goes on where this one ended, so that a busy worker never starves another one.
    pub fn pull(&mut self, max: usize, mut send: impl FnMut(u64, &[u8])) -> usize {
        let workers = self.rings.len();
        let (mut pulled, mut idle) = (0, 0);
        while pulled < max && idle < workers {
            let count = self.rings[self.turn].drain(TURN.min(max - pulled), |record| {
                if let Some((tag, datagram)) = record.split_first_chunk() {
                    send(u64::from_le_bytes(*tag), datagram);
                }
            });
            pulled += count;
            idle = if count == 0 { idle + 1 } else { 0 };
            self.turn = (self.turn + 1) % workers;
        }
        pulled
    }

    /// Nothing can be pulled now.
    pub fn is_empty(&self) -> bool {
        self.rings.iter().all(ByteConsumer::is_empty)
    }

    /// Datagrams that the workers could not push since the rings were made.
    pub fn dropped(&self) -> u64 {
        self.rings.iter().map(ByteConsumer::dropped).sum()
    }
}

/// Datagrams that one worker may have sent before the next worker's turn: one `sendmmsg` full.
const TURN: usize = 32;
