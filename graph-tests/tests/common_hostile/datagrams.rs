//! Any bytes as the datagrams of a leg: what the fuzz target runs, and what its corpus replays.
//!
//! The bytes are a script. The first chooses codec and bounds; then each step is a byte `op`, its
//! operands, and its effect: datagrams of chosen header fields or raw bytes, ticks, or skipped time.

use media_core::buffer::JitterConfig;
use media_core::codec::CodecSpec;
use media_core::graph::nodes::{FarOut, Receive};
use media_core::graph::{Graph, Segment, Solo, Topology, compile};
use media_core::quality::SessionStats;
use media_core::rt::{ByteProducer, byte_ring};
use media_core::rtp::Payloads;
use media_core::types::{Millis, PayloadType, SampleRate};

use crate::script::Script;

/// Ticks that one script may take: what is beyond is not run.
const MOST_TICKS: u32 = 2_000;

/// A leg's receiver alone in a graph, and what was sent to it.
struct Bench {
    graph: Graph,
    solo: Solo,
    ring: ByteProducer,
    pushed: u64,
    ticks: u32,
    relay: bool,
    node: media_core::types::NodeId,
    per_tick: usize,
    payload_type: u8,
    now_us: u64,
    sequence: u16,
    timestamp: u32,
    ssrc: u32,
}

/// Runs a script; panics when the receiver does, or when its figures do not add up.
pub fn run(script: &[u8]) -> SessionStats {
    let mut script = Script(script);
    let mut bench = Bench::new(script.byte());
    while !script.0.is_empty() && bench.ticks < MOST_TICKS {
        bench.step(&mut script);
    }
    // What waits in the ring is looked at in the next ticks: 64 datagrams in each.
    for _ in 0..16 {
        bench.tick();
    }
    let stats = bench.check();
    assert_eq!(stats.datagrams, bench.pushed, "every datagram that entered was looked at");
    stats
}

/// All that a stream may have beside its audio.
fn payloads() -> Payloads {
    let mut payloads = Payloads::default();
    let known = |value| PayloadType::new(value).expect("below 128");
    payloads.telephone_event = Some((known(101), 8_000));
    payloads.comfort_noise = Some(known(13));
    payloads.redundancy = Some((known(99), 2));
    payloads
}

impl Bench {
    fn new(kind: u8) -> Self {
        let dynamic = PayloadType::new(96).expect("below 128");
        let codec = match kind & 3 {
            0 => CodecSpec::pcmu(),
            1 => CodecSpec::pcma(),
            2 => CodecSpec::l16(SampleRate::HZ_48000, dynamic),
            _ => CodecSpec::l16(SampleRate::HZ_16000, dynamic),
        };
        let jitter = match kind >> 2 & 3 {
            0 => JitterConfig::default(),
            1 => JitterConfig::default().capacity(4),
            2 => JitterConfig::fixed(Millis(0)),
            _ => JitterConfig::default().initial(Millis(100)).max(Millis(2_000)).capacity(300),
        };
        let (ring, datagrams) = byte_ring(16 * 1_024);
        let receiver = Receive::new(&[codec], Millis(20), jitter, datagrams).with(payloads());
        let mut topology = Topology::new();
        let receive = topology.add(Segment::Up, Box::new(receiver)).expect("fits");
        let far_out = topology.add(Segment::Up, Box::new(FarOut::new(codec.rate))).expect("fits");
        topology.connect((receive, 0), (far_out, 0)).expect("same rate");
        let graph = compile(&mut topology).expect("no cycle");
        let (sequence, timestamp, ssrc) = (65_500, u32::MAX - 4_000, 1);
        Self {
            graph,
            solo: Solo::new(),
            ring,
            pushed: 0,
            ticks: 0,
            relay: false,
            node: receive,
            per_tick: codec.rate.per_tick(),
            payload_type: codec.payload_type.value(),
            now_us: 0,
            sequence,
            timestamp,
            ssrc,
        }
    }

