//! The delay ledger against what is heard: every way through the engine, to a sample.
#![allow(clippy::disallowed_types, reason = "threads of tests: no worker sees this lock")]

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use graph_tests::{Packet, Scene};
use media_core::codec::AudioEncoder;
use media_core::rtp::RtpHeader;
use media_core::{
    CodecSpec, Decibels, JitterConfig, Micros, Millis, PayloadType, RoomSpec, SampleRate, SessionSpec, Ssrc,
};

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

/// Seconds that are said, and at which a second begins to be looked for.
const SAID: f64 = 2.5;
const FROM: f64 = 0.8;
const LONG: f64 = 0.6;

fn pt(value: u8) -> PayloadType {
    PayloadType::new(value).expect("below 128")
}

/// A voice as a function of time, so that it can be heard at any rate: harmonics of a pitch that rises.
fn voice(t: f64) -> f64 {
    if !(0.0..SAID).contains(&t) {
        return 0.0;
    }
    let phase = std::f64::consts::TAU * (130.0 * t + 15.0 * t * t);
    let syllables = 0.5 - 0.5 * (t * 25.0).cos();
    // Without the lowest ones, whose phase the high-pass filters of speech codecs turn.
    (3..16).map(|k| (f64::from(k) * phase).sin() / f64::from(k)).sum::<f64>() * 0.3 * syllables
}

/// Says the voice into a call in packets, the first of which arrives at `start`.
struct Mouth {
    codec: CodecSpec,
    encoder: Box<dyn AudioEncoder>,
    ptime: u64,
    start: u64,
    said: u64,
}

impl Mouth {
    fn new(codec: CodecSpec, ptime: u64, start: u64) -> Self {
        Self { codec, encoder: codec.mono_encoder(), ptime, start, said: 0 }
    }

    fn tick(&mut self, scene: &mut Scene, call: usize) {
        let due = self.start + self.said * self.ptime * 1_000;
        if due > scene.next_tick() * 10_000 {
            return;
        }
        let (rate, count) = (f64::from(self.codec.rate.hz()), self.codec.rate.per_tick() * self.ptime as usize / 10);
        let first = self.said as usize * count;
        let audio: Vec<f32> = (first..first + count).map(|n| voice(n as f64 / rate) as f32).collect();
        let mut payload = vec![0; self.encoder.max_payload(count)];
        let encoded = self.encoder.encode(&audio, &mut payload).expect("there is room");
        let header = RtpHeader {
            marker: false,
            payload_type: self.codec.payload_type,
            sequence: 100 + self.said as u16,
            timestamp: (self.said * self.ptime) as u32 * (self.codec.clock_rate / 1_000),
            ssrc: Ssrc(9),
        };
        let datagram = [&header.to_bytes()[..], &payload[..encoded.bytes]].concat();
        scene.calls[call].ingress.push(&datagram, Micros(due)).expect("the ring has room");
        self.said += 1;
    }
}

/// The delay at which `heard` (sample 0 of it at time 0, at `rate`) is most like the voice: near `expected`, in seconds.
fn find(heard: &[f32], rate: f64, expected: f64) -> (f64, f64) {
    let likeness = |delay: f64| {
        let (mut ab, mut aa, mut bb) = (0.0, 1e-12, 1e-12);
        // The voice has nothing above 3 kHz: of 48 000 samples every third is enough.
        let step = (rate as usize / 16_000).max(1);
        for n in (((FROM * rate) as usize)..(((FROM + LONG) * rate) as usize).min(heard.len())).step_by(step) {
            let (a, b) = (voice(n as f64 / rate - delay), f64::from(heard[n]));
            (ab, aa, bb) = (ab + a * b, aa + a * a, bb + b * b);
        }
        ab / f64::sqrt(aa * bb)
    };
    let near = (-20..=20).map(|step| expected + f64::from(step) * 0.000_1);
    let coarse = near.map(|delay| (likeness(delay), delay)).max_by(|a, b| a.0.total_cmp(&b.0)).expect("there are some");
    let fine = (-10..=10).map(|step| coarse.1 + f64::from(step) * 0.000_01);
    let (like, delay) = fine.map(|delay| (likeness(delay), delay)).max_by(|a, b| a.0.total_cmp(&b.0)).expect("some");
    (delay, like)
}

