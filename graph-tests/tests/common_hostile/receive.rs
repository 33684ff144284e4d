//! A script of bytes as the network and the host of a whole session: what the fuzz target `receive` runs,
//! and what its corpus replays.
//!
//! Packets of real codecs come with gaps, mutations and repetitions, plain or inside of redundancy, between
//! events and comfort noise, while the host updates, holds, bridges and mutes. After the script a new source
//! sends good packets, which must be heard.

use std::sync::OnceLock;

use media_core::buffer::JitterConfig;
use media_core::engine::IngressError;
use media_core::rtp::RtpHeader;
use media_core::{
    CodecSpec, Control, Decibels, Direction, EgressPort, EngineConfig, EventStream, IngressPort, IoGroup, Micros,
    Millis, OfflineEngine, PayloadType, SampleRate, SessionId, SessionSpec, SessionStats, SessionUpdate, Ssrc,
    TapPoint, TapReader,
};

use crate::script::Script;

/// Ticks that one script may take: what is beyond is not run.
const MOST_TICKS: u32 = 1_000;
/// Packets kept for repetitions.
const HISTORY: usize = 8;

fn known(value: u8) -> PayloadType {
    PayloadType::new(value).expect("below 128")
}

/// The codecs that a session may have, and that packets may be of.
fn codecs() -> [CodecSpec; 6] {
    let opus = CodecSpec::opus(SampleRate::HZ_16000, known(111));
    let l16 = CodecSpec::l16(SampleRate::HZ_16000, known(96));
    [CodecSpec::pcmu(), CodecSpec::pcma(), CodecSpec::g722(), CodecSpec::g729(), opus, l16]
}

/// By codec, packet time and number.
type Bank = [[[Vec<u8>; 4]; 5]; 6];

/// Payloads of each codec, of 10, 20, 30, 40 and 60 ms, four of each.
fn payloads() -> &'static Bank {
    static BANK: OnceLock<Box<Bank>> = OnceLock::new();
    BANK.get_or_init(|| {
        Box::new(codecs().map(|codec| {
            [10, 20, 30, 40, 60].map(|ms| {
                let mut encoder = codec.mono_encoder();
                let length = codec.rate.hz() as usize * ms / 1_000;
                let mut noise = 0x2545_f491_4f6c_dd1du64;
                [0usize, 1, 2, 3].map(|at| {
                    // Pulses of a voice with some noise.
                    let audio: Vec<f32> = (0..length)
                        .map(|n| {
                            noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                            let hiss = (noise >> 40) as f32 / (1 << 24) as f32 - 0.5;
                            let pulse = if (at * length + n).is_multiple_of(90) { 0.6 } else { 0.0 };
                            pulse + hiss * 0.05
                        })
                        .collect();
                    let mut payload = vec![0; encoder.max_payload(length)];
                    // A frame that the codec does not code becomes a packet without payload.
                    let bytes = encoder.encode(&audio, &mut payload).map_or(0, |encoded| encoded.bytes);
                    payload.truncate(bytes);
                    payload
                })
            })
        }))
    })
}

/// A session of an engine, who sends to it, and what was pushed.
struct Bench {
    engine: OfflineEngine,
    control: Control,
    events: EventStream,
    egress: EgressPort,
    id: SessionId,
    other: SessionId,
    ingress: IngressPort,
    tap: TapReader,
    held: bool,
    bridged: bool,
    ticks: u32,
    pushed: u64,
    refused: u64,
    full: u64,
    max_us: u64,
    /// The sender.
    codec: usize,
    length: usize,
    turn: usize,
    sequence: u16,
    timestamp: u32,
    ssrc: u32,
    /// Of arrival times, back from now.
    skew_us: u64,
    mutation: Option<(u8, u8)>,
    history: Vec<(u32, Vec<u8>, Vec<u8>)>,
}

