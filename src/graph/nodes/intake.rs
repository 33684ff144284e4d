//! Where a received datagram goes: to playout, to the far leg, to the host's events.

use crate::buffer::{Arrival, Inserted, Placed, Playout, Repetition};
use crate::graph::nodes::beside::Beside;
use crate::graph::{Io, NodeEventKind};
use crate::rtp::event::EventPacket;
use crate::rtp::red::Redundant;
use crate::rtp::{Payload, RelayPacket, RtpPacket};
use crate::types::{Micros, PayloadType};

/// Bytes in front of a datagram in the ingress ring: its arrival in engine microseconds.
pub(crate) const ARRIVAL_BYTES: usize = 8;

#[derive(Debug, Default)]
pub(super) struct Counts {
    pub datagrams: u64,
    pub malformed: u64,
    pub wrong_payload_type: u64,
    pub relay_dropped: u64,
    /// Telephone events of another source than the audio's.
    pub apart: u64,
}

/// What a receiver lends while it takes datagrams.
pub(super) struct Intake<'a, 'b> {
    pub playout: &'a mut Playout,
    pub counts: &'a mut Counts,
    pub beside: Option<&'a mut Beside>,
    /// A packet was accepted.
    pub heard: &'a mut bool,
    pub relay: bool,
    pub audio: PayloadType,
    pub io: &'a mut Io<'b>,
}

impl Intake<'_, '_> {
    /// Takes one record of the ingress ring; no arrival counts as later than `latest`. Real-time.
    pub fn take(&mut self, record: &[u8], latest: Micros) {
        self.counts.datagrams += 1;
        let parsed = record.split_first_chunk::<ARRIVAL_BYTES>();
        let Some((arrival, packet)) = parsed.and_then(|(at, datagram)| Some((at, RtpPacket::parse(datagram).ok()?)))
        else {
            self.counts.malformed += 1;
            return;
        };
        let arrival = Arrival {
            sequence: packet.header.sequence,
            timestamp: packet.header.timestamp,
            marker: packet.header.marker,
            ssrc: packet.header.ssrc,
            payload: packet.payload,
            arrival: Micros(u64::from_le_bytes(*arrival)).min(latest),
        };
        match self.kind(packet.header.payload_type) {
            Some(Payload::Redundant) => self.redundant(&arrival),
            Some(kind) => _ = self.plain(kind, &arrival),
            None => self.counts.wrong_payload_type += 1,
        }
    }

    fn kind(&self, payload_type: PayloadType) -> Option<Payload> {
        if payload_type == self.audio {
            return Some(Payload::Audio);
        }
        self.beside.as_ref().and_then(|beside| beside.payloads.kind(payload_type))
    }

    fn plain(&mut self, kind: Payload, packet: &Arrival<'_>) -> Option<Placed> {
        let placed = match kind {
            Payload::Audio => {
                let inserted = self.playout.insert(packet);
                self.placed(inserted, packet)
            }
            Payload::Comfort => {
                let inserted = self.playout.insert_comfort(packet);
                self.placed(inserted, packet)
            }
            Payload::Event => return self.event(packet),
            Payload::Redundant => {
                self.counts.malformed += 1;
                None
            }
        }?;
        if self.relay {
            self.pass(kind, placed, packet.marker, packet.payload);
        }
        Some(placed)
    }

    fn placed(&mut self, inserted: Inserted, packet: &Arrival<'_>) -> Option<Placed> {
        if matches!(inserted, Inserted::SourceSwitched(_)) {
            self.io.emit(NodeEventKind::SourceSwitched { ssrc: packet.ssrc });
        }
        let placed = inserted.placed();
        *self.heard |= placed.is_some();
        placed
    }

    /// Events go to the far leg at once, also where audio does not: its sender has them in place of audio.
    fn event(&mut self, packet: &Arrival<'_>) -> Option<Placed> {
        let Arrival { ssrc, timestamp, marker, payload, .. } = *packet;
        let beside = self.beside.as_deref_mut()?;
        if !beside.events(&EventPacket { ssrc, timestamp, marker, payload }, self.io) {
            self.counts.malformed += 1;
            return None;
        }
        let (clock, muted) = (beside.clock, beside.muted);
        let placed = self.playout.insert_nothing(packet);
        self.counts.apart += u64::from(placed.is_none());
        if muted {
            return placed;
        }
        self.io.exchange().relay_out.event_clock = Some(clock);
        match placed {
            Some(placed) => self.pass(Payload::Event, placed, marker, payload),
            // Of another source than the audio: only a sender that numbers anew can have a place for it.
            None if self.relay => self.counts.relay_dropped += 1,
            None => {
                let placed = Placed::foreign(packet.sequence, timestamp, ssrc);
                self.pass(Payload::Event, placed, marker, payload);
            }
        }
        placed
    }

    fn redundant(&mut self, packet: &Arrival<'_>) {
        let Some(redundant) = Redundant::parse(packet.payload) else {
            self.counts.malformed += 1;
            return;
        };
        let own = Arrival { payload: redundant.primary.payload, ..*packet };
        let Some(kind) = self.kind(redundant.primary.payload_type) else {
            self.counts.wrong_payload_type += 1;
            return;
        };
        let carrier = self.plain(kind, &own);
        let span = if kind == Payload::Audio { self.playout.span_of(own.payload) } else { 0 };
        let blocks = redundant.blocks();
        let count = blocks.len() as u64;
        for (at, block) in (0..).zip(blocks) {
            let timestamp = packet.timestamp.wrapping_sub(block.offset);
            let again = Repetition { offset: block.offset, back: count - at, payload: block.payload };
            match (self.kind(block.payload_type), carrier) {
                (Some(Payload::Audio), Some(carrier)) => {
                    let repaired = self.playout.repair(carrier, &own, span, &again);
                    if let Some(placed) = repaired.filter(|_| self.relay) {
                        self.pass(Payload::Audio, placed, false, block.payload);
                    }
                }
                (Some(Payload::Event), _) => {
                    let (ssrc, payload) = (packet.ssrc, block.payload);
                    let report = EventPacket { ssrc, timestamp, marker: false, payload };
                    // The datagram itself was counted; what is wrong inside of it does no harm.
                    let _ = self.beside.as_mut().is_some_and(|beside| beside.events(&report, self.io));
                }
                _ => {}
            }
        }
    }

    fn pass(&mut self, kind: Payload, placed: Placed, marker: bool, payload: &[u8]) {
        let Placed { sequence, timestamp, epoch: source, .. } = placed;
        let passed = RelayPacket { sequence, timestamp, marker, source, kind, payload };
        self.counts.relay_dropped += u64::from(!self.io.exchange().relay_out.push(&passed));
    }
}
