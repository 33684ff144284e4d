//! The course of a leg: early, answered, parked and picked up, replaced, ended when all is played; its source announced.

use graph_tests::{Network, Phone, Scene, audio, check_stream, correlation};
use media_core::graph::NodeEventKind;
use media_core::processing::dsp::ToneSpec;
use media_core::rtp::RtpHeader;
use media_core::session::{Gate, Link, Phase};
use media_core::{
    CodecSpec, Decibels, Digits, EarlyMedia, EventKind, LegEvent, Micros, Millis, PayloadType, Reject, RoomSpec,
    SampleRate, SessionId, SessionSpec, Source, SourceHint, Ssrc, WorkerId,
};

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

fn pcmu() -> CodecSpec {
    CodecSpec::pcmu()
}

fn phone(seed: u64) -> Option<Phone> {
    Some(Phone::new(pcmu(), 20, seed, Network::clean()))
}

const TONE_HZ: f32 = 425.0;

fn tone() -> Source {
    Source::Tone(ToneSpec::new().partial(TONE_HZ, Decibels(-12.0)))
}

/// What a call was sent from tick `from` on, at 8 kHz.
fn heard(scene: &Scene, call: usize, from: u64) -> Vec<f32> {
    let packets: Vec<_> = scene.calls[call].sent.iter().filter(|packet| packet.tick >= from).cloned().collect();
    audio(&pcmu(), &packets)
}

/// Root of the mean square.
fn rms(audio: &[f32]) -> f32 {
    (audio.iter().map(|sample| sample * sample).sum::<f32>() / audio.len().max(1) as f32).sqrt()
}

/// The part of the power that lies at the tone.
fn tone_share(audio: &[f32]) -> f32 {
    let step = std::f32::consts::TAU * TONE_HZ / 8_000.0;
    let (re, im) = audio.iter().zip(0u16..).fold((0.0, 0.0), |(re, im), (sample, n)| {
        let (sin, cos) = (f32::from(n) * step).sin_cos();
        (re + sample * cos, im + sample * sin)
    });
    let count = audio.len() as f32;
    2.0 * (re * re + im * im) / (count * count) / rms(audio).powi(2).max(1e-12)
}

/// How much what a call heard of late is like what another one said.
fn likeness(scene: &Scene, listener: usize, speaker: usize) -> f64 {
    let heard = heard(scene, listener, scene.next_tick() - 60);
    let said = scene.calls[speaker].phone.as_ref().expect("it speaks").spoken();
    correlation(&heard[heard.len() - 3_000..], &said[said.len() - 8_000..], 5_000).0
}

/// What a leg was told of its state, by name.
fn told(scene: &Scene, id: SessionId) -> Vec<String> {
    let name = |kind: &EventKind| match kind {
        EventKind::Leg(LegEvent::Parked) => "Parked".into(),
        EventKind::Leg(LegEvent::Unparked) => "Unparked".into(),
        EventKind::Leg(LegEvent::Early { gate }) => format!("Early {gate:?}"),
        EventKind::Leg(LegEvent::EarlyMedia) => "EarlyMedia".into(),
        EventKind::Leg(LegEvent::Answered) => "Answered".into(),
        EventKind::Leg(LegEvent::Replaced { old }) => format!("Replaced {}", old.index()),
        EventKind::Leg(LegEvent::Ending) => "Ending".into(),
        EventKind::Bridged { peer, .. } => format!("Bridged {}", peer.index()),
        EventKind::Unbridged => "Unbridged".into(),
        EventKind::Joined { .. } => "Joined".into(),
        EventKind::Left { .. } => "Left".into(),
        EventKind::Held => "Held".into(),
        EventKind::Resumed => "Resumed".into(),
        EventKind::Destroyed { .. } => "Destroyed".into(),
        EventKind::Node { kind: NodeEventKind::PlayDone { .. }, .. } => "PlayDone".into(),
        EventKind::Node { kind: NodeEventKind::DigitSent { .. }, .. } => "DigitSent".into(),
        _ => String::new(),
    };
    scene.events_of(id).map(|event| name(&event.kind)).filter(|name| !name.is_empty()).collect()
}

