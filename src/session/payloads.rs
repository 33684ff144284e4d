//! What a session has beside its codec: telephone events, comfort noise, redundancy.

use crate::codec::negotiation::Negotiated;
use crate::rtp::Payloads;
use crate::session::SessionSpec;
use crate::session::spec::MOST_ALSO;
use crate::types::PayloadType;

impl SessionSpec {
    /// What offer and answer agreed on, each way under its own payload types; `levels` is that of
    /// [`SessionSpec::redundancy`], if redundancy is among it.
    ///
    /// The peer may change by itself between the codecs that we receive; of those, five are taken.
    pub fn negotiated(agreed: &Negotiated, levels: u8) -> Self {
        let mut codecs = agreed.receive.iter().copied();
        let first = codecs.next().unwrap_or(agreed.send);
        let spec = Self::new(first).send(agreed.send).ptime(agreed.ptime).beside(agreed, levels);
        codecs.take(MOST_ALSO).fold(spec, Self::also_receive)
    }

    /// Telephone events (RFC 4733) under `payload_type`, their durations on a clock of `clock` Hz; none by default.
    ///
    /// What arrives is told by `DigitStarted` and `Digit` events and passed on to a bridged party that has
    /// telephone events too; [`Control::send_digits`](crate::Control::send_digits) sends. The clock should
    /// be that of the codec's timestamps (RFC 4733 §2.1).
    pub fn telephone_event(mut self, payload_type: PayloadType, clock: u32) -> Self {
        self.payloads.telephone_event = Some((payload_type, clock));
        self
    }

    /// Comfort noise (RFC 3389) under `payload_type`, which is 13 for codecs at 8 kHz; none by default.
    ///
    /// What arrives is played until audio comes again, and counts as no loss. Sent in place of audio is
    /// what is silent or noise already by its [`Provenance`](crate::frame::Provenance): a party that pauses, is
    /// muted or on hold, or that a node of one's own marks so.
    pub fn comfort_noise(mut self, payload_type: PayloadType) -> Self {
        self.payloads.comfort_noise = Some(payload_type);
        self
    }

    /// Sends comfort noise also where nobody speaks by the detector of the party that is heard ([`ProcessingSpec::voice`] of
    /// its session, which a bridge passes on); off by default, for it takes music on hold for no speech. What comes on 9 dB over
    /// the noise is sent at once, so that no word loses its beginning to the detector's 20 ms.
    ///
    /// Without [`comfort_noise`](Self::comfort_noise), or a detector, it changes nothing. In a room each hears a mix, of which no
    /// detector has spoken.
    ///
    /// [`ProcessingSpec::voice`]: crate::ProcessingSpec::voice
    pub fn silence_suppression(mut self, on: bool) -> Self {
        self.suppresses = on;
        self
    }

    /// Redundancy (RFC 2198) under `payload_type`: each payload is sent again in the next `levels` packets,
    /// 0 to 4; none by default. What arrives repairs losses however many levels it has; with 0 nothing is repeated.
    pub fn redundancy(mut self, payload_type: PayloadType, levels: u8) -> Self {
        self.payloads.redundancy = Some((payload_type, levels));
        self
    }

    /// Repeats `distance` packets apart, 1 by default: each payload comes again `distance` packets after its own, and with
    /// more levels after twice as many and so on. A receiver has to wait for as long, and is spared bursts of as many
    /// losses for the bytes of one level. Up to 16 packets for all levels together.
    pub fn redundancy_distance(mut self, distance: u8) -> Self {
        self.payloads.redundancy_distance = distance;
        self
    }

    /// All of it as negotiation has it, each way under its own payload type; `levels` is that of
    /// [`SessionSpec::redundancy`].
    pub fn beside(mut self, agreed: &Negotiated, levels: u8) -> Self {
        let Negotiated { telephone_event: event, comfort_noise: noise, redundancy: red, .. } = agreed;
        self.payloads = Payloads {
            telephone_event: event.map(|e| (e.send, e.clock_rate)),
            comfort_noise: noise.map(|n| n.send),
            redundancy: red.map(|r| (r.send, levels)),
            redundancy_distance: self.payloads.redundancy_distance,
        };
        self.expected = Some(Payloads {
            telephone_event: event.map(|e| (e.receive, e.clock_rate)),
            comfort_noise: noise.map(|n| n.receive),
            redundancy: red.map(|r| (r.receive, levels)),
            redundancy_distance: self.payloads.redundancy_distance,
        });
        self
    }

    /// The payload types under which things come: those under which they are sent, if nothing else was agreed on.
    pub(crate) fn expected(&self) -> Payloads {
        self.expected.unwrap_or(self.payloads)
    }

    /// Times that a payload is in packets, at most: for the sizes of rings and buffers.
    pub(super) fn copies(&self) -> usize {
        1 + self.payloads.redundancy.map_or(0, |_| MOST_LEVELS)
    }

    /// Bytes that all of it takes at most.
    pub(super) fn payload_bound(&self) -> usize {
        let largest = self.codec.payload_bytes(self.codec.rate.per_tick() * self.packet_ticks());
        let depth = |levels: u8| self.payloads.furthest(levels).max(MOST_LEVELS as u16 + 1);
        let redundancy = self
            .payloads
            .redundancy
            .map_or(0, |(_, levels)| (self.copies() + usize::from(depth(levels))) * (largest + 64));
        if self.payloads.is_empty() { 0 } else { EVENTS_BYTES + redundancy }
    }
}

/// Repetitions in a packet from the network that a ring should have room for.
const MOST_LEVELS: usize = 4;

/// Events remembered and waiting, analysis and generation of noise.
const EVENTS_BYTES: usize = 5 * 1_024;
