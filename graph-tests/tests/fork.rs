//! Copies of a leg's stream to other legs: what arrives, what it follows, and that the leg does not notice.

use graph_tests::{Network, Packet, Phone, Scene, audio, check_stream, correlation, hash_packets};
use media_core::{
    CodecSpec, Decibels, EngineConfig, EventKind, ForkSide, LegEvent, PayloadType, Reject, RoomSpec, SampleRate,
    SessionId, SessionSpec, SessionUpdate, WorkerId,
};

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

fn phone(codec: CodecSpec, seed: u64) -> Option<Phone> {
    Some(Phone::new(codec, 20, seed, Network::clean()))
}

/// Two parties that talk, and recorders that only listen; everything on the workers that there are.
struct Calls {
    scene: Scene,
    ids: Vec<SessionId>,
}

const A: usize = 0;
const B: usize = 1;
const SAID: usize = 2;
const HEARD: usize = 3;
const OTHER: usize = 4;

fn calls(workers: usize, phases: u8) -> Calls {
    let mut scene = Scene::new(EngineConfig::new().workers(workers).phases(phases).max_sessions(32).seed(7));
    let pcmu = CodecSpec::pcmu();
    let at = |n: usize| WorkerId((n % workers) as u16);
    scene.call(SessionSpec::new(pcmu).worker(at(0)), phone(pcmu, 1));
    scene.call(SessionSpec::new(pcmu).worker(at(0)), phone(pcmu, 2));
    scene.call(SessionSpec::new(pcmu).worker(at(1)), None);
    scene.call(SessionSpec::new(CodecSpec::pcma()).worker(at(2)), None);
    scene.call(SessionSpec::new(pcmu).worker(at(1)), phone(pcmu, 3));
    let ids = (0..5).map(|call| scene.id(call)).collect();
    Calls { scene, ids }
}

/// The payloads of a stream.
fn payloads(packets: &[Packet]) -> Vec<Vec<u8>> {
    packets.iter().map(|packet| packet.rtp().payload.to_vec()).collect()
}

/// How much what a listener was sent of late is like what a speaker said.
fn likeness(scene: &Scene, listener: usize, codec: CodecSpec, speaker: usize) -> f64 {
    let from = scene.next_tick() - 60;
    let packets: Vec<_> = scene.calls[listener].sent.iter().filter(|packet| packet.tick >= from).cloned().collect();
    let heard = audio(&codec, &packets);
    let said = scene.calls[speaker].phone.as_ref().expect("it speaks").spoken();
    correlation(&heard[heard.len() - 3_000..], &said[said.len() - 10_000..], 7_000).0
}

/// A call that is held, passed on and moved, with copies or without; gives what all five were sent, and what was told.
fn script(workers: usize, phases: u8, forked: bool) -> (Vec<Vec<Packet>>, Vec<LegEvent>) {
    let Calls { mut scene, ids } = calls(workers, phases);
    let control = scene.control.clone();
    let (pcmu, pcma) = (CodecSpec::pcmu(), CodecSpec::pcma());
    control.bridge(ids[A], ids[B]).expect("free").detach();
    scene.run(60);
    let mut forks = Vec::new();
    if forked {
        forks.push(control.fork(ids[A], ForkSide::Said, ids[SAID]).expect("it can be copied").0);
        let (fork, txn) = control.txn().fork(ids[A], ForkSide::Heard, ids[HEARD]).expect("it can be copied");
        txn.commit().expect("accepted").detach();
        forks.push(fork);
    }
    let expect = |scene: &Scene, listener, codec, speaker| {
        if forked {
            let like = likeness(scene, listener, codec, speaker);
            assert!(like > 0.97, "{listener} hears {speaker}: {like}");
        }
    };
    scene.run(150);
    expect(&scene, SAID, pcmu, A);
    expect(&scene, HEARD, pcma, B);
    control.hold(ids[A], None).expect("bridged").detach();
    scene.run(100);
    // Who is held is not heard by his peer; the copy is of what he says all the same.
    expect(&scene, SAID, pcmu, A);
    control.resume(ids[A]).expect("held").detach();
    control.replace(ids[B], ids[OTHER]).expect("bridged").detach();
    scene.run(150);
    expect(&scene, HEARD, pcma, OTHER);
    if workers > 1 {
        control.migrate(ids[A], WorkerId(workers as u16 - 1)).expect("there is one").detach();
    }
    scene.run(100);
    expect(&scene, SAID, pcmu, A);
    expect(&scene, HEARD, pcma, OTHER);
    if forked {
        let stats = control.stats(forks[0]).expect("it is a session");
        assert!(stats.sent == 0 && stats.received > 200 && stats.lost == 0, "{stats:?}");
    }
    let events =
        scene.events_of(ids[A]).filter_map(|e| if let EventKind::Leg(event) = e.kind { Some(event) } else { None });
    let events = events.collect();
    let (calls, ..) = scene.stop();
    (calls.into_iter().map(|call| call.sent).collect(), events)
}

