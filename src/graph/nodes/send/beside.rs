//! What a sender has beside audio: telephone events of its own, and those of the far leg.

use crate::graph::nodes::Send;
use crate::graph::nodes::send::hush::Hush;
use crate::graph::nodes::send::ship::{Red, Way};
use crate::graph::{Io, NodeEventKind};
use crate::rtp::event::{EventForwarder, EventSender, Tone, Turn};
use crate::rtp::{Payload, Payloads};
use crate::types::Millis;

/// The state of payloads beside speech.
#[derive(Debug)]
pub(super) struct Beside {
    pub payloads: Payloads,
    pub events: EventSender,
    pub forward: EventForwarder,
    pub hush: Option<Hush>,
    pub red: Option<Red>,
    /// Events of the far leg are not for this one.
    pub muted: bool,
    pub digits_sent: u64,
    pub digits_dropped: u64,
    pub comfort_sent: u64,
}

impl Beside {
    /// For packets of `packet_ticks` × 10 ms and up to `max_payload` bytes on a clock of `clock_rate`. Allocates.
    pub fn new(payloads: Payloads, clock_rate: u32, packet_ticks: usize, max_payload: usize) -> Self {
        let clock = payloads.event_clock(clock_rate);
        Self {
            payloads,
            events: EventSender::new(clock, packet_ticks),
            forward: EventForwarder::new(clock),
            hush: payloads.comfort_noise.map(|_| Hush::new(packet_ticks)),
            red: payloads.redundancy.map(|(payload_type, levels)| {
                Red::new(payload_type, levels, payloads.redundancy_distance, max_payload)
            }),
            muted: false,
            digits_sent: 0,
            digits_dropped: 0,
            comfort_sent: 0,
        }
    }

    /// Goes on for another sender; events under way do so only on the same clock and packet time.
    pub fn take_over(&mut self, old: &mut Self, same_clock: bool) {
        self.muted = old.muted;
        (self.digits_sent, self.digits_dropped) = (old.digits_sent, old.digits_dropped);
        self.comfort_sent = old.comfort_sent;
        if same_clock {
            std::mem::swap(&mut self.events, &mut old.events);
            std::mem::swap(&mut self.forward, &mut old.forward);
        }
    }

    /// Adds an event to those that wait.
    pub fn push(&mut self, value: f32, duration: Millis) {
        let bits = value as u32;
        let tone = Tone { code: bits as u8, volume: (bits >> 8) as u8 & 0x3f, duration };
        let taken = self.payloads.telephone_event.is_some() && self.events.push(tone);
        self.digits_dropped += u64::from(!taken);
    }

    /// The worker left out `ticks` ticks.
    pub fn skip(&mut self, ticks: u32) {
        self.events.skip(ticks);
        if let Some(red) = &mut self.red {
            red.clear();
        }
    }
}

impl Send {
    /// One tick of events; `true`: this tick has no audio. Real-time.
    pub(super) fn events(&mut self, io: &mut Io<'_>) -> bool {
        let Some(beside) = &self.beside else { return false };
        let Some((payload_type, _)) = beside.payloads.telephone_event else { return false };
        // A packet that has begun goes out whole before an event.
        let waits = beside.events.is_ready() && self.filled > 0;
        let own = !waits && !beside.events.is_idle();
        let on = if own { self.own_event(io, payload_type) } else { !self.relay && self.far_event(io, payload_type) };
        if on {
            self.filled = 0;
            self.failed = false;
            // The audio behind it begins a talk spurt.
            self.timeline.pause();
        }
        on
    }

    fn own_event(&mut self, io: &mut Io<'_>, payload_type: crate::types::PayloadType) -> bool {
        let Some(beside) = &mut self.beside else { return false };
        let now = self.timeline.start();
        let (timestamp, marker, payload, done) = match beside.events.tick(now) {
            Turn::Audio => return false,
            Turn::Nothing => return true,
            Turn::Report { timestamp, marker, payload, done } => (timestamp, marker, payload, done),
        };
        let header = self.timeline.beside(payload_type, timestamp, marker);
        let tag = io.session().tag();
        let (_, egress) = io.far_and_egress();
        let shipped = Way { egress, io: self.io, tag, now }.ship(beside.red.as_mut(), header, &payload);
        beside.digits_sent += u64::from(done.is_some());
        self.count(shipped, payload.len());
        if let Some(code) = done {
            io.emit(NodeEventKind::DigitSent { code });
        }
        true
    }

    /// Events of a far leg whose audio is encoded anew.
    fn far_event(&mut self, io: &mut Io<'_>, payload_type: crate::types::PayloadType) -> bool {
        let Some(beside) = &mut self.beside else { return false };
        beside.forward.tick();
        let tag = io.session().tag();
        let (exchange, egress) = io.far_and_egress();
        let Some(from) = exchange.relay_in.event_clock.filter(|_| !beside.muted) else { return beside.forward.is_on() };
        let now = self.timeline.start();
        let mut way = Way { egress, io: self.io, tag, now };
        let (mut sent, mut bytes, mut dropped) = (0, 0, 0);
        for packet in exchange.relay_in.iter().filter(|packet| packet.kind == Payload::Event) {
            let Some(passed) = beside.forward.pass(&packet, from, now) else { continue };
            let header = self.timeline.beside(payload_type, passed.timestamp, passed.marker);
            match way.ship(beside.red.as_mut(), header, passed.payload) {
                true => (sent, bytes) = (sent + 1, bytes + passed.payload.len() as u64),
                false => dropped += 1,
            }
        }
        self.sent += sent;
        self.sent_bytes += bytes;
        self.egress_dropped += dropped;
        beside.forward.is_on()
    }

    /// Books a packet that was to leave.
    pub(super) fn count(&mut self, shipped: bool, bytes: usize) {
        if shipped {
            self.sent += 1;
            self.sent_bytes += bytes as u64;
        } else {
            self.egress_dropped += 1;
        }
    }
}