#[test]
fn a_parked_leg_hears_its_music_and_nobody_hears_it_until_it_is_picked_up() {
    let mut scene = Scene::of(2, 8);
    let [a, b, c] = [0, 1, 2].map(|n| scene.call(SessionSpec::new(pcmu()).worker(WorkerId(n % 2)), phone(n.into())));
    let (control, [ia, ib, ic]) = (scene.control.clone(), [a, b, c].map(|call| scene.id(call)));
    control.bridge(ia, ib).expect("both are free").detach();
    control.hold(ia, None).expect("bridged").detach();
    scene.run(50);
    control.park(ia, Some(tone())).expect("bridged").detach();
    scene.run(60);
    let late = scene.next_tick() - 40;
    assert!(tone_share(&heard(&scene, a, late)) > 0.98, "it hears its music");
    assert!(rms(&heard(&scene, b, late)) < 1e-3, "its peer hears nobody");
    assert_eq!(told(&scene, ia), ["Bridged 1", "Held", "Unbridged", "Resumed", "Parked"]);
    assert_eq!(told(&scene, ib), ["Bridged 0", "Unbridged"]);
    assert_eq!(control.session_state(ia).expect("it lives").link, Link::Parked);
    assert!(matches!(control.hold(ia, None), Err(Reject::Illegal { .. })));
    assert!(matches!(control.park(ia, None), Err(Reject::Illegal { .. })));
    assert!(matches!(control.delay(ia, ib), Err(Reject::NotBridged(_))));
    // Picked up by somebody on the other worker.
    control.bridge(ic, ia).expect("it can be picked up").detach();
    scene.run(120);
    assert_eq!(told(&scene, ia)[5..], ["Unparked", "Bridged 2"]);
    assert!(likeness(&scene, a, c) > 0.98 && likeness(&scene, c, a) > 0.98);
    // Aside again, this time in silence, and picked up by a room; and once taken back by itself.
    control.park(ia, None).expect("bridged").detach();
    control.unpark(ia).expect("parked").detach();
    control.txn().park(ia, None).unpark(ia).park(ia, None).commit().expect("legal in this order").detach();
    let (room, op) = control.create_room(RoomSpec::new().members(4)).expect("it fits");
    op.detach();
    scene.run(60);
    assert!(rms(&heard(&scene, a, scene.next_tick() - 40)) < 1e-3, "no music was given");
    control.join(ib, room, Decibels(0.0)).expect("it is free").detach();
    control.join(ia, room, Decibels(0.0)).expect("it can be picked up").detach();
    scene.run(120);
    assert!(likeness(&scene, a, b) > 0.98);
    control.park(ia, Some(tone())).expect("in a room").detach();
    scene.run(60);
    assert!(tone_share(&heard(&scene, a, scene.next_tick() - 40)) > 0.98);
    assert_eq!(told(&scene, ia).last().map(String::as_str), Some("Parked"));
    assert!(told(&scene, ia).contains(&"Left".into()));
    check_stream(&pcmu(), &scene.calls[a].sent).expect("one line of numbers through all of it");
    control.destroy(ia).expect("whatever it is").detach();
    scene.run(5);
    scene.stop();
}