#[test]
fn a_leg_that_is_copied_sends_and_hears_the_same_bits() {
    for workers in [1, 2] {
        let ((plain, none), (forked, told)) = (script(workers, 8, false), script(workers, 8, true));
        for call in [A, B, OTHER] {
            assert!(plain[call] == forked[call], "call {call} noticed, {workers} workers");
        }
        assert!(none.is_empty() && matches!(told[..], [LegEvent::ForkAdded { .. }, LegEvent::ForkAdded { .. }]));
        for (call, codec) in [(SAID, CodecSpec::pcmu()), (HEARD, CodecSpec::pcma())] {
            check_stream(&codec, &forked[call]).expect("one line of numbers");
        }
    }
}

#[test]
fn copies_are_the_same_on_any_number_of_workers_and_phases() {
    let hash = |(sent, _): (Vec<Vec<Packet>>, _)| [SAID, HEARD].map(|call| hash_packets(&sent[call]));
    // A session that moves does so at another tick where there is nowhere to go.
    assert_eq!(hash(script(1, 8, true)), hash(script(1, 1, true)));
    assert_eq!(hash(script(2, 8, true)), hash(script(2, 2, true)));
}

#[test]
fn packets_of_one_codec_are_passed_as_they_are() {
    let Calls { mut scene, ids } = calls(1, 8);
    let control = scene.control.clone();
    control.bridge(ids[A], ids[B]).expect("free").detach();
    scene.run(40);
    let (fork, op) = control.fork(ids[A], ForkSide::Said, ids[SAID]).expect("it can be copied");
    op.detach();
    scene.run(200);
    let (relayed, copied) = (payloads(&scene.calls[B].sent), payloads(&scene.calls[SAID].sent));
    let copied = &copied[copied.len() - 60..copied.len() - 4];
    assert!(relayed.windows(56).any(|window| window == copied), "the copy is of the packets themselves");
    let bridged = scene.events_of(ids[SAID]).find_map(|e| match e.kind {
        EventKind::Bridged { peer, relay, .. } => Some((peer, relay)),
        _ => None,
    });
    assert_eq!(bridged, Some((fork, true)));
    scene.stop();
}

#[test]
fn a_copy_follows_the_codecs_of_its_leg() {
    let Calls { mut scene, ids } = calls(2, 8);
    let control = scene.control.clone();
    let wide = CodecSpec::l16(SampleRate::HZ_16000, PayloadType::new(97).expect("below 128"));
    control.bridge(ids[A], ids[B]).expect("free").detach();
    control.fork(ids[A], ForkSide::Said, ids[SAID]).expect("it can be copied").1.detach();
    control.fork(ids[A], ForkSide::Heard, ids[HEARD]).expect("it can be copied").1.detach();
    scene.run(100);
    control.update(ids[A], SessionUpdate::new().receive(CodecSpec::pcma()).send(wide)).expect("it can").detach();
    scene.calls[A].phone = phone(CodecSpec::pcma(), 9);
    scene.run(200);
    assert!(likeness(&scene, SAID, CodecSpec::pcmu(), A) > 0.97);
    assert!(likeness(&scene, HEARD, CodecSpec::pcma(), B) > 0.95);
    scene.stop();
}