/// Runs a script; panics when the engine does, when figures do not add up, when audio is no audio, or when
/// the good packets after it are not heard.
pub fn run(script: &[u8]) -> SessionStats {
    let mut script = Script(script);
    let mut bench = Bench::new(script.byte(), script.byte());
    while !script.0.is_empty() && bench.ticks < MOST_TICKS {
        bench.step(&mut script);
    }
    bench.finish()
}

fn jitter(kind: u8) -> JitterConfig {
    match kind & 7 {
        0 => JitterConfig::fixed(Millis(0)),
        1 => JitterConfig::fixed(Millis(120)),
        2 => JitterConfig::new().capacity(4),
        3 => JitterConfig::new().initial(Millis(100)).max(Millis(2_000)).capacity(300),
        4 => JitterConfig::new().max_payload(40),
        5 => JitterConfig::new().min(Millis(60)),
        _ => JitterConfig::new(),
    }
}

impl Bench {
    fn new(kind: u8, bounds: u8) -> Self {
        let all = codecs();
        let codec = usize::from(kind) % all.len();
        let config = EngineConfig::new().workers(1).phases(1).max_sessions(2).stats_interval(1);
        let config = config.egress_bytes(1 << 17).event_capacity(256);
        let mut engine = OfflineEngine::new(config).expect("fits");
        let control = engine.control();
        let (events, egress) = (engine.events().expect("first"), engine.egress(IoGroup(0)).expect("first"));
        let mut spec = SessionSpec::new(all[codec]).jitter(jitter(bounds));
        for also in
            all.iter().enumerate().filter(|(at, _)| *at != codec && kind & 0x40 != 0).map(|(_, also)| *also).take(4)
        {
            spec = spec.also_receive(also);
        }
        if kind & 0x80 == 0 {
            spec = spec.telephone_event(known(101), 8_000).comfort_noise(known(13)).redundancy(known(99), 2);
        }
        let created = control.create(spec).expect("room");
        let other = control.create(SessionSpec::new(all[usize::from(bounds >> 4) % all.len()])).expect("room");
        let (_, tap, opened) = control.tap(created.id, TapPoint::Received, Millis(100)).expect("room");
        opened.detach();
        created.op.detach();
        other.op.detach();
        Self {
            engine,
            control,
            events,
            egress,
            id: created.id,
            other: other.id,
            ingress: created.ingress,
            tap,
            held: false,
            bridged: false,
            ticks: 0,
            pushed: 0,
            refused: 0,
            full: 0,
            max_us: u64::from(jitter(bounds).max.0) * 1_000,
            codec,
            length: 1,
            turn: 0,
            sequence: 65_500,
            timestamp: u32::MAX - 4_000,
            ssrc: 1,
            skew_us: 0,
            mutation: None,
            history: Vec::new(),
        }
    }

    fn step(&mut self, script: &mut Script<'_>) {
        let op = script.byte();
        let operand = op >> 4;
        let many = 1 + usize::from(operand);
        match op & 15 {
            0 => (0..many).for_each(|_| self.tick()),
            1 | 2 => (0..many).for_each(|_| {
                self.speak();
                (0..self.ticks_each()).for_each(|_| self.tick());
            }),
            3 => (0..many * 4).for_each(|_| self.speak()),
            // Lost: the numbers go on.
            4 => (0..many).for_each(|_| self.skip()),
            5 => (0..many * many).for_each(|_| self.again(0)),
            6 => self.again(usize::from(operand)),
            7 => self.mutation = Some((script.byte(), script.byte())),
            8 => self.length = many % 5,
            9 => self.codec = many % codecs().len(),
            10 => match operand {
                0..4 => self.ssrc = u32::from(operand),
                4..8 => self.sequence = script.word(),
                8..12 => self.timestamp = self.timestamp.wrapping_add(u32::from(script.word())),
                _ => self.timestamp = u32::from(script.word()) << 16 | u32::from(script.word()),
            },
            11 => self.redundant(usize::from(operand), script.word()),
            12 => {
                let body = [script.byte() & 31, script.byte(), script.byte(), script.byte()];
                self.send(101, &body[..if operand == 15 { 3 } else { 4 }]);
            }
            13 => {
                let body = script.take(many).to_vec();
                self.send(13, &body);
            }
            14 => {
                let length = usize::from(operand) * 16 + usize::from(script.byte() & 15);
                let (payload_type, bytes) = (script.byte(), script.take(length).to_vec());
                // Any payload of any type, or any datagram.
                if payload_type < 128 { self.send(payload_type, &bytes) } else { self.push(&bytes) }
            }
            _ => self.host(operand, script),
        }
    }

