//! What does a G.711 leg cost without sockets, and how does that grow once the legs no longer fit the caches?
//!
//! Chain: ingress ring → jitter buffer → decode → bridge → encode → egress ring, µ-law against
//! A-law, with relaying off, so that all of it is decoded and encoded. One round is 20 ms: each leg gets one packet and sends one.
//! `round` counts everything, pushing and pulling included; `worker` counts the workers' ticks alone.
//! Baseline, measured elsewhere on the same kind of machine: pjmedia's stream chain, 0.56 µs for
//! one call and 0.7 µs at 100. Divide the time of a round by the number of legs.
#![allow(missing_docs, reason = "a bench has no users")]

#[allow(dead_code, reason = "not all of it is used by each bench")]
mod support;

use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use media_core::rtp::RtpHeader;
use media_core::{
    CodecSpec, EgressPort, EngineConfig, IngressPort, IoGroup, Millis, OfflineEngine, SessionSpec, Source, Ssrc,
};

/// Rounds after which every leg has found its delay.
const WARM_UP: u32 = 50;

struct Legs {
    engine: OfflineEngine,
    ingress: Vec<IngressPort>,
    egress: EgressPort,
    /// The same speech in µ-law and A-law.
    payload: [Vec<u8>; 2],
    round: u32,
}

impl Legs {
    fn new(count: usize) -> Self {
        let config = EngineConfig::new().workers(1).max_sessions(count).egress_bytes(count * 256 + 65_536);
        let mut engine = OfflineEngine::new(config).expect("the configuration is valid");
        let control = engine.control();
        let mut ingress = Vec::new();
        for pair in 0..count / 2 {
            let mut leg = |codec| {
                let created =
                    control.create(SessionSpec::new(codec).ptime(Millis(20)).relay(false)).expect("there is room");
                ingress.push(created.ingress);
                created.id
            };
            let (a, b) = (leg(CodecSpec::pcmu()), leg(CodecSpec::pcma()));
            control.bridge(a, b).map(drop).expect("both are free");
            if pair % 100 == 99 {
                engine.run(4);
            }
        }
        engine.run(4);
        let egress = engine.egress(IoGroup(0)).expect("taken once");
        let speech = Source::wav_bytes(include_bytes!("../examples/clips/alice.wav")).expect("the clip is a WAV file");
        let Source::Pcm { samples, .. } = speech else { unreachable!("a WAV file is PCM") };
        let payload = |codec: CodecSpec| {
            let mut bytes = vec![0; samples.len()];
            codec.encoder().encode(&samples, &mut bytes).expect("the payload has the clip's length");
            bytes
        };
        let payload = [payload(CodecSpec::pcmu()), payload(CodecSpec::pcma())];
        let mut legs = Self { engine, ingress, egress, payload, round: 0 };
        for _ in 0..WARM_UP {
            legs.round();
        }
        legs
    }

    /// 20 ms; returns the time that the ticks took.
    fn round(&mut self) -> Duration {
        let mut busy = Duration::ZERO;
        for half in 0..2 {
            let now = self.engine.now();
            for (leg, port) in self.ingress.iter_mut().enumerate().filter(|(leg, _)| leg / 2 % 2 == half) {
                let codec = if leg % 2 == 0 { CodecSpec::pcmu() } else { CodecSpec::pcma() };
                let header = RtpHeader {
                    marker: false,
                    payload_type: codec.payload_type,
                    sequence: self.round as u16,
                    timestamp: self.round.wrapping_mul(160),
                    ssrc: Ssrc(leg as u32),
                };
                let mut datagram = [0u8; 172];
                datagram[..12].copy_from_slice(&header.to_bytes());
                // Each leg is somewhere else in the clip.
                let speech = &self.payload[leg % 2];
                let at = (self.round as usize + leg * 7) % (speech.len() / 160) * 160;
                datagram[12..].copy_from_slice(&speech[at..at + 160]);
                let _ = port.push(&datagram, now);
            }
            busy += support::tick(&mut self.engine, &mut self.egress);
        }
        self.round += 1;
        busy
    }
}

fn legs(c: &mut Criterion) {
    for count in [2usize, 100, 1_000, 5_000] {
        let mut legs = Legs::new(count);
        let mut group = c.benchmark_group("leg");
        group.throughput(Throughput::Elements(count as u64)).sample_size(20);
        group.bench_function(BenchmarkId::new("round", count), |b| {
            b.iter_custom(|rounds| support::timed(rounds, || _ = legs.round()));
        });
        group.bench_function(BenchmarkId::new("worker", count), |b| {
            b.iter_custom(|rounds| (0..rounds).map(|_| legs.round()).sum());
        });
        group.finish();
    }
}

criterion_group!(benches, legs);
criterion_main!(benches);
