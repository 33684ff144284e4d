//! Where a received datagram goes: to playout, to the far leg, to the host's events.

use crate::buffer::{Arrival, Inserted, Placed, Playout, Repetition};
use crate::graph::nodes::beside::Beside;
use crate::graph::nodes::receive::Wanted;
use crate::graph::nodes::receive::lines::Incoming;
use crate::graph::nodes::receive::state::Counts;
use crate::graph::{Io, NodeEventKind};
use crate::rtp::event::EventPacket;
use crate::rtp::red::Redundant;
use crate::rtp::{Payload, RelayPacket, RtpHeader, RtpPacket};
use crate::types::{Micros, Millis, PayloadType};

/// Bytes in front of a datagram in the ingress ring: its arrival in engine microseconds.
pub(crate) const ARRIVAL_BYTES: usize = 8;

/// What a receiver lends while it takes datagrams.
pub(super) struct Intake<'a, 'b> {
    pub playout: &'a mut Playout,
    pub counts: &'a mut Counts,
    pub beside: Option<&'a mut Beside>,
    /// A packet was accepted.
    pub heard: &'a mut bool,
    /// The line whose packets pass undecoded.
    pub relay: &'a mut Option<u8>,
    pub incoming: &'a mut Incoming,
    pub wanted: Option<&'a Wanted>,
    /// The codec and packet time that packets have from here on.
    pub changed: &'a mut Option<(PayloadType, Millis)>,
    pub io: &'a mut Io<'b>,
}

impl Intake<'_, '_> {
    /// Takes one record of the ingress ring; no arrival counts as later than `latest`. Real-time.
    pub fn take(&mut self, record: &[u8], latest: Micros) {
        self.counts.datagrams += 1;
        self.io.received(record);
        if let Some(mirror) = &mut self.io.cx.egress.mirror
            && let Some(datagram) = record.get(ARRIVAL_BYTES..)
        {
            mirror.copy(true, std::iter::once(datagram));
        }
        let parsed = record.split_first_chunk::<ARRIVAL_BYTES>();
        let read = |(at, datagram)| Some((at, datagram, RtpPacket::parse(datagram).ok()?));
        let Some((arrival, datagram, packet)) = parsed.and_then(read) else {
            self.counts.malformed += 1;
            return;
        };
        let RtpHeader { sequence, timestamp, ssrc, payload_type, .. } = packet.header;
        let Some((kind, line)) = self.kind(payload_type, sequence) else {
            self.counts.wrong_payload_type += 1;
            return;
        };
        self.counts.reception.arrived(ssrc, sequence);
        let clock = self.incoming.clock_of(line);
        self.incoming.wire = (!self.incoming.clocks.is_plain(clock)).then_some(timestamp);
        let arrival = Arrival {
            sequence,
            timestamp: self.incoming.clocks.place(sequence, timestamp, ssrc, clock),
            marker: packet.header.marker,
            ssrc,
            payload: packet.payload,
            arrival: Micros(u64::from_le_bytes(*arrival)).min(latest),
        };
        self.playout.arrives_calm(self.incoming.tells_calm(datagram));
        match kind {
            Payload::Redundant => self.redundant(&arrival),
            kind => _ = self.plain(kind, line, &arrival),
        }
    }

    /// What a payload is, and the codec if it is audio; else the codec of the packet before.
    fn kind(&self, payload_type: PayloadType, sequence: u16) -> Option<(Payload, u8)> {
        if let Some(line) = self.incoming.line_of(payload_type, sequence) {
            return Some((Payload::Audio, line));
        }
        let kind = self.beside.as_ref().and_then(|beside| beside.payloads.kind(payload_type))?;
        Some((kind, self.incoming.line))
    }

    fn plain(&mut self, kind: Payload, line: u8, packet: &Arrival<'_>) -> Option<Placed> {
        let placed = match kind {
            Payload::Audio => {
                self.playout.arrives_as(line);
                let inserted = self.playout.insert(packet);
                let placed = self.placed(inserted, packet);
                if placed.is_some() {
                    let in_order = !matches!(inserted, Inserted::Reordered(_));
                    *self.changed = self.incoming.note(line, packet, in_order).or(*self.changed);
                    // Nobody wants packets of another codec: from here on they are heard.
                    *self.relay = self.relay.filter(|relayed| *relayed == line);
                }
                placed
            }
            Payload::Comfort => {
                let inserted = self.playout.insert_comfort(packet);
                self.placed(inserted, packet)
            }
            Payload::Event => return self.event(packet),
            Payload::Redundant | Payload::Opaque(_) => {
                self.counts.malformed += 1;
                None
            }
        }?;
        if self.relay.is_some() {
            self.pass(kind, placed, packet.marker, packet.payload);
        }
        Some(placed)
    }

    fn placed(&mut self, inserted: Inserted, packet: &Arrival<'_>) -> Option<Placed> {
        if matches!(inserted, Inserted::SourceSwitched(_)) {
            self.io.emit(NodeEventKind::SourceSwitched { ssrc: packet.ssrc });
        }
        let placed = inserted.placed();
        let asked = |placed: Placed| self.wanted.is_some_and(|wanted| wanted.asked(placed.sequence));
        if matches!(inserted, Inserted::Reordered(placed) if asked(placed)) {
            self.playout.retransmitted();
        }
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
            None if self.relay.is_some() => self.counts.relay_dropped += 1,
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
        let Some((kind, line)) = self.kind(redundant.primary.payload_type, packet.sequence) else {
            self.counts.wrong_payload_type += 1;
            return;
        };
        let carrier = self.plain(kind, line, &own);
        let clock = self.incoming.clock_of(line);
        let span = if kind == Payload::Audio { self.playout.span_of(own.payload) } else { 0 };
        let blocks = redundant.blocks();
        let count = blocks.len() as u64;
        for (at, block) in (0..).zip(blocks) {
            let timestamp = packet.timestamp.wrapping_sub(block.offset);
            let offset = self.incoming.clocks.scale(block.offset, clock);
            let again = Repetition { offset, back: count - at, payload: block.payload };
            let known = self.kind(block.payload_type, packet.sequence);
            match (known, carrier) {
                // A repetition of another codec than its carrier's is left out.
                (Some((Payload::Audio, of)), Some(carrier)) if of == line => {
                    let repaired = self.playout.repair(carrier, &own, span, &again);
                    if let Some(placed) = repaired.filter(|_| self.relay.is_some() && self.incoming.wire.is_none()) {
                        self.pass(Payload::Audio, placed, false, block.payload);
                    }
                }
                (Some((Payload::Event, _)), _) => {
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
        let Placed { sequence, timestamp, epoch, .. } = placed;
        let timestamp = self.incoming.own_time(timestamp);
        // Another clock is another time line.
        let source = RelayPacket::source_of(self.io.session(), epoch ^ (self.incoming.clocks.changes() << 16));
        let passed = RelayPacket { sequence, timestamp, marker, source, kind, payload };
        self.counts.relay_dropped += u64::from(!self.io.exchange().relay_out.push(&passed));
    }
}