#[test]
fn the_caller_hears_ringback_until_the_callee_sends_and_from_then_on_that_alone() {
    for (workers, ptime) in [(1, 20), (2, 30)] {
        let mut scene = Scene::of(workers, 8);
        let spec = SessionSpec::new(pcmu()).ptime(Millis(ptime)).early();
        let caller = scene.call(spec, phone(1));
        let callee = scene.call(SessionSpec::new(pcmu()).worker(WorkerId(workers as u16 - 1)), phone(2));
        scene.calls[callee].phone.as_mut().expect("it has one").hush(true);
        let (control, [a, b]) = (scene.control.clone(), [caller, callee].map(|call| scene.id(call)));
        control.txn().bridge(a, b).early(a, EarlyMedia::Ringback(tone())).commit().expect("legal").detach();
        // What plays beside ringback is no media of the far party.
        let notice = Source::Pcm { samples: vec![0.1; 800].into(), rate: SampleRate::HZ_8000, repeat: false };
        control.play(a, notice).expect("early legs can be played to").1.detach();
        scene.run(100);
        assert_eq!(control.session_state(a).expect("it lives").phase, Phase::Early(Gate::Ringback));
        assert!(tone_share(&heard(&scene, caller, 40)) > 0.98, "a 180 without media");
        assert!(rms(&heard(&scene, callee, 40)) < 1e-3, "who has not been answered is not heard");
        // The 183.
        scene.calls[callee].phone.as_mut().expect("it has one").hush(false);
        scene.run(100);
        let switch = scene.events_of(a).find(|e| matches!(e.kind, EventKind::Leg(LegEvent::EarlyMedia)));
        let switch = switch.expect("it was told").tick.0;
        assert!(control.session_state(a).expect("it lives").phase == Phase::Early(Gate::Listen));
        let before: Vec<_> =
            scene.calls[caller].sent.iter().filter(|p| p.tick < switch && p.tick > 40).cloned().collect();
        assert!(tone_share(&audio(&pcmu(), &before)) > 0.98, "nothing of the callee before the change");
        let after = heard(&scene, caller, switch + u64::from(ptime) / 10 + 1);
        assert!(tone_share(&after) < 0.02 && rms(&after) > 0.02, "nothing of ringback behind it");
        assert!(likeness(&scene, caller, callee) > 0.98);
        assert!(rms(&heard(&scene, callee, switch)) < 1e-3, "the caller is still not heard");
        control.answer(a).expect("early").detach();
        scene.run(100);
        assert!(likeness(&scene, callee, caller) > 0.98 && likeness(&scene, caller, callee) > 0.98);
        assert_eq!(control.session_state(a).expect("it lives").phase, Phase::Answered);
        assert_eq!(
            told(&scene, a),
            ["Early Block", "Bridged 1", "Early Ringback", "PlayDone", "EarlyMedia", "Answered"]
        );
        assert!(matches!(control.early(a, EarlyMedia::Pass), Err(Reject::Illegal { .. })));
        check_stream(&pcmu(), &scene.calls[caller].sent).expect("one line of numbers");
        scene.stop();
    }
}

#[test]
fn the_gate_lets_pass_what_it_says() {
    let mut scene = Scene::plain();
    let [a, b] = [1, 2].map(|n| scene.call(SessionSpec::new(pcmu()).early(), phone(n)));
    let (control, [ia, ib]) = (scene.control.clone(), [a, b].map(|call| scene.id(call)));
    control.answer(ib).expect("early").detach();
    control.bridge(ia, ib).expect("an early leg can be bridged").detach();
    let loud = |scene: &Scene, call| rms(&heard(scene, call, scene.next_tick() - 40)) > 0.02;
    for (media, hears, is_heard) in [
        (None, false, false),
        (Some(EarlyMedia::Listen), true, false),
        (Some(EarlyMedia::Pass), true, true),
        (Some(EarlyMedia::Block), false, false),
        (Some(EarlyMedia::Ringback(tone())), true, false),
    ] {
        if let Some(media) = media {
            control.early(ia, media).expect("early").detach();
        }
        scene.run(80);
        assert_eq!((loud(&scene, a), loud(&scene, b)), (hears, is_heard), "{:?}", control.session_state(ia));
    }
    // The callee talked all the time: of ringback nothing was heard.
    assert!(tone_share(&heard(&scene, a, scene.next_tick() - 60)) < 0.02);
    // A gate outlives a mute.
    control.early(ia, EarlyMedia::Block).expect("early").detach();
    control.mute(ia, media_core::Direction::Outbound, true).expect("it lives").detach();
    control.mute(ia, media_core::Direction::Outbound, false).expect("it lives").detach();
    scene.run(60);
    assert!(!loud(&scene, a));
    for refused in [control.hold(ia, None), control.park(ia, None), control.resume(ia)] {
        assert!(matches!(refused, Err(Reject::Illegal { .. })));
    }
    control.answer(ia).expect("early").detach();
    scene.run(80);
    assert!(loud(&scene, a) && loud(&scene, b));
    scene.stop();
}