/// What a call was sent, sample by sample from time 0 on: a packet's first sample sounds when it leaves.
fn heard(codec: &CodecSpec, packets: &[Packet], seconds: f64) -> Vec<f32> {
    let rate = codec.rate.hz() as usize;
    let mut all = vec![0.0; (seconds * rate as f64) as usize + rate];
    let mut decoder = codec.mono_decoder();
    for packet in packets {
        let payload = packet.rtp().payload;
        let mut audio = vec![0.0; codec.payload_samples(payload)];
        decoder.decode(payload, &mut audio).expect("the engine sends its codec");
        let at = packet.tick as usize * rate / 100;
        let end = (at + audio.len()).min(all.len());
        if at < end {
            all[at..end].copy_from_slice(&audio[..end - at]);
        }
    }
    all
}

/// Delay of a codec from its encoder's input to its decoder's output, in seconds, beyond a packet's duration.
fn alone(codec: CodecSpec) -> f64 {
    static KNOWN: Mutex<BTreeMap<(&str, SampleRate), f64>> = Mutex::new(BTreeMap::new());
    let key = (codec.name(), codec.rate);
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner).get(&key).copied();
    known.unwrap_or_else(|| {
        let delay = measure(codec);
        KNOWN.lock().unwrap_or_else(PoisonError::into_inner).insert(key, delay);
        delay
    })
}

fn measure(codec: CodecSpec) -> f64 {
    let (mut encoder, mut decoder, rate) = (codec.mono_encoder(), codec.mono_decoder(), f64::from(codec.rate.hz()));
    let count = 2 * codec.rate.per_tick();
    let mut payload = vec![0; encoder.max_payload(count)];
    let mut all = Vec::new();
    for packet in 0..120 {
        let audio: Vec<f32> = (packet * count..(packet + 1) * count).map(|n| voice(n as f64 / rate) as f32).collect();
        let bytes = encoder.encode(&audio, &mut payload).expect("there is room").bytes;
        let start = all.len();
        all.resize(start + count, 0.0);
        decoder.decode(&payload[..bytes], &mut all[start..]).expect("its own payload");
    }
    let declared = codec.delay();
    let declared = f64::from(declared.encoder + declared.decoder) / rate;
    let (delay, _) = find(&all, rate, declared);
    // A sample; Opus works at 16 kHz inside.
    let most = 1.0 / rate.min(16_000.0) + 1e-5;
    println!("{}: {:.3} ms alone, {:.3} declared", codec.name(), delay * 1e3, declared * 1e3);
    assert!((delay - declared).abs() <= most, "{}: {delay} alone, {declared} declared", codec.name());
    delay
}

/// How two parties are brought together.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Together {
    Bridge,
    Room,
}