#[test]
fn a_fork_ends_with_the_leg_with_its_sink_and_when_it_is_asked_to() {
    let Calls { mut scene, ids } = calls(2, 8);
    let control = scene.control.clone();
    control.bridge(ids[A], ids[B]).expect("free").detach();
    let fork = |side, sink: usize| {
        let (fork, op) = control.fork(ids[A], side, ids[sink]).expect("it can be copied");
        op.detach();
        fork
    };
    let gone = |scene: &Scene, fork| {
        let removed = scene
            .events_of(ids[A])
            .filter(|e| matches!(e.kind, EventKind::Leg(LegEvent::ForkRemoved { fork: told }) if told == fork));
        (removed.count(), control.session_state(fork).is_err())
    };
    let (first, second) = (fork(ForkSide::Said, SAID), fork(ForkSide::Said, HEARD));
    scene.run(20);
    control.unfork(first).expect("it is a fork").detach();
    assert!(matches!(control.unfork(first), Err(Reject::NoSuchSession(_))));
    scene.run(20);
    assert_eq!((gone(&scene, first), gone(&scene, second)), ((1, true), (0, false)));
    // The sink is free again, and gets the other side.
    let third = fork(ForkSide::Heard, SAID);
    scene.run(20);
    control.destroy(ids[SAID]).expect("it lives").detach();
    scene.run(20);
    assert_eq!(gone(&scene, third), (1, true));
    assert!(matches!(control.fork(ids[A], ForkSide::Said, ids[B]), Err(Reject::Illegal { .. })), "a sink is free");
    assert!(matches!(control.fork(ids[A], ForkSide::Said, ids[SAID]), Err(Reject::NoSuchSession(_))));
    scene.run(5);
    let sessions = control.telemetry().sessions;
    drop(control.txn().fork(ids[A], ForkSide::Said, ids[OTHER]).expect("it can be copied"));
    scene.run(5);
    assert_eq!(control.telemetry().sessions, sessions, "what was not committed leaves nothing");
    control.destroy(ids[A]).expect("it lives").detach();
    scene.run(20);
    assert_eq!(gone(&scene, second), (1, true));
    let told: Vec<_> = scene.events_of(ids[HEARD]).map(|e| matches!(e.kind, EventKind::Unbridged)).collect();
    assert!(told.contains(&true), "the sink hears nobody");
    scene.stop();
}

#[test]
fn both_sides_of_a_leg_are_mixed_for_one_recorder_in_a_room() {
    let Calls { mut scene, ids } = calls(2, 8);
    let control = scene.control.clone();
    control.bridge(ids[A], ids[B]).expect("free").detach();
    let sides = [(ForkSide::Said, SAID), (ForkSide::Heard, HEARD)];
    let copies = sides.map(|(side, sink)| {
        let (copy, op) = control.fork(ids[A], side, ids[sink]).expect("it can be copied");
        op.detach();
        copy
    });
    let (room, op) = control.create_room(RoomSpec::new().members(4)).expect("it fits");
    op.detach();
    scene.run(20);
    for member in [copies[0], copies[1]] {
        control.unbridge(member).expect("it is bridged to its sink").detach();
        control.join(member, room, Decibels(0.0)).expect("it is free").detach();
    }
    control.join(ids[SAID], room, Decibels(0.0)).expect("it is free").detach();
    scene.run(200);
    // Two voices of one level: each is 0.7 of their sum.
    for speaker in [A, B] {
        let like = likeness(&scene, SAID, CodecSpec::pcmu(), speaker);
        assert!(like > 0.4, "{speaker} is in the mix: {like}");
    }
    check_stream(&CodecSpec::pcmu(), &scene.calls[B].sent).expect("the parties notice nothing");
    control.destroy(ids[A]).expect("it lives").detach();
    scene.run(20);
    assert!(copies.iter().all(|copy| control.session_state(*copy).is_err()), "copies end with their leg");
    scene.stop();
}

#[test]
fn a_leg_is_copied_so_often_and_no_more() {
    let mut scene = Scene::new(EngineConfig::new().workers(1).max_sessions(32));
    let pcmu = CodecSpec::pcmu();
    for n in 0..11 {
        scene.call(SessionSpec::new(pcmu), (n < 2).then(|| Phone::new(pcmu, 20, n, Network::clean())));
    }
    let ids: Vec<SessionId> = (0..11).map(|call| scene.id(call)).collect();
    let control = scene.control.clone();
    control.bridge(ids[0], ids[1]).expect("free").detach();
    for sink in &ids[2..10] {
        control.fork(ids[0], ForkSide::Said, *sink).expect("up to eight").1.detach();
    }
    scene.run(40);
    let refused = control.fork(ids[0], ForkSide::Heard, ids[10]);
    assert!(matches!(refused, Err(Reject::TooManyForks(id)) if id == ids[0]));
    scene.run(100);
    for call in 2..10 {
        assert!(likeness(&scene, call, pcmu, 0) > 0.98, "sink {call}");
    }
    let before = control.telemetry().sessions;
    control.destroy(ids[0]).expect("it lives").detach();
    scene.run(5);
    assert_eq!(control.telemetry().sessions, before - 9);
    scene.stop();
}