    /// What a host may do meanwhile; what it is refused does no harm.
    fn host(&mut self, operand: u8, script: &mut Script<'_>) {
        let (control, id, value) = (self.control.clone(), self.id, script.byte());
        let done = match operand {
            0 | 1 => {
                self.max_us = self.max_us.max(u64::from(jitter(value).max.0) * 1_000);
                control.update(id, SessionUpdate::new().jitter(jitter(value)))
            }
            2 | 3 => {
                let codec = usize::from(value) % codecs().len();
                control.update(id, SessionUpdate::new().codec(codecs()[codec]))
            }
            4 => control.update(id, SessionUpdate::new().also_receive(codecs()[usize::from(value) % codecs().len()])),
            5 => control.update(id, SessionUpdate::new().ptime(Millis(u32::from(value % 7) * 10))),
            6 => control.mute(id, Direction::Inbound, value & 1 == 0),
            7 => control.gain(id, Direction::Inbound, Decibels(f32::from(value % 30) - 20.0), Millis(20)),
            8 => {
                self.held = !self.held;
                if self.held { control.hold(id, None) } else { control.resume(id) }
            }
            9 | 10 => {
                self.bridged = !self.bridged;
                if self.bridged { control.bridge(id, self.other) } else { control.unbridge(id) }
            }
            _ => {
                self.skew_us = u64::from(value) * [0, 100, 10_000, 100_000, u64::MAX / 256][usize::from(operand) % 5];
                return;
            }
        };
        if let Ok(pending) = done {
            pending.detach();
        }
    }

    /// Ticks in a packet.
    fn ticks_each(&self) -> usize {
        [1, 2, 3, 4, 6][self.length]
    }

    fn payload(&mut self) -> Vec<u8> {
        self.turn += 1;
        payloads()[self.codec][self.length][self.turn % 4].clone()
    }

    /// The next packet.
    fn speak(&mut self) {
        let payload = self.payload();
        self.send(codecs()[self.codec].payload_type.value(), &payload);
        self.timestamp = self.timestamp.wrapping_add(codecs()[self.codec].clock_rate / 100 * self.ticks_each() as u32);
    }

    fn skip(&mut self) {
        self.sequence = self.sequence.wrapping_add(1);
        self.timestamp = self.timestamp.wrapping_add(codecs()[self.codec].clock_rate / 100 * self.ticks_each() as u32);
    }

    /// A packet of before once more.
    fn again(&mut self, back: usize) {
        let Some(at) = self.history.len().checked_sub(1 + back) else { return };
        let datagram = self.history[at].2.clone();
        self.push(&datagram);
    }

    /// A packet with those before it inside, and with headers that lie where `lie` says.
    fn redundant(&mut self, blocks: usize, lie: u16) {
        let payload_type = codecs()[self.codec].payload_type.value();
        let (mut headers, mut bodies) = (Vec::new(), Vec::new());
        let count = blocks.min(self.history.len());
        for (timestamp, payload, _) in &self.history[self.history.len() - count..] {
            let offset = self.timestamp.wrapping_sub(*timestamp) & 0x3fff;
            let tail = offset << 10 | (payload.len() as u32 & 0x3ff);
            headers.extend([0x80 | payload_type, (tail >> 16) as u8, (tail >> 8) as u8, tail as u8]);
            bodies.extend_from_slice(&payload[..payload.len().min(1_023)]);
        }
        let own = self.payload();
        let mut body = [&headers[..], &[payload_type], &bodies, &own].concat();
        if lie & 0x8000 != 0 {
            let at = usize::from(lie & 0x1f) % body.len();
            body[at] ^= (lie >> 5) as u8;
        }
        if lie & 0x4000 != 0 {
            body.truncate(usize::from(lie & 0xff));
        }
        self.send(99, &body);
        self.timestamp = self.timestamp.wrapping_add(codecs()[self.codec].clock_rate / 100 * self.ticks_each() as u32);
    }