fn check(from: CodecSpec, in_ms: u64, to: CodecSpec, out_ms: u32, arrives_us: u64, together: Together) {
    let what = format!("{} {in_ms} ms to {} {out_ms} ms, {together:?}", from.name(), to.name());
    let mut scene = Scene::up_to_date();
    let jitter = JitterConfig::fixed(Millis(60));
    let spec = |codec, ptime| SessionSpec::new(codec).ptime(Millis(ptime)).jitter(jitter).relay(false);
    let near = scene.call(spec(from, in_ms as u32), None);
    let far = scene.call(spec(to, out_ms), None);
    let (a, b) = (scene.id(near), scene.id(far));
    match together {
        Together::Bridge => scene.control.bridge(a, b).expect("both are free").detach(),
        Together::Room => {
            let (room, opened) = scene.control.create_room(RoomSpec::new()).expect("it fits");
            opened.detach();
            for id in [a, b] {
                scene.control.join(id, room, Decibels(0.0)).expect("it fits").detach();
            }
        }
    }
    let start = 200_000 + arrives_us;
    let mut mouth = Mouth::new(from, in_ms, start);
    let mut ledger = None;
    scene.script(220, |scene, tick| {
        mouth.tick(scene, near);
        if tick == 150 {
            ledger = Some(scene.control.delay(a, b).expect("they hear each other"));
        }
    });
    let ledger = ledger.expect("asked for");
    let rate = f64::from(to.rate.hz());
    let ears = heard(&to, &scene.calls[far].sent, 2.4);
    // Codecs delay as they do alone: the rest is the engine's own, and to a sample.
    let inner = ledger.within_us() - ledger.decode_us - ledger.encode_us;
    let expected = inner as f64 / 1e6 + alone(from) + alone(to);
    let (delay, like) = find(&ears, rate, start as f64 / 1e6 + expected);
    let delay = delay - start as f64 / 1e6;
    // Where two codecs in a row keep the sound and not the wave, each may shift what is most alike by a sample.
    let lossy = [from, to].iter().filter(|codec| ["G729", "opus"].contains(&codec.name())).count().max(1);
    let sample = lossy as f64 / f64::from(from.rate.hz().min(to.rate.hz())) + 1e-5;
    println!("{what}: heard after {:.3} ms, told {:.3} ms, likeness {like:.3}", delay * 1e3, expected * 1e3);
    assert!(like > 0.4, "{what}: {like}: {ledger:?}");
    assert!((delay - expected).abs() <= sample, "{what}: heard after {delay}, told {expected}: {ledger:?}");
    assert_eq!(ledger.network_us, None);
    scene.stop();
}

fn codecs() -> Vec<CodecSpec> {
    let mut all = vec![CodecSpec::pcmu(), CodecSpec::g722(), CodecSpec::g729()];
    all.push(CodecSpec::opus(SampleRate::HZ_48000, pt(111)));
    all
}

#[test]
fn bridges_delay_as_the_ledger_says_to_a_sample() {
    for from in codecs() {
        for to in codecs() {
            check(from, 20, to, 20, 0, Together::Bridge);
        }
    }
}

#[test]
fn packet_times_and_arrivals_between_ticks_are_in_the_ledger() {
    for (in_ms, out_ms, arrives) in [(10, 20, 0), (30, 10, 3_000), (20, 60, 7_900), (60, 30, 5_000)] {
        check(CodecSpec::pcma(), in_ms, CodecSpec::pcmu(), out_ms, arrives, Together::Bridge);
    }
    check(CodecSpec::opus(SampleRate::HZ_16000, pt(111)), 40, CodecSpec::g722(), 20, 4_000, Together::Bridge);
}

#[test]
fn rooms_delay_as_the_ledger_says_to_a_sample() {
    let opus = CodecSpec::opus(SampleRate::HZ_48000, pt(111));
    for (from, to) in [
        (CodecSpec::pcmu(), CodecSpec::pcma()),
        (CodecSpec::pcmu(), CodecSpec::g722()),
        (CodecSpec::g722(), CodecSpec::g729()),
        (opus, CodecSpec::pcmu()),
        (CodecSpec::pcmu(), opus),
    ] {
        check(from, 20, to, 20, 0, Together::Room);
    }
}

#[test]
fn a_relay_delays_by_nothing_but_the_tick() {
    let mut scene = Scene::up_to_date();
    let spec = SessionSpec::new(CodecSpec::pcmu());
    let (near, far) = (scene.call(spec.clone(), None), scene.call(spec, None));
    let (a, b) = (scene.id(near), scene.id(far));
    assert!(scene.control.delay(a, b).is_err(), "they do not hear each other");
    scene.control.bridge(a, b).expect("both are free").detach();
    let mut mouth = Mouth::new(CodecSpec::pcmu(), 20, 100_000);
    scene.script(100, |scene, _| mouth.tick(scene, near));
    let ledger = scene.control.delay(a, b).expect("they are bridged");
    assert_eq!((ledger.within_us(), ledger.packet_us), (0, 20_000));
    assert_eq!(scene.calls[far].sent[0].tick, 10);
    scene.stop();
}
