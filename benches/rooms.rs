//! What does a member of a room cost, does that depend on how many there are, and what do exceptions add?
//!
//! Mix and codec work of G.711 rooms, one round being 20 ms: every member's packet is decoded, added, and his mix encoded.
//! Divide by the members for one of them. Baseline in the same run: `naive`, a mixer that adds all others for each member.
//! Targets: at most 0.10 µs a member, flat from 10 to 5 000 (pjmedia: 0.30, 1.6, 7.8, 17.5 µs at 10, 100, 500, 1 000; a
//! hand-written loop: 0.044); 100 talkers no dearer a member than 3; 50 exceptions among 500 members at most 10 %.
//! With `talkers`, those who only listen share one encode.
//!
//! `engine` runs whole legs: ingress ring, jitter buffer, decoder, graph, room, encoder, egress ring, as benches/leg.rs does; a
//! round is 20 ms, and only the worker's ticks count. `pairs` are two-party calls in the same codec. `opus` is a room with 3
//! talkers and listeners who are sent Opus (48 kHz, 20 ms, complexity 5), with encoders shared and without; wanted: at most 5
//! encodes a round, and 50 times less CPU. CPU time of this thread: what else runs does not count.
#![allow(missing_docs, reason = "a bench has no users")]
#![allow(clippy::print_stdout, reason = "a bench tells what it found")]

#[allow(dead_code, reason = "not all of it is used by each bench")]
mod support;

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use media_core::codec::audio::g711::{decode_u, encode_u};
use media_core::codec::audio::opus::OpusConfig;
use media_core::mixer::{Change, MemberId, MemberSpec, Mix, Room, RoomConfig};
use media_core::rtp::RtpHeader;
use media_core::{
    CodecSpec, Decibels, EgressPort, EngineConfig, IngressPort, IoGroup, Millis, OfflineEngine, PayloadType, RoomId,
    RoomSpec, SampleRate, SessionSpec, Source, Ssrc,
};

const RATE: SampleRate = SampleRate::HZ_8000;
const TICK: usize = RATE.per_tick();

struct Legs {
    room: Room,
    ids: Vec<MemberId>,
    /// The first so many send.
    talkers: usize,
    received: Vec<[u8; 2 * TICK]>,
    sent: Vec<[u8; 2 * TICK]>,
    shared: [u8; TICK],
}

impl Legs {
    fn new(members: usize, talkers: usize, exceptions: usize) -> Self {
        let config = RoomConfig::new(&[RATE], members).zones(1).exceptions(exceptions);
        let mut room = Room::new(&config).expect("the configuration is valid");
        let join = |room: &mut Room| room.join(room.prepare(MemberSpec::new(RATE)).expect("it fits")).expect("it fits");
        let ids: Vec<MemberId> = (0..members).map(|_| join(&mut room)).collect();
        let pair = |n: usize| Change::Pair(ids[n], ids[(n * 7 + 1) % members], Decibels(-6.0));
        let changes: Vec<Change> = (0..exceptions).map(pair).collect();
        room.apply(&changes, Millis(20)).expect("all are here");
        let mut seed = 1u32;
        let mut byte = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // Quiet enough that the limiter rests, as in a room of people.
            (seed >> 24) as u8 | 0x70
        };
        let received = (0..members).map(|_| std::array::from_fn(|_| byte())).collect();
        let mut legs = Self { room, ids, talkers, received, sent: vec![[0; 2 * TICK]; members], shared: [0; TICK] };
        for _ in 0..5 {
            legs.round();
        }
        legs
    }

    /// 20 ms.
    fn round(&mut self) {
        let mut frame = [0.0f32; TICK];
        for half in 0..2 {
            let part = half * TICK..(half + 1) * TICK;
            self.room.turn();
            for (id, payload) in self.ids[..self.talkers].iter().zip(&self.received) {
                decode_u(&payload[part.clone()], &mut frame);
                self.room.say(*id, &frame);
            }
            let mut encoded = false;
            for (id, payload) in self.ids.iter().zip(&mut self.sent) {
                let heard = self.room.hear(*id, &mut frame);
                let payload = &mut payload[part.clone()];
                match heard.map(|heard| heard.mix) {
                    Some(Mix::Shared { .. }) => {
                        if !std::mem::replace(&mut encoded, true) {
                            encode_u(&frame, &mut self.shared);
                        }
                        payload.copy_from_slice(&self.shared);
                    }
                    _ => encode_u(&frame, payload),
                }
            }
        }
        black_box(&mut self.sent);
    }
}

