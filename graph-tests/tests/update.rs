//! Codecs, payload types and packet times change in mid-call: streams go on, and nothing is heard of it.

use assert_no_alloc::AllocDisabler;
use graph_tests::{Packet, Scene, Talker, hash_packets};
use media_core::codec::CodecSpec as Codec;
use media_core::{
    Decibels, Direction, EventKind, JitterConfig, Micros, Millis, PayloadType, Reject, SampleRate, SessionSpec,
    SessionUpdate, Source, TapPoint, WorkerId,
};

#[global_allocator]
static GUARD: AllocDisabler = AllocDisabler;

const TONE_HZ: f64 = 400.0;

fn payload_type(value: u8) -> PayloadType {
    PayloadType::new(value).expect("below 128")
}

fn wide() -> Codec {
    Codec::l16(SampleRate::HZ_16000, payload_type(97))
}

fn full() -> Codec {
    Codec::l16(SampleRate::HZ_48000, payload_type(98))
}

/// The codec of a packet by its payload type.
fn codec_of(packet: &Packet) -> Codec {
    let known = [Codec::pcmu(), Codec::pcma(), wide(), full(), Codec::pcmu().under(payload_type(101))];
    let header = packet.rtp().header;
    *known.iter().find(|codec| codec.payload_type == header.payload_type).expect("a codec of the test")
}

/// One SSRC, numbers that rise by one, timestamps that go on by what each packet holds, and no packet
/// later or earlier than the audio before it.
fn check_line(packets: &[Packet]) {
    for pair in packets.windows(2) {
        let (before, after) = (pair[0].rtp(), pair[1].rtp());
        let codec = codec_of(&pair[0]);
        let samples = codec.payload_samples(before.payload) as u64;
        let units = (samples * u64::from(codec.clock_rate) / u64::from(codec.rate.hz())) as u32;
        let (b, a) = (before.header, after.header);
        assert_eq!(a.ssrc, b.ssrc);
        assert_eq!(a.sequence, b.sequence.wrapping_add(1), "{a:?} after {b:?}");
        assert_eq!(a.timestamp.wrapping_sub(b.timestamp), units, "tick {}: {a:?} after {b:?}", pair[1].tick);
    }
}

/// What a stream of several codecs sounds like, at 48 kHz: each sample is held.
fn heard(packets: &[Packet]) -> Vec<f32> {
    let mut audio = Vec::new();
    for packet in packets {
        let (codec, payload) = (codec_of(packet), packet.rtp().payload);
        let mut samples = vec![0.0; codec.payload_samples(payload)];
        codec.decoder().decode(payload, &mut samples).expect("the engine sends its codec");
        let times = (48_000 / codec.rate.hz()) as usize;
        audio.extend(samples.iter().flat_map(|s| std::iter::repeat_n(*s, times)));
    }
    audio
}

/// The tone never ends and never jumps. Where filters of other delays meet, it may lose itself for a moment.
fn check_tone(audio: &[f32], skip_ms: usize, what: &str) {
    // Whole periods of the tone, 10 ms.
    let period = (48_000.0 / TONE_HZ) as usize * 4;
    let level = |part: &[f32]| (part.iter().map(|s| s * s).sum::<f32>() / part.len() as f32).sqrt();
    let audio = &audio[skip_ms * 48..audio.len() - 480];
    for (at, part) in audio.chunks_exact(period).enumerate() {
        let ms = skip_ms + at * 10;
        let rms = level(part);
        assert!((0.08..0.2).contains(&rms), "{what}: level {rms} at {ms} ms");
    }
    // The steepest step of the tone held at 8 kHz is 0.079.
    let step = graph_tests::largest_step(audio);
    let place = audio.windows(2).position(|pair| (pair[1] - pair[0]).abs() >= 0.13).unwrap_or_default();
    assert!(step < 0.13, "{what}: step of {step} at {} ms", skip_ms + place / 48);
}

/// Two legs: a talker speaks into the first, the second sends what it hears.
struct Call {
    scene: Scene,
    talker: Talker,
}

impl Call {
    fn new(workers: usize, first: SessionSpec, second: SessionSpec, codec: Codec, ptime: u32) -> Self {
        let mut scene = Scene::of(workers, 4);
        scene.call(first, None);
        scene.call(second, None);
        scene.control.bridge(scene.id(0), scene.id(1)).expect("both are free").detach();
        Self { scene, talker: Talker::new(codec, ptime, TONE_HZ) }
    }

    fn run(&mut self, ticks: u64, mut act: impl FnMut(&Scene, &mut Talker, u64)) {
        for _ in 0..ticks {
            let tick = self.scene.next_tick();
            act(&self.scene, &mut self.talker, tick);
            if let Some(datagram) = self.talker.packet(tick) {
                self.scene.calls[0].ingress.push(&datagram, Micros(tick * 10_000)).expect("there is room");
            }
            self.scene.tick();
        }
    }
}