    fn step(&mut self, script: &mut Script<'_>) {
        let op = script.byte();
        let operand = op >> 4;
        match op & 15 {
            // Time passes.
            0 | 1 => (0..=operand).for_each(|_| self.tick()),
            // A stream in order, at its pace, of packets of 1 to 4 ticks.
            2..=4 => {
                let ticks = usize::from(op & 3) + 1;
                for _ in 0..=operand {
                    self.packet(ticks * self.per_tick, self.payload_type);
                    (0..ticks).for_each(|_| self.tick());
                }
            }
            // A burst in order.
            5 => (0..=operand).for_each(|_| self.packet(2 * self.per_tick, self.payload_type)),
            // Losses, jumps back, jumps anywhere, a pause.
            6 => self.sequence = self.sequence.wrapping_add(u16::from(operand)),
            7 => {
                self.sequence = self.sequence.wrapping_sub(u16::from(operand));
                self.timestamp = self.timestamp.wrapping_sub(u32::from(operand) * 2 * self.per_tick as u32);
            }
            8 => self.sequence = script.word(),
            9 => self.timestamp = u32::from(script.word()) << 16 | u32::from(script.word()),
            10 => self.timestamp = self.timestamp.wrapping_add(u32::from(script.word())),
            11 => self.ssrc = u32::from(operand),
            // A packet of any length and payload type.
            12 if operand < 8 => {
                let (samples, payload_type) = (usize::from(script.word() % 1_500), script.byte());
                let payload_type = if operand & 1 == 0 { self.payload_type } else { payload_type };
                self.packet(samples, payload_type);
            }
            // Events, noise, repetitions of the script's own making.
            12 => {
                let (kind, length) = ([101, 13, 99, 99][usize::from(operand) & 3], usize::from(script.byte()));
                let mut datagram = self.header(kind);
                if operand == 15 {
                    // A repetition of 20 ms before, in front of audio.
                    let offset = 2 * self.per_tick as u32;
                    datagram.push(0x80 | self.payload_type);
                    datagram.extend_from_slice(&(offset << 10 | 160).to_be_bytes()[1..]);
                    datagram.push(self.payload_type);
                    datagram.resize(datagram.len() + 320, 0x55);
                } else {
                    datagram.extend_from_slice(script.take(length));
                }
                self.push(&datagram);
                self.sequence = self.sequence.wrapping_add(1);
                self.timestamp = self.timestamp.wrapping_add(2 * self.per_tick as u32);
            }
            // The script's bytes as a datagram, as they are or behind a good header's start.
            13 => {
                let length = usize::from(script.byte());
                let raw = script.take(length).to_vec();
                self.push(&raw);
            }
            14 => {
                let (flags, length) = (script.byte(), usize::from(script.byte()));
                let mut datagram = self.header(self.payload_type);
                datagram[0] = flags;
                datagram.extend_from_slice(script.take(length));
                self.push(&datagram);
            }
            // Arrival times that lie, relay on and off.
            _ if operand < 8 => self.now_us = self.now_us.wrapping_add(u64::from(script.word()) << (operand * 6)),
            _ if operand < 12 => {
                self.relay = !self.relay;
                let value = f32::from(u8::from(self.relay));
                assert!(self.graph.set_param(self.node, Receive::RELAY, value, Millis(0)));
            }
            _ => self.now_us = u64::from(self.ticks) * 10_000,
        }
    }

    fn header(&self, payload_type: u8) -> Vec<u8> {
        let mut datagram = vec![0x80, payload_type];
        datagram.extend_from_slice(&self.sequence.to_be_bytes());
        datagram.extend_from_slice(&self.timestamp.to_be_bytes());
        datagram.extend_from_slice(&self.ssrc.to_be_bytes());
        datagram
    }

    fn packet(&mut self, samples: usize, payload_type: u8) {
        let bytes = if self.payload_type == 96 { 2 * samples } else { samples };
        let mut datagram = self.header(payload_type);
        let seed = self.timestamp;
        datagram.extend((0..bytes).map(|at| (seed as usize).wrapping_add(at * 37) as u8 & 0x9f));
        self.push(&datagram);
        self.sequence = self.sequence.wrapping_add(1);
        self.timestamp = self.timestamp.wrapping_add(samples as u32);
    }

    fn push(&mut self, datagram: &[u8]) {
        self.pushed += u64::from(self.ring.push(&[&self.now_us.to_le_bytes(), datagram]).is_ok());
    }

    fn tick(&mut self) {
        self.solo.run(&mut self.graph);
        self.solo.advance();
        self.solo.events().drain().for_each(drop);
        let _ = self.solo.events().take_lost();
        self.ticks += 1;
        self.now_us = self.now_us.wrapping_add(10_000);
        self.check();
    }

    /// Every datagram is in one figure, and every sample.
    fn check(&self) -> SessionStats {
        let mut stats = SessionStats::default();
        self.graph.report(&mut stats);
        let placed =
            stats.received + stats.malformed + stats.wrong_payload_type + stats.duplicate + stats.late + stats.overflow;
        assert_eq!(stats.datagrams, placed, "{stats:#?}");
        assert_eq!(stats.ingress_dropped, self.ring.dropped());
        assert!(stats.discarded <= stats.received + stats.repaired, "{stats:#?}");
        let samples = stats.received_samples + stats.concealed_samples + stats.silent_samples;
        assert_eq!(samples, u64::from(self.ticks) * self.per_tick as u64, "{stats:#?}");
        assert!(stats.delay_us < 10_000_000_000_000, "{stats:#?}");
        stats
    }
}
