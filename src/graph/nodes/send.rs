//! The end of a leg: encoder, packetiser and the outgoing RTP stream, strictly by tick.

use crate::codec::{AudioEncoder, CodecSpec};
use crate::graph::{Io, Node, ParamId, ParamInfo, Ports};
use crate::quality::SessionStats;
use crate::rt::prefetch;
use crate::rtp::{RTP_HEADER_BYTES, SendIdentity, Timeline};
use crate::types::{IoGroup, Millis, SampleRate};

/// Encodes what arrives into packets of a fixed time, or passes the far leg's packets on.
pub struct Send {
    codec: CodecSpec,
    rate: SampleRate,
    encoder: Box<dyn AudioEncoder>,
    timeline: Timeline,
    io: IoGroup,
    relay: bool,
    /// Samples in a packet.
    length: usize,
    /// Samples of the next packet so far.
    filled: usize,
    /// Their audio, unless the codec encodes piece by piece.
    frame: Vec<f32>,
    /// Timestamp of the first of them.
    started: u64,
    /// Header and payload.
    packet: Vec<u8>,
    /// Bytes of payload so far.
    encoded: usize,
    sent: u64,
    sent_bytes: u64,
    relayed: u64,
    egress_dropped: u64,
    relay_dropped: u64,
}

impl Send {
    /// 1.0 passes the far leg's packets on undecoded, 0.0 encodes.
    pub const RELAY: ParamId = ParamId(0);

    /// A stream of packets of `packet_ticks` × 10 ms. Allocates.
    pub fn new(codec: &CodecSpec, packet_ticks: usize, io: IoGroup, identity: SendIdentity) -> Self {
        let rate = codec.rate;
        let encoder = codec.encoder();
        let length = rate.per_tick() * packet_ticks;
        let frame = vec![0.0; if encoder.concatenates() { 0 } else { length }];
        let packet = vec![0; RTP_HEADER_BYTES + encoder.max_payload(length)];
        Self {
            timeline: Timeline::new(identity, codec.payload_type, codec.clock_rate),
            codec: *codec,
            rate,
            encoder,
            io,
            relay: false,
            length,
            filled: 0,
            frame,
            started: 0,
            packet,
            encoded: 0,
            sent: 0,
            sent_bytes: 0,
            relayed: 0,
            egress_dropped: 0,
            relay_dropped: 0,
        }
    }

    fn clock_ticks(&self, samples: usize) -> u64 {
        samples as u64 * u64::from(self.codec.clock_rate) / u64::from(self.rate.hz())
    }

    fn pass_on(&mut self, io: &mut Io<'_>) {
        let session = io.session();
        let (exchange, egress) = io.far_and_egress();
        for packet in exchange.relay_in.iter() {
            let samples = self.codec.payload_samples(packet.payload.len());
            let Some(header) = self.timeline.relay(&packet, self.clock_ticks(samples)) else {
                self.relay_dropped += 1;
                continue;
            };
            if egress.send(self.io, session.tag(), &[&header.to_bytes(), packet.payload]) {
                self.sent += 1;
                self.relayed += 1;
                self.sent_bytes += packet.payload.len() as u64;
            } else {
                self.egress_dropped += 1;
            }
        }
    }

    fn encode(&mut self, io: &mut Io<'_>) {
        if self.filled == 0 {
            self.started = self.timeline.start();
            self.encoded = 0;
        }
        self.gather(io);
        if self.filled < self.length {
            return;
        }
        self.filled = 0;
        if !self.frame.is_empty() {
            self.encoded = self.encoder.encode(&self.frame, &mut self.packet[RTP_HEADER_BYTES..]).unwrap_or(0);
        }
        let header = self.timeline.packet(self.started, self.clock_ticks(self.length));
        // An encoder that breaks its word on `max_payload` sends nothing, and that is counted.
        if self.encoded == 0 {
            self.egress_dropped += 1;
            return;
        }
        self.packet[..RTP_HEADER_BYTES].copy_from_slice(&header.to_bytes());
        let session = io.session();
        let (_, egress) = io.far_and_egress();
        if egress.send(self.io, session.tag(), &[&self.packet[..RTP_HEADER_BYTES + self.encoded]]) {
            self.sent += 1;
            self.sent_bytes += self.encoded as u64;
        } else {
            self.egress_dropped += 1;
        }
    }

    /// Takes the tick's audio into the packet.
    fn gather(&mut self, io: &mut Io<'_>) {
        let per_tick = self.rate.per_tick();
        let audio = io.input(0).map_or(&[0.0; 480][..per_tick], |(_, samples)| &samples[..per_tick]);
        if self.frame.is_empty() {
            let rest = &mut self.packet[RTP_HEADER_BYTES + self.encoded..];
            self.encoded += self.encoder.encode(audio, rest).unwrap_or(0);
        } else {
            self.frame[self.filled..self.filled + per_tick].copy_from_slice(audio);
        }
        self.filled += per_tick;
    }
}

impl Node for Send {
    fn kind(&self) -> &'static str {
        "send"
    }

    fn ports(&self) -> Ports {
        Ports::sink(self.rate)
    }

    fn params(&self) -> &'static [ParamInfo] {
        &[ParamInfo { id: Send::RELAY, name: "relay", min: 0.0, max: 1.0 }]
    }

    fn latency(&self) -> usize {
        self.length
    }

    fn cost(&self) -> u32 {
        self.codec.cost() + 50
    }

    fn process(&mut self, io: &mut Io<'_>) {
        let tick = self.clock_ticks(self.rate.per_tick());
        if io.skipped() > 0 {
            // What was gathered before the hole does not join what comes after it.
            self.filled = 0;
            self.timeline.skip(tick * u64::from(io.skipped()));
        }
        if self.relay {
            self.pass_on(io);
        } else {
            self.encode(io);
        }
        self.timeline.advance(tick);
    }

    fn prefetch(&self) {
        prefetch(&*self.encoder);
        prefetch(&self.packet[..]);
        prefetch(&self.frame[self.filled.min(self.frame.len())..]);
    }

    fn set(&mut self, param: ParamId, value: f32, _ramp: Millis) {
        if param == Send::RELAY {
            self.relay = value >= 0.5;
            self.filled = 0;
            // What is sent from now on is another source, whatever its numbers say, and maybe after a hole.
            self.timeline.start();
            self.timeline.skip(0);
        }
    }

    fn report(&self, stats: &mut SessionStats) {
        stats.sent += self.sent;
        stats.sent_bytes += self.sent_bytes;
        stats.relayed += self.relayed;
        stats.egress_dropped += self.egress_dropped;
        stats.relay_dropped += self.relay_dropped;
    }
}