fn spec(codec: Codec) -> SessionSpec {
    SessionSpec::new(codec).jitter(JitterConfig::fixed(Millis(60))).relay(false)
}

#[test]
fn what_is_sent_changes_codec_and_packet_time_on_one_time_line() {
    let codecs = [(Codec::pcmu(), 20), (Codec::pcma(), 30), (wide(), 10), (full(), 10), (Codec::pcmu(), 60)];
    for (from, ptime) in codecs {
        for (to, next) in codecs {
            let mut call = Call::new(1, spec(Codec::pcmu()), spec(from).ptime(Millis(ptime)), Codec::pcmu(), 20);
            call.run(301, |scene, _, tick| {
                if tick == 151 {
                    let update = SessionUpdate::new().send(to).ptime(Millis(next));
                    scene.control.update(scene.id(1), update).expect("it fits").detach();
                }
            });
            let (calls, ..) = call.scene.stop();
            let sent = &calls[1].sent;
            check_line(sent);
            assert_eq!(codec_of(sent.last().expect("it sends")), to);
            check_tone(&heard(sent), 400, &format!("{} {ptime} {} {next}", from.rate.hz(), to.rate.hz()));
        }
    }
}

#[test]
fn a_party_that_changes_to_what_an_update_allows_is_heard_without_a_gap() {
    let codecs = [(Codec::pcmu(), 20), (Codec::pcma(), 30), (wide(), 10), (full(), 10)];
    for (from, ptime) in codecs {
        for (to, next) in codecs {
            let mut call = Call::new(1, spec(from), spec(wide()), from, ptime);
            call.run(420, |scene, talker, tick| {
                if tick == 150 {
                    scene.control.update(scene.id(0), SessionUpdate::new().receive(to)).expect("it fits").detach();
                }
                // What was under way is still of the old codec.
                if tick == 162 {
                    talker.change(to, next);
                }
            });
            let stats = call.scene.control.stats(call.scene.id(0)).expect("it lives");
            assert_eq!((stats.lost, stats.concealed_samples, stats.wrong_payload_type), (0, 0, 0), "{from:?} {to:?}");
            let (calls, ..) = call.scene.stop();
            check_line(&calls[1].sent);
            let pair = format!("{} {ptime} {} {next}", from.rate.hz(), to.rate.hz());
            check_tone(&heard(&calls[1].sent), 400, &pair);
        }
    }
}

#[test]
fn a_party_may_change_among_all_codecs_agreed_on_by_itself() {
    let first = spec(Codec::pcmu()).also_receive(Codec::pcma()).also_receive(wide()).also_receive(full());
    let mut call = Call::new(1, first, spec(Codec::pcmu()), Codec::pcmu(), 20);
    call.run(700, |_, talker, tick| match tick {
        150 => talker.change(Codec::pcma(), 20),
        250 => talker.change(wide(), 20),
        350 => talker.change(full(), 10),
        450 => talker.change(Codec::pcmu(), 30),
        _ => {}
    });
    let told: Vec<_> = call
        .scene
        .events_of(call.scene.id(0))
        .filter_map(|event| match event.kind {
            EventKind::CodecChanged { direction: Direction::Inbound, codec, .. } => Some(codec),
            _ => None,
        })
        .collect();
    let mut changes = told.clone();
    changes.dedup();
    assert_eq!(changes, [Codec::pcma(), wide(), full(), Codec::pcmu()], "{told:?}");
    let stats = call.scene.control.stats(call.scene.id(0)).expect("it lives");
    assert_eq!((stats.lost, stats.resyncs, stats.wrong_payload_type, stats.malformed), (0, 0, 0, 0));
    let (calls, ..) = call.scene.stop();
    check_tone(&heard(&calls[1].sent), 400, "");
}

#[test]
fn reordered_packets_from_before_a_change_are_heard_in_their_place() {
    let mut call = Call::new(1, spec(Codec::pcmu()), spec(Codec::pcmu()), Codec::pcmu(), 20);
    let mut held = None;
    call.run(160, |_, _, _| {});
    let update = SessionUpdate::new().receive(wide());
    call.scene.control.update(call.scene.id(0), update).expect("it fits").detach();
    for tick in 160..400 {
        if tick == 162 {
            // The last packet of the old codec comes after the first of the new one.
            held = call.talker.packet(tick);
            call.talker.change(wide(), 20);
        } else if let Some(datagram) = call.talker.packet(tick) {
            let push = |scene: &mut Scene, bytes: &[u8]| {
                scene.calls[0].ingress.push(bytes, Micros(tick * 10_000)).expect("there is room");
            };
            push(&mut call.scene, &datagram);
            if let Some(late) = held.take() {
                push(&mut call.scene, &late);
            }
        }
        call.scene.tick();
    }
    let stats = call.scene.control.stats(call.scene.id(0)).expect("it lives");
    assert_eq!((stats.lost, stats.reordered, stats.wrong_payload_type), (0, 1, 0));
    let (calls, ..) = call.scene.stop();
    check_tone(&heard(&calls[1].sent), 400, "");
}

