//! What a detector of speech decides: who is a talker, what is sent as comfort noise; and what overrules it.

use assert_no_alloc::AllocDisabler;
use graph_tests::{Network, Scene, Teller};
use media_core::graph::NodeEventKind;
use media_core::mixer::talkers::TalkersConfig;
use media_core::processing::audio::agc::AgcConfig;
use media_core::processing::audio::dtmf::{DtmfConfig, frequencies};
use media_core::processing::audio::vad::VadConfig;
use media_core::{
    CodecSpec, Decibels, DigitPolicy, EventKind, ExternalSpec, PayloadType, ProcessingSpec, RoomSpec, SampleRate,
    SessionSpec,
};

#[global_allocator]
static GUARD: AllocDisabler = AllocDisabler;

const RATE: SampleRate = SampleRate::HZ_8000;

fn pt(value: u8) -> PayloadType {
    PayloadType::new(value).expect("below 128")
}

fn linear() -> CodecSpec {
    CodecSpec::l16(RATE, pt(96))
}

fn listening() -> ProcessingSpec {
    ProcessingSpec::new().voice(VadConfig::default())
}

/// A voice of the examples, 10 s with pauses.
fn voice() -> Vec<f32> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/clips/alice.wav");
    let mut file = hound::WavReader::open(path).expect("a WAV file");
    file.samples::<i16>().map(|sample| f32::from(sample.expect("whole")) / 32_768.0).collect()
}

/// White noise of the peak `level`.
fn noise(count: usize, level: f32) -> Vec<f32> {
    let mut seed = 5u32;
    (0..count)
        .map(|_| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            level * (seed as f32 / u32::MAX as f32 * 2.0 - 1.0)
        })
        .collect()
}

fn sum(a: &[f32], b: &[f32]) -> Vec<f32> {
    a.iter().zip(b).map(|(a, b)| a + b).collect()
}

fn run(scene: &mut Scene, call: usize, teller: &mut Teller, ticks: u64) {
    for _ in 0..ticks {
        teller.tick(scene, call);
        scene.tick();
    }
}

/// Who talked in a room of one who makes noise, seconds on and seconds off, and one who speaks; how often each began.
fn talk_spurts(detects: bool) -> [usize; 2] {
    let mut scene = Scene::of(2, 8);
    let (room, _) =
        scene.control.create_room(RoomSpec::new().talkers(TalkersConfig::default())).expect("there is room");
    let processing = if detects { listening() } else { ProcessingSpec::new() };
    let spec = SessionSpec::external(RATE, ExternalSpec::new()).processing(processing);
    let (ids, mut ports) = scene.seat(room, [spec.clone(), spec], 6);
    scene.run(10);
    let speech = voice();
    let mut hiss = noise(speech.len(), 0.2);
    for (n, sample) in hiss.iter_mut().enumerate() {
        *sample *= if n / 16_000 % 2 == 1 { 1.0 } else { 0.01 };
    }
    for (hiss, speech) in hiss.chunks_exact(80).zip(speech.chunks_exact(80)) {
        ports[0].writer.write(hiss);
        ports[1].writer.write(speech);
        scene.tick();
        ports.iter_mut().for_each(|port| while port.reader.read().is_some() {});
    }
    let began = |n: usize| {
        let starts = |event: &&media_core::Event| matches!(event.kind, EventKind::TalkStart { .. });
        scene.events_of(ids[n]).filter(starts).count()
    };
    let began = [began(0), began(1)];
    scene.stop();
    began
}

#[test]
fn who_is_loud_but_does_not_speak_is_no_talker_where_speech_is_looked_for() {
    let [noise, speech] = talk_spurts(false);
    assert!(noise > 0 && speech > 0, "by their level both talk: {noise}, {speech}");
    let [noise, speech] = talk_spurts(true);
    assert!(noise == 0 && speech > 0, "{noise}, {speech}");
}

/// What a leg was sent in place of what was said, by RTP time: zeros where comfort noise or nothing was; and how many
/// packets of comfort noise there were.
fn sent(says: &[f32], detects: bool, suppresses: bool) -> (Vec<f32>, u64) {
    let mut scene = Scene::up_to_date();
    let processing = if detects { listening() } else { ProcessingSpec::new() };
    let near = scene.call(SessionSpec::new(linear()).relay(false).processing(processing), None);
    let spec = SessionSpec::new(CodecSpec::pcmu()).comfort_noise(pt(13)).silence_suppression(suppresses);
    let far = scene.call(spec, None);
    let _bridged = scene.control.bridge(scene.id(near), scene.id(far)).expect("both are free");
    let mut teller = Teller::new(linear(), says.to_vec(), Network::clean());
    run(&mut scene, near, &mut teller, says.len() as u64 / 80);
    let packets = &scene.calls[far].sent;
    let first = packets[0].rtp().header.timestamp;
    let mut audio = vec![0.0; says.len() + 8_000];
    let mut decoder = CodecSpec::pcmu().decoder();
    for packet in packets.iter().filter(|packet| packet.rtp().header.payload_type == pt(0)) {
        let at = packet.rtp().header.timestamp.wrapping_sub(first) as usize;
        decoder.decode(packet.rtp().payload, &mut audio[at..at + 160]).expect("a packet of 20 ms");
    }
    let comfort = scene.control.stats(scene.id(far)).expect("it lives").comfort_sent;
    scene.stop();
    (audio, comfort)
}

