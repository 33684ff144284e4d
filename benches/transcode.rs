//! What does a bridge cost by each kind of conversion, beside the codecs themselves?
//!
//! 100 legs, so that all of it stays in cache; one round is 20 ms and one packet for each leg. The time
//! is that of the workers' ticks: divide it by 100 for a leg. `relay` is the engine alone: what another
//! row takes more is its conversion. Target: a table at most 0.18 µs above a relay.
#![allow(missing_docs, unsafe_code, reason = "a bench reads the thread's CPU clock")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use media_core::rtp::RtpHeader;
use media_core::{
    CodecSpec, EgressPort, EngineConfig, IngressPort, IoGroup, OfflineEngine, PayloadType, SampleRate, SessionSpec,
    Ssrc,
};

const LEGS: usize = 100;

struct Legs {
    engine: OfflineEngine,
    ingress: Vec<(IngressPort, CodecSpec, Vec<u8>)>,
    egress: EgressPort,
    round: u32,
}

impl Legs {
    fn new(a: CodecSpec, b: CodecSpec, relay: bool) -> Self {
        let config = EngineConfig::new().workers(1).max_sessions(LEGS).egress_bytes(1 << 20);
        let mut engine = OfflineEngine::new(config).expect("the configuration is valid");
        let control = engine.control();
        let mut ingress = Vec::new();
        for _ in 0..LEGS / 2 {
            let mut leg = |codec: CodecSpec| {
                let created = control.create(SessionSpec::new(codec).relay(relay)).expect("there is room");
                let audio: Vec<f32> = (0..codec.rate.per_tick() * 2).map(|n| (n as f32 * 0.3).sin() * 0.2).collect();
                let mut payload = vec![0; codec.payload_bytes(audio.len())];
                let encoded = codec.mono_encoder().encode(&audio, &mut payload).expect("room for it");
                payload.truncate(encoded.bytes);
                ingress.push((created.ingress, codec, payload));
                created.id
            };
            let (first, second) = (leg(a), leg(b));
            control.bridge(first, second).map(drop).expect("both are free");
        }
        engine.run(4);
        let egress = engine.egress(IoGroup(0)).expect("taken once");
        let mut legs = Self { engine, ingress, egress, round: 0 };
        for _ in 0..50 {
            legs.round();
        }
        legs
    }

    /// 20 ms; returns the time that the ticks took.
    fn round(&mut self) -> Duration {
        let mut busy = Duration::ZERO;
        for half in 0..2 {
            let now = self.engine.now();
            for (at, (port, codec, payload)) in self.ingress.iter_mut().enumerate().filter(|leg| leg.0 / 2 % 2 == half)
            {
                let header = RtpHeader {
                    marker: false,
                    payload_type: codec.payload_type,
                    sequence: self.round as u16,
                    timestamp: self.round.wrapping_mul(codec.clock_rate / 50),
                    ssrc: Ssrc(at as u32),
                };
                let _ = port.push(&[&header.to_bytes()[..], payload].concat(), now);
            }
            let started = cpu_time();
            self.engine.tick();
            busy += cpu_time() - started;
            while self.egress.pull(4_096, |session, datagram| _ = black_box((session, datagram[1]))) > 0 {}
        }
        self.round += 1;
        busy
    }
}

/// CPU time of this thread: what else runs on the machine does not count.
fn cpu_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: writes one timespec that outlives the call.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

fn conversions(c: &mut Criterion) {
    let wide = CodecSpec::l16(SampleRate::HZ_16000, PayloadType::new(97).expect("below 128"));
    let (mu, a, g722) = (CodecSpec::pcmu(), CodecSpec::pcma(), CodecSpec::g722());
    let g729 = CodecSpec::g729().with_fmtp("annexb=no").expect("a known value");
    let mut group = c.benchmark_group("transcode");
    group.throughput(Throughput::Elements(LEGS as u64)).sample_size(20);
    for (name, near, far, relay) in [
        ("relay", mu, mu, true),
        ("table", mu, a, true),
        ("pcmu-pcma", mu, a, false),
        ("pcmu-l16/16000", mu, wide, true),
        ("g722-g722", g722, g722, false),
        ("g729-g729", g729, g729, false),
        ("pcmu-g729", mu, g729, false),
    ] {
        let mut legs = Legs::new(near, far, relay);
        group.bench_function(name, |b| b.iter_custom(|rounds| (0..rounds).map(|_| legs.round()).sum()));
    }
    group.finish();

    // What the codecs alone take of the same packets: twice a decoder and an encoder a pair.
    let mut group = c.benchmark_group("alone");
    for spec in [mu, g722, g729] {
        let (mut encoder, mut decoder) = (spec.mono_encoder(), spec.mono_decoder());
        let audio: Vec<f32> = (0..spec.rate.per_tick() * 2).map(|n| (n as f32 * 0.3).sin() * 0.2).collect();
        let (mut payload, mut heard) = (vec![0; spec.payload_bytes(audio.len())], vec![0.0; audio.len()]);
        group.bench_function(spec.name(), |b| {
            b.iter(|| {
                let bytes = encoder.encode(black_box(&audio), &mut payload).map_or(0, |encoded| encoded.bytes);
                decoder.decode(black_box(&payload[..bytes]), &mut heard)
            });
        });
    }
    group.finish();
}

criterion_group!(benches, conversions);
criterion_main!(benches);