#[test]
fn a_transfer_is_told_to_who_comes_and_breaks_no_numbers() {
    let mut scene = Scene::of(2, 8);
    let [a, b, c, d] =
        [0, 1, 2, 3].map(|n| scene.call(SessionSpec::new(pcmu()).worker(WorkerId(n % 2)), phone(n.into())));
    let (control, [ia, ib, ic, id]) = (scene.control.clone(), [a, b, c, d].map(|call| scene.id(call)));
    control.bridge(ia, ib).expect("free").detach();
    scene.run(60);
    control.transfer(ia, ic).expect("bridged").detach();
    scene.run(100);
    assert!(likeness(&scene, a, c) > 0.98 && likeness(&scene, c, a) > 0.98);
    control.replace(ic, id).expect("bridged").detach();
    scene.run(100);
    assert!(likeness(&scene, a, d) > 0.98 && likeness(&scene, d, a) > 0.98);
    assert_eq!(told(&scene, ic), ["Bridged 0", "Replaced 1", "Unbridged"]);
    assert_eq!(told(&scene, id), ["Bridged 0", "Replaced 2"]);
    assert_eq!(told(&scene, ia), ["Bridged 1", "Unbridged", "Bridged 2", "Unbridged", "Bridged 3"]);
    check_stream(&pcmu(), &scene.calls[a].sent).expect("one line of numbers");
    assert!(matches!(control.transfer(ib, ia), Err(Reject::Illegal { .. })), "it has nobody to leave");
    scene.stop();
}

#[test]
fn a_leg_that_ends_plays_and_sends_what_waits_first() {
    let mut scene = Scene::plain();
    let events = PayloadType::new(101).expect("below 128");
    let [a, b] = [1, 2].map(|n| scene.call(SessionSpec::new(pcmu()).telephone_event(events, 8_000), phone(n)));
    let (control, [ia, ib]) = (scene.control.clone(), [a, b].map(|call| scene.id(call)));
    control.bridge(ia, ib).expect("free").detach();
    scene.run(50);
    let goodbye = Source::Pcm { samples: vec![0.25; 2_400].into(), rate: SampleRate::HZ_8000, repeat: false };
    let (_, op) = control.play(ia, goodbye.clone()).expect("it lives");
    op.detach();
    control.send_digits(ia, Digits::new("12").expect("digits")).expect("it can").detach();
    control.end(ia, Millis(2_000)).expect("it lives").detach();
    assert_eq!(control.session_state(ia).expect("it lives").phase, Phase::Ending);
    assert!(matches!(control.play(ia, goodbye), Err(Reject::Illegal { .. })), "nothing new begins");
    let ended = scene.next_tick();
    scene.run(150);
    let told = told(&scene, ia);
    let count = |name: &str| told.iter().filter(|told| *told == name).count();
    assert_eq!([count("Ending"), count("DigitSent"), count("PlayDone"), count("Destroyed")], [1, 2, 1, 1], "{told:?}");
    assert_eq!(told.last().map(String::as_str), Some("Destroyed"));
    let gone = scene.events_of(ia).last().expect("it was told").tick.0;
    assert!((ended + 30..ended + 60).contains(&gone), "as soon as all is out: {}", gone - ended);
    assert_eq!(control.session_state(ib).expect("it lives").link, Link::Free);
    // What never ends has its time.
    let (_, op) = control.play(ib, tone()).expect("it lives");
    op.detach();
    let endless = Source::Pcm { samples: vec![0.25; 80_000].into(), rate: SampleRate::HZ_8000, repeat: false };
    control.play(ib, endless).expect("it lives").1.detach();
    control.end(ib, Millis(300)).expect("it lives").detach();
    let ended = scene.next_tick();
    scene.run(60);
    let gone = scene.events_of(ib).last().expect("it was told").tick.0;
    assert!((ended + 29..ended + 33).contains(&gone), "{}", gone - ended);
    assert!(control.session_state(ib).is_err());
    scene.stop();
}