#[test]
fn the_old_payload_type_is_refused_once_the_new_one_has_come() {
    let mut call = Call::new(1, spec(Codec::pcmu()), spec(Codec::pcmu()), Codec::pcmu(), 20);
    call.run(200, |scene, talker, tick| match tick {
        100 => scene.control.update(scene.id(0), SessionUpdate::new().receive(Codec::pcma())).expect("fits").detach(),
        120 => talker.change(Codec::pcma(), 20),
        140 => talker.change(Codec::pcmu(), 20),
        _ => {}
    });
    let stats = call.scene.control.stats(call.scene.id(0)).expect("it lives");
    assert!(stats.wrong_payload_type >= 25, "{stats:?}");
    call.scene.stop();
}

#[test]
fn payload_types_may_differ_by_direction() {
    let second = spec(Codec::pcmu()).send_as(payload_type(101));
    let mut call = Call::new(1, spec(Codec::pcmu()), second, Codec::pcmu(), 20);
    call.run(100, |_, _, _| {});
    let (calls, ..) = call.scene.stop();
    assert!(calls[1].sent.iter().all(|p| p.rtp().header.payload_type == payload_type(101)));
    assert!(calls[0].sent.iter().all(|p| p.rtp().header.payload_type == payload_type(0)));
}

#[test]
fn a_relay_follows_the_codecs_of_both_sides() {
    let plain = |codec| SessionSpec::new(codec).also_receive(Codec::pcma());
    let mut call = Call::new(1, plain(Codec::pcmu()), SessionSpec::new(Codec::pcmu()), Codec::pcmu(), 20);
    let mut relayed = Vec::new();
    call.run(600, |scene, talker, tick| {
        relayed.push(scene.control.stats(scene.id(1)).expect("it lives").relayed);
        match tick {
            // To a table, by the party; then to a relay again, by the other side's update.
            200 => talker.change(Codec::pcma(), 20),
            300 => {
                let update = SessionUpdate::new().codec(Codec::pcma());
                scene.control.update(scene.id(1), update).expect("it fits").detach();
            }
            // To audio.
            400 => scene.control.update(scene.id(1), SessionUpdate::new().send(wide())).expect("it fits").detach(),
            500 => scene.control.update(scene.id(1), SessionUpdate::new().codec(Codec::pcma())).expect("fits").detach(),
            _ => {}
        }
    });
    let gained = |from: usize, to: usize| relayed[to] - relayed[from];
    assert!(gained(50, 200) >= 70 && gained(220, 300) >= 35 && gained(310, 400) >= 40, "{relayed:?}");
    assert!(gained(410, 500) == 0 && gained(510, 599) >= 40, "{relayed:?}");
    let (calls, ..) = call.scene.stop();
    for pair in calls[1].sent.windows(2) {
        let (b, a) = (pair[0].rtp().header, pair[1].rtp().header);
        assert_eq!((a.ssrc, a.sequence), (b.ssrc, b.sequence.wrapping_add(1)));
        assert!((a.timestamp.wrapping_sub(b.timestamp) as i32) > 0);
    }
}

#[test]
fn any_number_of_workers_changes_held_tapped_playing_and_moving_legs_alike() {
    let hashes: Vec<u64> = [1, 2, 3].map(eventful).into();
    assert!(hashes.windows(2).all(|pair| pair[0] == pair[1]), "{hashes:?}");
}

