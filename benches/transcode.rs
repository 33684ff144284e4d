//! What does a bridge cost by each kind of conversion, beside the codecs themselves?
//!
//! 100 legs, so that all of it stays in cache; one round is 20 ms and one packet for each leg. The time
//! is that of the workers' ticks: divide it by 100 for a leg. `relay` is the engine alone: what another
//! row takes more is its conversion. Target: a table at most 0.18 µs above a relay.
#![allow(missing_docs, reason = "a bench has no users")]

#[allow(dead_code, reason = "not all of it is used by each bench")]
mod support;

use std::hint::black_box;
use std::rc::Rc;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use media_core::processing::format::resample;
use media_core::rtp::RtpHeader;
use media_core::{
    CodecSpec, EgressPort, EngineConfig, IngressPort, IoGroup, OfflineEngine, PayloadType, SampleRate, SessionSpec,
    Source, Ssrc,
};

const LEGS: usize = 100;

/// Payloads, said again and again.
type Said = Rc<[Vec<u8>]>;

struct Legs {
    engine: OfflineEngine,
    ingress: Vec<(IngressPort, CodecSpec, Said)>,
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
                ingress.push((created.ingress, codec, said(&codec)));
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
            for (at, (port, codec, payloads)) in self.ingress.iter_mut().enumerate().filter(|leg| leg.0 / 2 % 2 == half)
            {
                let header = RtpHeader {
                    marker: false,
                    payload_type: codec.payload_type,
                    sequence: self.round as u16,
                    timestamp: self.round.wrapping_mul(codec.clock_rate / 50),
                    ssrc: Ssrc(at as u32),
                };
                let payload = &payloads[(self.round as usize + at) % payloads.len()];
                let _ = port.push(&[&header.to_bytes()[..], payload].concat(), now);
            }
            busy += support::tick(&mut self.engine, &mut self.egress);
        }
        self.round += 1;
        busy
    }
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

    // What the codecs alone take of the same packets: a decoder and an encoder a leg.
    let mut group = c.benchmark_group("alone");
    for spec in [mu, g722, g729] {
        let (mut encoder, mut decoder) = (spec.mono_encoder(), spec.mono_decoder());
        let payloads = said(&spec);
        let mut heard = vec![0.0; spec.rate.per_tick() * 2];
        let mut out = vec![0; spec.payload_bytes(heard.len())];
        let mut round = 0;
        group.bench_function(spec.name(), |b| {
            b.iter(|| {
                round = (round + 1) % payloads.len();
                let _ = decoder.decode(black_box(&payloads[round]), &mut heard);
                encoder.encode(black_box(&heard), &mut out)
            });
        });
    }
    group.finish();
}

/// The clip in packets of 20 ms.
fn said(codec: &CodecSpec) -> Said {
    let clip = Source::wav_bytes(include_bytes!("../examples/clips/alice.wav")).expect("the clip is a WAV file");
    let Source::Pcm { samples, rate, .. } = clip else { unreachable!("a WAV file is PCM") };
    let speech = if rate == codec.rate { samples.to_vec() } else { resample(&samples, rate, codec.rate) };
    let mut encoder = codec.mono_encoder();
    let frames = speech.chunks_exact(codec.rate.per_tick() * 2);
    let packets = frames.map(|frame| {
        let mut payload = vec![0; encoder.max_payload(frame.len())];
        let encoded = encoder.encode(frame, &mut payload).expect("room for it");
        payload.truncate(encoded.bytes);
        payload
    });
    packets.collect()
}

criterion_group!(benches, conversions);
criterion_main!(benches);