/// The mixer that everybody writes first.
fn naive(received: &[[u8; 2 * TICK]], sent: &mut [[u8; 2 * TICK]], frames: &mut [[f32; 2 * TICK]]) {
    for (frame, payload) in frames.iter_mut().zip(received) {
        decode_u(payload, frame);
    }
    for (n, payload) in sent.iter_mut().enumerate() {
        let mut mix = [0.0f32; 2 * TICK];
        for (_, frame) in frames.iter().enumerate().filter(|(other, _)| *other != n) {
            for (mix, sample) in mix.iter_mut().zip(frame) {
                *mix += sample;
            }
        }
        encode_u(&mix, payload);
    }
    black_box(sent);
}

fn rooms(c: &mut Criterion) {
    let mut group = c.benchmark_group("all_send");
    group.sample_size(20).measurement_time(Duration::from_secs(2)).warm_up_time(Duration::from_millis(500));
    for members in [10, 100, 500, 1_000, 5_000] {
        group.throughput(Throughput::Elements(members as u64));
        let mut legs = Legs::new(members, members, 0);
        group.bench_function(BenchmarkId::new("room", members), |b| {
            b.iter_custom(|rounds| support::timed(rounds, || legs.round()));
        });
        if members <= 1_000 {
            let (mut sent, mut frames) = (legs.sent.clone(), vec![[0.0; 2 * TICK]; members]);
            group.bench_function(BenchmarkId::new("naive", members), |b| {
                b.iter_custom(|rounds| support::timed(rounds, || naive(&legs.received, &mut sent, &mut frames)));
            });
        }
    }
    group.finish();

    let mut group = c.benchmark_group("of_1000");
    group.sample_size(20).measurement_time(Duration::from_secs(2)).throughput(Throughput::Elements(1_000));
    for talkers in [3, 100] {
        let mut legs = Legs::new(1_000, talkers, 0);
        group.bench_function(BenchmarkId::new("talkers", talkers), |b| {
            b.iter_custom(|rounds| support::timed(rounds, || legs.round()));
        });
    }
    group.finish();

    let mut group = c.benchmark_group("of_500");
    group.sample_size(20).measurement_time(Duration::from_secs(2)).throughput(Throughput::Elements(500));
    for exceptions in [0, 50] {
        let mut legs = Legs::new(500, 500, exceptions);
        group.bench_function(BenchmarkId::new("exceptions", exceptions), |b| {
            b.iter_custom(|rounds| support::timed(rounds, || legs.round()));
        });
    }
    group.finish();
}

/// Whole legs on one worker.
struct Calls {
    engine: OfflineEngine,
    room: Option<RoomId>,
    /// Of those who send.
    ingress: Vec<IngressPort>,
    egress: EgressPort,
    codec: CodecSpec,
    payloads: Vec<Vec<u8>>,
    round: u32,
}

impl Calls {
    /// `count` legs of which the first so many send; in a room of `spec`, else in pairs.
    fn new(codec: CodecSpec, count: usize, talkers: usize, spec: Option<RoomSpec>) -> Self {
        let config = EngineConfig::new().workers(1).max_sessions(count).egress_bytes(count * 512 + 65_536);
        let mut engine = OfflineEngine::new(config).expect("the configuration is valid");
        let control = engine.control();
        let room = spec.map(|spec| control.create_room(spec).expect("there is room").0);
        let (mut ingress, mut ids) = (Vec::new(), Vec::new());
        for leg in 0..count {
            let created = control.create(SessionSpec::new(codec).relay(false)).expect("there is room");
            ids.push(created.id);
            ingress.push(created.ingress);
            match room {
                Some(room) => drop(control.join(created.id, room, Decibels(0.0)).expect("it is free")),
                None if leg % 2 == 1 => drop(control.bridge(ids[leg - 1], created.id).expect("both are free")),
                None => {}
            }
            // All begin their packets at even ticks.
            if leg % 50 == 49 {
                engine.run(2);
            }
        }
        engine.run(4);
        ingress.truncate(talkers);
        let egress = engine.egress(IoGroup(0)).expect("taken once");
        let speech = Source::wav_bytes(include_bytes!("../examples/clips/alice.wav")).expect("the clip is a WAV file");
        let Source::Pcm { samples, rate, .. } = speech else { unreachable!("a WAV file is PCM") };
        let samples = media_core::processing::format::resample(&samples, rate, codec.rate);
        let mut encoder = codec.encoder();
        let payload = |frame: &[f32]| {
            let mut bytes = vec![0; encoder.max_payload(frame.len())];
            let encoded = encoder.encode(frame, &mut bytes).expect("there is room for a frame");
            bytes.truncate(encoded.bytes);
            bytes
        };
        let payloads = samples.chunks_exact(codec.rate.per_tick() * 2).map(payload).collect();
        let mut calls = Self { engine, room, ingress, egress, codec, payloads, round: 0 };
        // Longer than who came last waits for a packet that lets in.
        (0..150).for_each(|_| _ = calls.round());
        calls
    }