#[test]
fn the_last_words_of_a_leg_that_ends_are_heard() {
    let heard_of = |drains: bool| {
        let mut scene = Scene::plain();
        let [a, b] = [1, 2].map(|n| scene.call(SessionSpec::new(pcmu()).ptime(Millis(10 * n as u32 + 10)), phone(n)));
        let (control, [ia, ib]) = (scene.control.clone(), [a, b].map(|call| scene.id(call)));
        control.bridge(ia, ib).expect("free").detach();
        scene.run(100);
        scene.calls[a].phone.as_mut().expect("it has one").hush(true);
        match drains {
            true => control.end(ia, Millis(1_000)).expect("it lives").detach(),
            false => control.destroy(ia).expect("it lives").detach(),
        }
        scene.run(40);
        let heard = heard(&scene, b, 0);
        scene.stop();
        heard.iter().rposition(|sample| sample.abs() > 0.01).expect("something was heard")
    };
    let (cut, whole) = (heard_of(false), heard_of(true));
    assert!(whole >= cut + 240, "what waited in the jitter buffer: {cut} and {whole}");
}

/// A packet of silence.
fn packet(ssrc: u32, sequence: u16, timestamp: u32) -> Vec<u8> {
    let header = RtpHeader { marker: false, payload_type: pcmu().payload_type, sequence, timestamp, ssrc: Ssrc(ssrc) };
    [&header.to_bytes()[..], &[0xff; 160]].concat()
}

#[test]
fn an_announced_source_is_taken_at_its_first_packet_and_strangers_meanwhile_are_not() {
    let run = |announced: bool| {
        let mut scene = Scene::up_to_date();
        let call = scene.call(SessionSpec::new(pcmu()), None);
        let (control, id) = (scene.control.clone(), scene.id(call));
        let push = |scene: &mut Scene, ssrc: u32, sequence: u16, timestamp: u32| {
            let now = Micros(scene.next_tick() * 10_000);
            scene.calls[call].ingress.push(&packet(ssrc, sequence, timestamp), now).expect("there is room");
            scene.run(2);
        };
        for n in 0..10 {
            push(&mut scene, 1, n, u32::from(n) * 160);
        }
        let switches = |scene: &Scene| {
            let switched = |e: &&media_core::Event| {
                matches!(e.kind, EventKind::Node { kind: NodeEventKind::SourceSwitched { .. }, .. })
            };
            scene.events_of(id).filter(switched).count()
        };
        // The same SSRC begins anew, elsewhere.
        if announced {
            control.source_changed(id, SourceHint::Unknown).expect("it lives").detach();
        }
        push(&mut scene, 1, 30_000, 1_000_000);
        let first = (switches(&scene), control.stats(id).expect("it lives").received);
        push(&mut scene, 1, 30_001, 1_000_160);
        // Another source, as signalling says; somebody else comes first.
        if announced {
            control.source_changed(id, SourceHint::Ssrc(Ssrc(7))).expect("it lives").detach();
        }
        let before = switches(&scene);
        push(&mut scene, 99, 5, 5);
        let stranger = switches(&scene) - before;
        push(&mut scene, 7, 100, 100);
        let known = control.stats(id).expect("it lives").source_switches;
        scene.stop();
        (first, stranger, known)
    };
    assert_eq!(run(false), ((0, 10), 1, 2), "a jump needs two packets, and whoever comes is the source");
    assert_eq!(run(true), ((1, 11), 0, 2));
}