/// Updates while all else goes on; the hash of what was sent and tapped.
fn eventful(workers: usize) -> u64 {
    let worker = WorkerId(workers as u16 - 1);
    let here = |codec| spec(codec).worker(WorkerId(0));
    let mut call = Call::new(workers, here(Codec::pcmu()), here(Codec::pcma()), Codec::pcmu(), 20);
    let mut taps = Vec::new();
    call.run(600, |scene, talker, tick| {
        let (control, a, b) = (&scene.control, scene.id(0), scene.id(1));
        let both = || SessionUpdate::new().codec(wide()).ptime(Millis(30)).jitter(JitterConfig::fixed(Millis(80)));
        match tick {
            20 => {
                for (session, point) in [(a, TapPoint::Received), (b, TapPoint::Sent)] {
                    let (_, reader, done) = control.tap(session, point, Millis(10_000)).expect("accepted");
                    taps.push(reader);
                    done.detach();
                }
                let samples: Vec<f32> = (0..40_000).map(|n| ((n % 50) as f32 - 25.0) / 400.0).collect();
                let source = Source::Pcm { samples: samples.into(), rate: SampleRate::HZ_8000, repeat: true };
                control.play(b, source).expect("accepted").1.detach();
            }
            100 => control.update(a, both()).expect("accepted").detach(),
            110 => talker.change(wide(), 20),
            150 => control.gain(b, Direction::Outbound, Decibels(-6.0), Millis(500)).expect("accepted").detach(),
            160 => {
                let txn =
                    control.txn().update(b, both()).hold(a, None).update(b, SessionUpdate::new().ptime(Millis(10)));
                txn.commit().expect("accepted").detach();
            }
            200 => control.resume(a).expect("accepted").detach(),
            290 => control.migrate(a, worker).expect("accepted").detach(),
            300 => {
                control.update(a, SessionUpdate::new().codec(Codec::pcma())).expect("accepted").detach();
                talker.change(Codec::pcma(), 20);
            }
            400 => control.update(b, SessionUpdate::new().codec(full()).ptime(Millis(10))).expect("accepted").detach(),
            _ => {}
        }
    });
    let frames: Vec<_> =
        taps.iter_mut().map(|reader| std::iter::from_fn(|| reader.read()).collect::<Vec<_>>()).collect();
    for frames in &frames {
        assert!(frames.len() > 570 && frames.iter().all(|f| f.samples().len() == 80), "taps keep rate and ticks");
        assert!(frames.windows(2).all(|pair| pair[1].tick.0 == pair[0].tick.0 + 1));
    }
    let (calls, ..) = call.scene.stop();
    check_line(&calls[1].sent);
    let mut hash = hash_packets(&calls[0].sent) ^ hash_packets(&calls[1].sent).rotate_left(1);
    for sample in frames.iter().flatten().flat_map(|frame| frame.samples().to_vec()) {
        hash = (hash ^ u64::from(sample.to_bits())).wrapping_mul(0x100_0000_01b3);
    }
    hash
}

#[test]
fn an_update_waits_for_a_session_on_its_way() {
    let here = |codec| spec(codec).worker(WorkerId(0));
    let mut call = Call::new(2, here(Codec::pcmu()), here(Codec::pcmu()), Codec::pcmu(), 20);
    call.run(300, |scene, _, tick| {
        if tick == 100 {
            scene.control.migrate(scene.id(1), WorkerId(1)).expect("accepted").detach();
            scene.control.update(scene.id(1), SessionUpdate::new().send(wide())).expect("accepted").detach();
        }
    });
    let (calls, ..) = call.scene.stop();
    check_line(&calls[1].sent);
    assert_eq!(codec_of(calls[1].sent.last().expect("it sends")), wide());
    check_tone(&heard(&calls[1].sent), 400, "moved");
}

#[test]
fn wide_band_is_wide_band_after_an_update() {
    let mut call = Call::new(1, spec(Codec::pcmu()), spec(Codec::pcmu()), Codec::pcmu(), 20);
    call.talker = Talker::new(Codec::pcmu(), 20, 6_000.0);
    call.run(400, |scene, talker, tick| {
        if tick == 100 {
            let txn = scene.control.txn().update(scene.id(0), SessionUpdate::new().codec(wide()));
            txn.update(scene.id(1), SessionUpdate::new().codec(wide())).commit().expect("both fit").detach();
            talker.change(wide(), 20);
        }
    });
    let (calls, ..) = call.scene.stop();
    let late: Vec<_> = calls[1].sent.iter().filter(|p| p.tick > 200).cloned().collect();
    let audio = graph_tests::audio(&wide(), &late);
    let said: Vec<f32> =
        (0..400).map(|n| (f64::from(n) * 6_000.0 / 16_000.0 * std::f64::consts::TAU).sin() as f32).collect();
    assert!(graph_tests::correlation(&said, &audio, 100).0 > 0.99);
}

#[test]
fn updates_that_cannot_be_are_rejected_and_change_nothing() {
    let mut scene = Scene::plain();
    scene.call(spec(Codec::pcmu()), None);
    let (control, id) = (scene.control.clone(), scene.id(0));
    let five = (0..5).fold(SessionUpdate::new(), |u, n| u.also_receive(Codec::pcmu().under(payload_type(100 + n))));
    for update in [
        SessionUpdate::new().ptime(Millis(25)),
        SessionUpdate::new().also_receive(Codec::pcma().under(payload_type(0))),
        SessionUpdate::new().jitter(JitterConfig::new().min(Millis(500))),
        five,
    ] {
        assert!(matches!(control.update(id, update), Err(Reject::Update(_))));
    }
    scene.run(10);
    let (_, events, _) = scene.stop();
    assert!(!events.iter().any(|event| matches!(event.kind, EventKind::CodecChanged { .. })));
}