    /// 20 ms; returns the time that the ticks took.
    fn round(&mut self) -> Duration {
        let mut busy = Duration::ZERO;
        for half in 0..2 {
            let now = self.engine.now();
            for (leg, port) in self.ingress.iter_mut().enumerate().filter(|(leg, _)| leg / 2 % 2 == half) {
                let header = RtpHeader {
                    marker: false,
                    payload_type: self.codec.payload_type,
                    sequence: self.round as u16,
                    timestamp: self.round.wrapping_mul(self.codec.clock_rate / 50),
                    ssrc: Ssrc(leg as u32),
                };
                let payload = &self.payloads[(self.round as usize + leg * 7) % self.payloads.len()];
                let _ = port.push(&[&header.to_bytes()[..], payload].concat(), now);
            }
            busy += support::tick(&mut self.engine, &mut self.egress);
        }
        self.round += 1;
        busy
    }

    /// Encodes so far: shared ones, and those of one member.
    fn encodes(&self) -> (u64, u64) {
        let stats = self.room.and_then(|room| self.engine.control().room_stats(room).ok()).unwrap_or_default();
        (stats.groups.encodes, stats.groups.private_encodes)
    }
}

fn engine(c: &mut Criterion) {
    let mut group = c.benchmark_group("engine");
    group.sample_size(10).measurement_time(Duration::from_secs(2)).warm_up_time(Duration::from_millis(500));
    let pcmu = CodecSpec::pcmu();
    for members in [10, 100, 1_000] {
        group.throughput(Throughput::Elements(members as u64));
        let all: [(&str, usize, Option<RoomSpec>); 4] = [
            ("pairs", members, None),
            ("room", members, Some(RoomSpec::new())),
            ("room_of_3_talkers", 3, Some(RoomSpec::new())),
            ("room_of_3_talkers_unshared", 3, Some(RoomSpec::new().share(false))),
        ];
        for (name, talkers, spec) in all {
            // Made only if it is asked for.
            let mut calls = None;
            group.bench_function(BenchmarkId::new(name, members), |b| {
                let calls = calls.get_or_insert_with(|| Calls::new(pcmu, members, talkers, spec.clone()));
                b.iter_custom(|rounds| (0..rounds).map(|_| calls.round()).sum());
            });
        }
    }
    group.finish();

    let payload_type = PayloadType::new(111).expect("below 128");
    let opus = CodecSpec::opus_with(OpusConfig::new(SampleRate::HZ_48000, 1).complexity(5), payload_type);
    let mut group = c.benchmark_group("opus");
    group.sample_size(10).measurement_time(Duration::from_secs(1)).warm_up_time(Duration::from_millis(100));
    for (name, share) in [("shared", true), ("unshared", false)] {
        let mut scene = None;
        group.bench_function(BenchmarkId::new(name, 1_000), |b| {
            let (calls, ..) = scene.get_or_insert_with(|| {
                let calls = Calls::new(opus, 1_000, 3, Some(RoomSpec::new().share(share)));
                let (before, first) = (calls.encodes(), calls.round);
                (calls, before, first)
            });
            b.iter_custom(|rounds| (0..rounds).map(|_| calls.round()).sum());
        });
        let Some((calls, before, first)) = scene else { continue };
        let (after, rounds) = (calls.encodes(), f64::from(calls.round - first));
        let (shared, own) = ((after.0 - before.0) as f64 / rounds, (after.1 - before.1) as f64 / rounds);
        println!("opus/{name}: {shared:.2} encodes for all a round, {own:.2} for one");
    }
    group.finish();
}

criterion_group!(benches, rooms, engine);
criterion_main!(benches);