    fn send(&mut self, payload_type: u8, payload: &[u8]) {
        let header = RtpHeader {
            marker: false,
            payload_type: known(payload_type),
            sequence: self.sequence,
            timestamp: self.timestamp,
            ssrc: Ssrc(self.ssrc),
        };
        self.sequence = self.sequence.wrapping_add(1);
        let mut datagram = [&header.to_bytes()[..], payload].concat();
        if let Some((at, mask)) = self.mutation.take() {
            let at = usize::from(at) % datagram.len();
            datagram[at] ^= mask;
        }
        self.push(&datagram);
        if self.history.len() == HISTORY {
            self.history.remove(0);
        }
        self.history.push((self.timestamp, payload.to_vec(), datagram));
    }

    fn push(&mut self, datagram: &[u8]) {
        let arrival = Micros(self.engine.now().0.saturating_sub(self.skew_us));
        match self.ingress.push(datagram, arrival) {
            Ok(()) => self.pushed += 1,
            Err(IngressError::Full) => self.full += 1,
            Err(_) => self.refused += 1,
        }
    }

    fn tick(&mut self) {
        self.engine.tick();
        self.ticks += 1;
        self.egress.pull(usize::MAX, |_, datagram| assert!(datagram.len() >= 12));
        while self.events.try_next().is_some() {}
        while let Some(frame) = self.tap.read() {
            assert!(frame.samples().iter().all(|sample| sample.abs() <= 4.0), "audio is finite");
        }
        self.check();
    }

    /// Every datagram is in one figure, and the delay is within its bounds.
    fn check(&self) -> SessionStats {
        let stats = self.control.stats(self.id).expect("it lives");
        let placed =
            stats.received + stats.malformed + stats.wrong_payload_type + stats.duplicate + stats.late + stats.overflow;
        assert_eq!(stats.datagrams, placed, "{stats:#?}");
        assert!(stats.datagrams <= self.pushed && stats.ingress_dropped <= self.full, "{stats:#?}");
        assert_eq!(self.ingress.rejected(), self.refused);
        assert!(stats.discarded <= stats.received + stats.repaired, "{stats:#?}");
        assert!(stats.target_delay_us <= self.max_us, "{stats:#?}");
        stats
    }

    /// What waits is taken, then a new source sends two seconds of the session's own codec.
    fn finish(mut self) -> SessionStats {
        (self.skew_us, self.mutation, self.length) = (0, None, 1);
        // 64 datagrams a tick.
        (0..40).for_each(|_| self.tick());
        let stats = self.check();
        assert_eq!((stats.datagrams, stats.ingress_dropped), (self.pushed, self.full), "{stats:#?}");
        let back = SessionUpdate::new().codec(CodecSpec::pcmu()).jitter(JitterConfig::new());
        self.control.update(self.id, back).expect("the host may").detach();
        self.max_us = self.max_us.max(u64::from(JitterConfig::new().max.0) * 1_000);
        (self.codec, self.ssrc, self.sequence, self.timestamp) = (0, 0xfeed_beef, 1_000, 5_000);
        // Packets that wait and find no room in the new bounds are no longer among those received.
        (0..4).for_each(|_| self.tick());
        let before = self.check().received;
        for _ in 0..100 {
            self.speak();
            (0..2).for_each(|_| self.tick());
        }
        let stats = self.check();
        assert!(stats.received >= before + 90, "a good stream is taken: {before} before it, {stats:#?}");
        let heard = stats.delay_us;
        assert!(heard < 2_000_000, "a good stream is heard in time: {stats:#?}");
        assert!(self.engine.stop().reclaimed);
        stats
    }
}
