//! Bursts of loss through the engine, every codec but G.726: no click, no blast, and nearer to what was said than
//! holes are.

use std::f32::consts::TAU;

use assert_no_alloc::AllocDisabler;
use graph_tests::{Random, Scene, Voice, largest_step};
use media_core::rtp::RtpHeader;
use media_core::{
    CodecSpec, EngineConfig, JitterConfig, Micros, Millis, PayloadType, SampleRate, SessionSpec, Ssrc, TapPoint,
};

#[global_allocator]
static GUARD: AllocDisabler = AllocDisabler;

/// Packets of 20 ms: 8 s.
const PACKETS: usize = 400;

fn codecs() -> Vec<CodecSpec> {
    let pt = PayloadType::new(96).expect("below 128");
    let mut codecs = vec![CodecSpec::pcmu(), CodecSpec::pcma(), CodecSpec::g722(), CodecSpec::g729()];
    codecs.extend([8_000, 16_000, 32_000].map(|hz| CodecSpec::l16(SampleRate::new(hz).expect("a rate"), pt)));
    // G.726 is left out: behind a gap it clicks, see ARCHITECTURE.md, "What is known to be weak".
    if let Ok(mut opus) = CodecSpec::from_rtpmap(pt, "opus/48000/2") {
        // The voice's resonances scale with the rate: at 48 kHz most of it lies above what is compared.
        opus.rate = SampleRate::HZ_16000;
        codecs.push(opus);
    }
    codecs
}

/// Runs of 1 to 5 packets, one in eight lost; the first second comes whole.
fn bursts(seed: u64) -> Vec<bool> {
    let (mut random, mut lost) = (Random::new(seed), false);
    let mut run = 0;
    (0..PACKETS)
        .map(|packet| {
            lost = packet >= 50 && run < 5 && random.below(100) < if lost { 50 } else { 7 };
            run = if lost { run + 1 } else { 0 };
            lost
        })
        .collect()
}

/// What is heard of a voice whose packets `lost` are.
fn heard(codec: CodecSpec, seed: u64, lost: &[bool]) -> Vec<f32> {
    let mut scene = Scene::new(EngineConfig::new().workers(1).phases(8).max_sessions(2));
    let call = scene.call(SessionSpec::new(codec).jitter(JitterConfig::fixed(Millis(40))), None);
    let (_, mut tap, opened) = scene.control.tap(scene.id(call), TapPoint::Received, Millis(10_000)).expect("accepted");
    opened.detach();
    let (mut encoder, mut voice) = (codec.encoder(), Voice::new(seed, codec.rate.hz()));
    let samples = 2 * codec.rate.per_tick();
    for (number, lost) in lost.iter().enumerate() {
        let mut payload = vec![0; encoder.max_payload(samples)];
        let bytes = encoder.encode(&voice.take(samples), &mut payload).expect("there is room").bytes;
        let header = RtpHeader {
            marker: number == 0,
            payload_type: codec.payload_type,
            sequence: number as u16,
            timestamp: codec.clock_rate / 50 * number as u32,
            ssrc: Ssrc(9),
        };
        if !lost {
            let datagram = [&header.to_bytes()[..], &payload[..bytes]].concat();
            let arrival = Micros(scene.next_tick() * 10_000);
            scene.calls[call].ingress.push(&datagram, arrival).expect("there is room");
        }
        scene.run(2);
    }
    std::iter::from_fn(|| tap.read()).flat_map(|frame| frame.samples().to_vec()).collect()
}

/// Powers of 16 bands up to 3.8 kHz, in dB, not below −60.
fn bands(frame: &[f32], hz: f32) -> [f32; 16] {
    std::array::from_fn(|band| {
        let step = TAU * (150.0 + 235.0 * band as f32) / hz;
        let (mut re, mut im) = (0.0, 0.0);
        for (n, sample) in frame.iter().enumerate() {
            let window = 0.5 - 0.5 * (TAU * n as f32 / frame.len() as f32).cos();
            let (sin, cos) = (step * n as f32).sin_cos();
            (re, im) = (re + window * sample * cos, im + window * sample * sin);
        }
        10.0 * ((re * re + im * im) / (frame.len() * frame.len()) as f32).max(1e-6).log10()
    })
}

