//! Where two legs meet within a tick: one frame and a few packets each way.
//!
//! The worker owns the exchanges and lends one to the session that runs; after both `Up` halves of
//! a bridged pair have run, the worker crosses them over.

use crate::frame::FrameInfo;
use crate::rtp::event::EventClock;
use crate::rtp::{Payload, RelayPacket};
use crate::types::SampleRate;

/// A frame on its way to the far leg, at the rate of the leg that it came from.
#[derive(Debug)]
pub struct FarFrame {
    /// The frame is there; otherwise the leg has nothing to say.
    pub present: bool,
    /// Rate of the samples.
    pub rate: SampleRate,
    /// What is known about the samples.
    pub info: FrameInfo,
    /// The samples are not there, since whoever is to get the frame has no need of them.
    pub withheld: bool,
    /// The first `rate.per_tick()` are valid.
    pub samples: [f32; 480],
}

impl Default for FarFrame {
    fn default() -> Self {
        let (rate, info) = (SampleRate::HZ_8000, FrameInfo::default());
        Self { present: false, rate, info, withheld: false, samples: [0.0; 480] }
    }
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    sequence: u64,
    timestamp: u64,
    source: u32,
    marker: bool,
    kind: Payload,
    start: u32,
    length: u32,
}

/// A bounded list of packets in one tick.
#[derive(Debug)]
pub struct PacketQueue {
    /// The clocks of the telephone events among the packets.
    pub event_clock: Option<EventClock>,
    entries: Vec<Entry>,
    bytes: Vec<u8>,
}

/// Packets that one leg can relay in a tick: 640 ms of 10 ms packets.
const MAX_PACKETS: usize = 64;
/// Bytes that one leg can relay in a tick.
const MAX_BYTES: usize = 32 * 1024;

impl Default for PacketQueue {
    fn default() -> Self {
        Self { event_clock: None, entries: Vec::with_capacity(MAX_PACKETS), bytes: Vec::with_capacity(MAX_BYTES) }
    }
}

impl PacketQueue {
    /// Adds a packet; `false` when the tick's room is used up. Real-time.
    pub fn push(&mut self, packet: &RelayPacket<'_>) -> bool {
        let start = self.bytes.len();
        if self.entries.len() == MAX_PACKETS || start + packet.payload.len() > MAX_BYTES {
            return false;
        }
        self.bytes.extend_from_slice(packet.payload);
        let RelayPacket { sequence, timestamp, marker, source, kind, payload } = *packet;
        let (start, length) = (start as u32, payload.len() as u32);
        self.entries.push(Entry { sequence, timestamp, source, marker, kind, start, length });
        true
    }

    /// Whether the tick's room takes a payload of `bytes`. Real-time.
    pub fn has_room(&self, bytes: usize) -> bool {
        self.entries.len() < MAX_PACKETS && self.bytes.len() + bytes <= MAX_BYTES
    }

    /// The packets in the order of arrival.
    pub fn iter(&self) -> impl Iterator<Item = RelayPacket<'_>> {
        self.entries.iter().map(|e| RelayPacket {
            sequence: e.sequence,
            timestamp: e.timestamp,
            marker: e.marker,
            source: e.source,
            kind: e.kind,
            payload: &self.bytes[e.start as usize..][..e.length as usize],
        })
    }

    /// Forgets the packets.
    pub fn clear(&mut self) {
        self.event_clock = None;
        self.entries.clear();
        self.bytes.clear();
    }
}

/// What a room's listener of left and right hears, beside the mean of both in the far frame.
#[derive(Debug)]
pub(crate) struct Sides {
    /// Samples of each side; 0: there are none in this tick.
    pub length: usize,
    /// What reaches the sender is the mean of these: nothing was added to it on its way.
    pub pass: bool,
    /// Left, and behind it right.
    pub samples: [f32; 2 * 480],
}

impl Default for Sides {
    fn default() -> Self {
        Self { length: 0, pass: false, samples: [0.0; 2 * 480] }
    }
}

impl Sides {
    /// Left and right.
    pub fn both(&self) -> (&[f32], &[f32]) {
        self.samples[..2 * self.length].split_at(self.length)
    }
}

/// One leg's side of the meeting point.
#[derive(Debug, Default)]
pub struct Exchange {
    /// What this leg says in this tick.
    pub outgoing: Box<FarFrame>,
    /// What the far leg says in this tick; absent without a bridge.
    pub incoming: Box<FarFrame>,
    /// What it says left and right, where that is a room.
    pub(crate) sides: Box<Sides>,
    /// Nobody hears this leg unless it begins to talk: what shows no activity need not be decoded.
    pub(crate) may_rest: bool,
    /// The packets that this leg did not decode in this tick, if it rested.
    pub(crate) rested: Option<u32>,
    /// This leg's audio passes undecoded.
    pub(crate) relays: bool,
    /// Packets that this leg passes on undecoded.
    pub relay_out: Box<PacketQueue>,
    /// Packets from the far leg.
    pub relay_in: Box<PacketQueue>,
}

impl Exchange {
    /// Makes the exchange ready for a session's `Up` half. Real-time.
    pub fn clear(&mut self) {
        for frame in [&mut self.outgoing, &mut self.incoming] {
            (frame.present, frame.withheld) = (false, false);
        }
        (self.may_rest, self.rested, self.relays) = (false, None, false);
        (self.sides.length, self.sides.pass) = (0, false);
        self.relay_out.clear();
        self.relay_in.clear();
    }

    /// Gives each leg what the other one said. Real-time: swaps four pointers.
    pub fn cross(a: &mut Exchange, b: &mut Exchange) {
        std::mem::swap(&mut a.outgoing, &mut b.incoming);
        std::mem::swap(&mut b.outgoing, &mut a.incoming);
        std::mem::swap(&mut a.relay_out, &mut b.relay_in);
        std::mem::swap(&mut b.relay_out, &mut a.relay_in);
    }
}
