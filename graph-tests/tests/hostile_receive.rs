//! The receive side against senders that lie: everything counted, the delay bounded, and the next good packets play.
#![allow(clippy::let_underscore_future, reason = "most operations are known by their effect")]

mod common_hostile;

use common_hostile::{Noise, assert_balanced, rtp};
use media_core::{
    CodecSpec, Control, EngineConfig, IngressPort, Micros, OfflineEngine, PayloadType, SessionId, SessionSpec,
    SessionStats,
};

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

const RED: u8 = 99;

/// A session with everything beside its codec, and a sender of 20 ms of µ-law.
struct Victim {
    engine: OfflineEngine,
    control: Control,
    id: SessionId,
    port: IngressPort,
    pushed: u64,
    sequence: u16,
    timestamp: u32,
    ssrc: u32,
}

impl Victim {
    fn new() -> Self {
        Self::of(SessionSpec::new(CodecSpec::pcmu()))
    }

    fn of(spec: SessionSpec) -> Self {
        let [event, noise, red] = [101, 13, RED].map(|value| PayloadType::new(value).expect("below 128"));
        let config = EngineConfig::new().workers(1).max_sessions(4).stats_interval(1);
        let engine = OfflineEngine::new(config).expect("it is valid");
        let control = engine.control();
        let spec = spec.telephone_event(event, 8_000).comfort_noise(noise).redundancy(red, 2);
        let created = control.create(spec).expect("room");
        let (id, port) = (created.id, created.ingress);
        created.op.detach();
        Self { engine, control, id, port, pushed: 0, sequence: 65_400, timestamp: u32::MAX - 9_000, ssrc: 3 }
    }

    fn push(&mut self, payload_type: u8, payload: &[u8]) {
        let datagram = rtp(payload_type, self.sequence, self.timestamp, self.ssrc, payload);
        let now = self.engine.now();
        self.push_at(&datagram, now);
    }

    fn push_at(&mut self, datagram: &[u8], at: Micros) {
        self.pushed += u64::from(self.port.push(datagram, at).is_ok());
    }

    fn speech(&self) -> Vec<u8> {
        let mut noise = Noise(u64::from(self.timestamp) | 1);
        (0..160).map(|_| 0x60 | (noise.next() as u8 & 0x9f)).collect()
    }

    fn step(&mut self) {
        self.sequence = self.sequence.wrapping_add(1);
        self.timestamp = self.timestamp.wrapping_add(160);
    }

    /// Good packets at their pace.
    fn speak(&mut self, packets: u32) {
        for _ in 0..packets {
            let speech = self.speech();
            self.push(0, &speech);
            self.step();
            self.engine.run(2);
        }
    }

    fn stats(&self) -> SessionStats {
        self.control.stats(self.id).expect("it lives")
    }

    /// Good packets play within a second, soon after they came; then everything adds up.
    #[track_caller]
    fn recovers(&mut self) -> SessionStats {
        self.speak(50);
        let before = self.stats();
        self.speak(100);
        let after = self.stats();
        let heard = after.received_samples - before.received_samples;
        assert!(heard >= 100 * 160 * 9 / 10, "good packets play: {heard} samples, {after:#?}");
        assert!(after.delay_us <= 900_000 && after.target_delay_us <= 600_000, "the delay is bounded: {after:#?}");
        self.engine.run(100);
        let stats = self.stats();
        assert_balanced(&stats);
        let samples = stats.received_samples + stats.concealed_samples + stats.silent_samples;
        assert_eq!(samples, stats.ticks * 80, "{stats:#?}");
        assert_eq!(stats.datagrams, self.pushed, "{stats:#?}");
        stats
    }
}

/// A redundant payload with headers of (offset, length said), and bodies as they are.
fn red(headers: &[(u32, u32)], bodies: &[u8], primary: &[u8]) -> Vec<u8> {
    let mut payload = Vec::new();
    for (offset, length) in headers {
        let tail = (offset & 0x3fff) << 10 | (length & 0x3ff);
        payload.extend([0x80, (tail >> 16) as u8, (tail >> 8) as u8, tail as u8]);
    }
    payload.push(0);
    [&payload[..], bodies, primary].concat()
}

#[test]
fn redundancy_cut_short_at_any_byte_is_counted() {
    let mut victim = Victim::new();
    victim.speak(20);
    let whole = red(&[(320, 160), (160, 160)], &[0x7f; 320], &[0x7f; 160]);
    for length in (0..whole.len()).step_by(3) {
        victim.push(RED, &whole[..length]);
        victim.step();
        victim.engine.run(2);
    }
    let stats = victim.recovers();
    assert!(stats.malformed > 50, "{stats:#?}");
}

#[test]
fn absurd_redundancy_is_taken_or_counted() {
    let mut victim = Victim::new();
    victim.speak(20);
    let speech = [0x6f; 160];
    let absurd = [
        red(&[(0, 0); 15], &[], &speech),
        red(&[(0, 0); 16], &[], &speech),
        red(&[(0, 0); 300], &[], &speech),
        red(&[(0x3fff, 0x3ff)], &[1; 0x3ff], &speech),
        red(&[(0x3fff, 0x3ff)], &[1; 10], &speech),
        red(&[(0, 160), (0, 160)], &[2; 320], &speech),
        red(&[(1, 160), (2, 160), (3, 160)], &[3; 480], &speech),
        red(&[(160, 1), (320, 1)], &[4; 2], &[]),
        [vec![0x80 | RED, 0, 0, 4, RED], vec![5; 4], speech.to_vec()].concat(),
        vec![0xff; 1_000],
        vec![RED],
        vec![],
    ];
    for round in 0..20 {
        for payload in &absurd {
            victim.push(RED, payload);
            victim.step();
            victim.engine.run(1 + round % 3);
        }
    }
    victim.recovers();
}