fn distance(a: &[f32], b: &[f32], hz: f32) -> f32 {
    let (a, b) = (bands(a, hz), bands(b, hz));
    (a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f32>() / 16.0).sqrt()
}

/// How much larger a step may be than those of the voice, and how many dB louder a tick. The state of G.722 is stale behind
/// a gap, and it overshoots until it has run back to the encoder's.
fn bounds(codec: &CodecSpec) -> (f32, f32) {
    if codec.kind.name() == "G722" { (1.8, 6.0) } else { (1.25, 2.0) }
}

fn level(samples: &[f32]) -> f32 {
    10.0 * (samples.iter().map(|s| s * s).sum::<f32>() / samples.len() as f32).max(1e-9).log10()
}

#[test]
fn bursts_of_loss_neither_click_nor_blast_and_are_nearer_the_truth_than_holes() {
    for codec in codecs() {
        let (mut ours, mut holes, mut after, mut frames, mut behind) = (0.0, 0.0, 0.0, 0, 0);
        for seed in 1..=3 {
            let lost = bursts(seed);
            let clean = heard(codec, seed, &vec![false; PACKETS]);
            let played = heard(codec, seed, &lost);
            let tick = codec.rate.per_tick();
            assert_eq!((clean.len(), played.len() % tick), (played.len(), 0), "{codec:?}");
            let (step, its) = (largest_step(&played), largest_step(&clean));
            let (steeper, louder) = bounds(&codec);
            println!("{}: steps of {:.2} of the voice's own", codec.kind.name(), step / its);
            assert!(step <= steeper * its, "{codec:?}: a step of {step}, the voice's own are up to {its}");
            let loudest = |x: &[f32]| x.chunks_exact(tick).map(level).fold(f32::MIN, f32::max);
            let (loud, its) = (loudest(&played), loudest(&clean));
            println!("{}: {:.1} dB louder than the voice", codec.kind.name(), loud - its);
            assert!(loud <= its + louder, "{codec:?}: {loud:.1} dB, the voice reaches {its:.1} dB");
            // The first sample that differs lies at a lost packet: where playout has the first one.
            let first = clean.iter().zip(&played).position(|(a, b)| a != b).expect("something was lost");
            let lead = first - first % tick;
            let gap = lost.iter().position(|lost| *lost).expect("something was lost");
            let place = |packet: usize| lead + 2 * tick * packet - 2 * tick * gap;
            for packet in gap..PACKETS - 6 {
                let span = place(packet)..place(packet + 1);
                let (truth, got) = (&clean[span.clone()], &played[span]);
                if level(truth) < -45.0 {
                    continue;
                }
                if lost[packet] {
                    frames += 1;
                    ours += distance(truth, got, codec.rate.hz() as f32);
                    holes += distance(truth, &vec![0.0; truth.len()], codec.rate.hz() as f32);
                } else if lost[packet - 1] {
                    behind += 1;
                    after += distance(truth, got, codec.rate.hz() as f32);
                }
            }
        }
        let (ours, holes) = (ours / frames as f32, holes / frames as f32);
        let after = after / behind as f32;
        println!(
            "{} {}: {ours:.1} dB off in what was lost, holes {holes:.1}, {after:.1} dB behind it",
            codec.kind.name(),
            codec.rate.hz()
        );
        assert!(ours < 0.9 * holes, "{codec:?}: {ours:.1} dB off, holes {holes:.1}");
        assert!(after < 0.9 * holes, "{codec:?}: {after:.1} dB off behind gaps, holes {holes:.1}");
    }
}