#[test]
fn where_silence_is_suppressed_pauses_over_noise_go_out_as_comfort_noise_and_words_keep_all_but_a_packet_of_their_beginning()
 {
    let mut says = noise(16_000, 0.004);
    says.extend(voice());
    says.extend(vec![0.0; 16_000]);
    let says = sum(&says, &noise(says.len(), 0.004));
    let (whole, before) = sent(&says, true, false);
    let (_, unheard) = sent(&says, false, true);
    assert!(before <= 2 && unheard <= 2, "only where it is asked for, and detected: {before}, {unheard}");
    let (spoken, comfort) = sent(&says, true, true);
    assert!(comfort >= 5, "{comfort} descriptions of noise");
    let level = |frame: &[f32]| frame.iter().map(|x| x * x).sum::<f32>() / frame.len() as f32;
    let frames = whole.chunks(80).zip(spoken.chunks(80));
    let left_out = frames.clone().filter(|(whole, spoken)| level(whole) > 0.0 && level(spoken) == 0.0).count();
    assert!(left_out > 200, "{left_out} of {} ticks", whole.len() / 80);
    // The noise is at −53 dBFS.
    let missing = frames.filter(|(whole, spoken)| level(whole) > 1e-4 && level(spoken) == 0.0).count();
    assert!(missing <= 2, "{missing} ticks at −40 dBFS and more: a packet is 2");
}

/// Ticks in which a leg that says digits over noise counts as speaking.
fn speaks_at_digits(detects_digits: bool) -> usize {
    let mut says = noise(8_000, 0.02);
    for code in [1, 5, 9, 0, 12, 3, 7, 10] {
        let (low, high) = frequencies(code).expect("a digit");
        says.extend((0..960).map(|n| {
            let turn = |hz: f32| (std::f32::consts::TAU * hz * n as f32 / 8_000.0).sin();
            0.15 * (turn(low) + turn(high))
        }));
        says.extend(vec![0.0; 960]);
    }
    let says = sum(&says, &noise(says.len(), 0.02));
    let digits = if detects_digits { DigitPolicy::new().detect(DtmfConfig::default()) } else { DigitPolicy::new() };
    let mut scene = Scene::up_to_date();
    let call = scene.call(SessionSpec::new(linear()).processing(listening().digits(digits)), None);
    let mut teller = Teller::new(linear(), says.clone(), Network::clean());
    let mut spoken = 0;
    for _ in 0..says.len() / 80 {
        run(&mut scene, call, &mut teller, 1);
        let figures = scene.control.processing(scene.id(call)).expect("it lives");
        spoken += usize::from(figures.and_then(|figures| figures.voice).is_some_and(|voice| voice.speech));
    }
    scene.stop();
    spoken
}

#[test]
fn digits_over_noise_are_no_speech_where_digits_are_looked_for() {
    let (alone, overruled) = (speaks_at_digits(false), speaks_at_digits(true));
    assert!(overruled <= 4, "{overruled} ticks; without the detector of digits {alone}");
}

#[test]
fn a_gain_control_that_is_to_aim_elsewhere_goes_on_and_moves_there() {
    let gain = |target| ProcessingSpec::new().gain(AgcConfig::default().target(Decibels(target)));
    let says = [voice(), voice()].concat();
    let mut scene = Scene::up_to_date();
    let call = scene.call(SessionSpec::new(linear()).processing(gain(-26.0)), None);
    let mut teller = Teller::new(linear(), says, Network::clean());
    let now = |scene: &Scene| {
        let figures = scene.control.processing(scene.id(call)).expect("it lives");
        figures.and_then(|figures| figures.gain).expect("it runs").gain.0
    };
    run(&mut scene, call, &mut teller, 900);
    let before = now(&scene);
    let _changed = scene.control.process(scene.id(call), gain(-20.0)).expect("accepted");
    run(&mut scene, call, &mut teller, 10);
    assert!((now(&scene) - before).abs() < 1.0, "no new start: {before}, {}", now(&scene));
    run(&mut scene, call, &mut teller, 800);
    let moved = now(&scene) - before;
    assert!((3.0..12.0).contains(&moved), "{moved} dB for 6, and what compression takes");
    let started =
        |event: &&media_core::Event| matches!(event.kind, EventKind::Node { kind: NodeEventKind::VoiceStarted, .. });
    assert_eq!(scene.events_of(scene.id(call)).filter(started).count(), 0, "nobody asked who speaks");
    scene.stop();
}