#[test]
fn timestamps_that_lie_do_not_hold_the_next_good_packets_back() {
    for seed in 1..=6u64 {
        let (mut victim, mut noise) = (Victim::new(), Noise(seed * 77));
        for _ in 0..300 {
            let speech = victim.speech();
            victim.timestamp = match noise.below(5) {
                0 => noise.next() as u32,
                1 => victim.timestamp.wrapping_sub(noise.below(100_000) as u32),
                2 => victim.timestamp.wrapping_add(noise.below(1 << 31) as u32),
                3 => 0,
                _ => victim.timestamp,
            };
            victim.push(0, &speech);
            victim.step();
            victim.engine.run(2);
        }
        victim.recovers();
    }
}

#[test]
fn ten_thousand_packets_in_a_tick_are_counted_and_the_stream_goes_on() {
    let mut victim = Victim::new();
    victim.speak(50);
    let now = victim.engine.now();
    for _ in 0..10_000 {
        let datagram = rtp(0, victim.sequence, victim.timestamp, victim.ssrc, &victim.speech());
        victim.push_at(&datagram, now);
        victim.step();
    }
    victim.engine.run(2);
    let stats = victim.recovers();
    assert!(stats.ingress_dropped > 9_000, "{stats:#?}");
}

#[test]
fn a_second_of_packets_in_one_tick_fits_the_default_ring() {
    let spec = |codec| SessionSpec::new(codec);
    for (codec, payload_type, bytes) in [
        (CodecSpec::pcmu(), 0, 160),
        (CodecSpec::pcmu(), 0, 80),
        (CodecSpec::g722(), 9, 160),
        (CodecSpec::g729(), 18, 20),
    ] {
        let mut victim = Victim::of(spec(codec));
        let count = if bytes == 80 { 100 } else { 50 };
        victim.engine.run(2);
        for _ in 0..count {
            victim.push(payload_type, &vec![0x55; bytes]);
            victim.step();
        }
        victim.engine.run(4);
        let stats = victim.stats();
        assert_eq!((victim.pushed, stats.ingress_dropped), (count, 0), "{}", codec.name());
        assert_balanced(&stats);
    }
}

#[test]
fn packets_of_1_to_200_ms_that_change_all_the_time_are_played_or_counted() {
    let mut victim = Victim::new();
    let mut noise = Noise(99);
    for n in 0..400u32 {
        let ms = if n < 200 { n + 1 } else { 1 + noise.below(200) as u32 };
        let payload: Vec<u8> = (0..ms * 8).map(|at| 0x60 | (at as u8 & 0x9f)).collect();
        victim.push(0, &payload);
        victim.sequence = victim.sequence.wrapping_add(1);
        victim.timestamp = victim.timestamp.wrapping_add(ms * 8);
        victim.engine.run(u64::from(ms.div_ceil(10)));
    }
    let stats = victim.recovers();
    assert!(stats.received > 200, "{stats:#?}");
    assert!(stats.overflow + stats.malformed + stats.discarded > 0, "beyond 120 ms is no packet of ours: {stats:#?}");
}

#[test]
fn a_source_that_changes_with_every_packet_is_bounded() {
    let mut victim = Victim::new();
    for n in 0..1_000u32 {
        let (sequence, timestamp) = ((n * 97) as u16, n.wrapping_mul(0x9e37_79b9));
        let ssrc = if n.is_multiple_of(2) { 3 } else { n };
        let datagram = rtp(0, sequence, timestamp, ssrc, &victim.speech());
        let now = victim.engine.now();
        victim.push_at(&datagram, now);
        victim.engine.run(u64::from(n % 3));
    }
    victim.ssrc = 0x1234;
    victim.recovers();
}

#[test]
fn sequence_numbers_that_jump_and_wrap_are_followed() {
    let mut victim = Victim::new();
    for jump in [1u16, 50, 3_000, 0x7fff, 0x8000, 0x8001, 0xffff, 0xfff0] {
        victim.sequence = victim.sequence.wrapping_add(jump);
        victim.speak(25);
    }
    let stats = victim.recovers();
    assert!(stats.resyncs > 0, "{stats:#?}");
}

#[test]
fn a_hundred_copies_of_each_packet_change_nothing_that_is_heard() {
    let mut victim = Victim::new();
    let mut late = Vec::new();
    for _ in 0..60 {
        let datagram = rtp(0, victim.sequence, victim.timestamp, victim.ssrc, &victim.speech());
        // 60 a tick: more than 64 would wait for the next one.
        for _ in 0..2 {
            let now = victim.engine.now();
            (0..50).for_each(|_| victim.push_at(&datagram, now));
            victim.engine.tick();
        }
        late.push(datagram);
        victim.step();
    }
    let now = victim.engine.now();
    late.iter().for_each(|datagram| victim.push_at(datagram, now));
    victim.engine.run(2);
    let stats = victim.recovers();
    assert!(stats.duplicate + stats.late >= 60 * 99, "{stats:#?}");
    assert_eq!((stats.lost, stats.resyncs, stats.source_switches), (0, 0, 0), "{stats:#?}");
}
