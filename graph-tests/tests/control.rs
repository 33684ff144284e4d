//! Every operation, every rejection and every event of the handle, through the engine.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use graph_tests::{Network, Phone, Scale, Scene};
use media_core::codec::{EncoderParam, VideoCodec};
use media_core::engine::{Detectors, PlayControl, Refusal, TopologyError};
use media_core::graph::{NodeEventKind, ParamId, Segment};
use media_core::mixer::talkers::TalkersConfig;
use media_core::mixer::{Change, presets};
use media_core::processing::audio::ns::{NsConfig, NsKind, NsLevel};
use media_core::processing::dsp::ToneSpec;
use media_core::{
    CodecSpec, Cue, Decibels, Digits, Direction, EngineConfig, EventKind, ExternalSpec, ForkSide, IoGroup, Millis,
    NodeId, OfflineEngine, PayloadType, Pending, ProcessingSpec, Reject, RoomFloor, RoomSpec, SampleRate, SessionId,
    SessionSpec, SessionUpdate, Source, SourceHint, Ssrc, TapPoint, WorkerId,
};

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

/// The variants of an enum, read from its source: what is added there has to be exercised here.
fn variants(source: &'static str, head: &str) -> impl Iterator<Item = &'static str> {
    let body = source.split_once(head).expect("the enum is in the file").1;
    let lines = body.lines().take_while(|line| *line != "}").filter_map(|line| line.strip_prefix("    "));
    let names = lines.filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()));
    names.map(|line| line.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default())
}

#[test]
fn no_operation_of_the_handle_is_missing_here() {
    let sources = [include_str!("../../src/engine/operations.rs"), include_str!("../../src/engine/ops_course.rs")];
    let declared = sources.iter().flat_map(|source| {
        let declared = source.split_once("\noperations! {").expect("declared in one place").1;
        let lines = declared.lines().take_while(|line| *line != "}").filter_map(|line| line.strip_prefix("    "));
        lines.filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
    });
    let names: Vec<&str> = declared.filter_map(|line| line.split_once('(')).map(|l| l.0).collect();
    assert!(names.len() >= 31, "{names:?}");
    let tests = [include_str!("control.rs"), include_str!("course.rs")].concat();
    for name in names.into_iter().chain(["play", "play_as", "tap", "tap_room", "edit", "create_room", "fork"]) {
        assert!(tests.contains(&format!("control.{name}(")), "{name} is not exercised");
    }
}

/// The name of a rejection.
fn name(reject: &Reject) -> &'static str {
    match reject {
        Reject::NoSuchSession(_) => "NoSuchSession",
        Reject::Quarantined(_) => "Quarantined",
        Reject::Illegal { .. } => "Illegal",
        Reject::NotBridged(_) => "NotBridged",
        Reject::TooManyForks(_) => "TooManyForks",
        Reject::NoSuchRoom(_) => "NoSuchRoom",
        Reject::NotInRoom(_) => "NotInRoom",
        Reject::RoomFull(_) => "RoomFull",
        Reject::NoSuchZone(..) => "NoSuchZone",
        Reject::Place(_) => "Place",
        Reject::TooManyExceptions(_) => "TooManyExceptions",
        Reject::Excepted(_) => "Excepted",
        Reject::NoTalkers(_) => "NoTalkers",
        Reject::TooManyRooms(_) => "TooManyRooms",
        Reject::Room(_) => "Room",
        Reject::External(_) => "External",
        Reject::NotExternal(_) => "NotExternal",
        Reject::Opaque(_) => "Opaque",
        Reject::Unlike(..) => "Unlike",
        Reject::SameSession(_) => "SameSession",
        Reject::NoSuchHandle(_) => "NoSuchHandle",
        Reject::NoSuchWorker(_) => "NoSuchWorker",
        Reject::NoSuchIoGroup(_) => "NoSuchIoGroup",
        Reject::NotProcessed(_) => "NotProcessed",
        Reject::Unavailable(_) => "Unavailable",
        Reject::NoTelephoneEvents(_) => "NoTelephoneEvents",
        Reject::Digits(_) => "Digits",
        Reject::Gain(_) => "Gain",
        Reject::Encoder(..) => "Encoder",
        Reject::Reserved(_) => "Reserved",
        Reject::Param(_) => "Param",
        Reject::Update(_) => "Update",
        Reject::FixedRate(_) => "FixedRate",
        Reject::Build(_) => "Build",
        Reject::Source(_) => "Source",
        Reject::Topology(_) => "Topology",
        Reject::Edit(_) => "Edit",
        Reject::NotCaptured(_) => "NotCaptured",
        Reject::TooManySessions(_) => "TooManySessions",
        Reject::Limit(..) => "Limit",
        Reject::Limits(_) => "Limits",
        Reject::Overload(_) => "Overload",
        Reject::Overloaded => "Overloaded",
        Reject::Busy(_) => "Busy",
        Reject::Draining => "Draining",
        Reject::Stopped => "Stopped",
        _ => "unknown",
    }
}

#[test]
fn every_rejection_of_an_offline_engine_comes_and_changes_nothing() {
    let config = EngineConfig::new().workers(1).max_sessions(4).command_ring(64);
    let mut scene = Scene::new(config);
    let spec = || SessionSpec::new(CodecSpec::pcmu());
    for _ in 0..2 {
        scene.call(spec(), None);
    }
    scene.call(spec().telephone_event(PayloadType::new(101).expect("below 128"), 8_000), None);
    let video =
        VideoCodec::from_rtpmap(PayloadType::new(96).expect("below 128"), "H264/90000", "").expect("well formed");
    scene.call(SessionSpec::opaque([video]), None);
    scene.tick();
    let (control, [a, b, c]) = (scene.control.clone(), [0, 1, 2].map(|n| scene.id(n)));
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut refuses = |outcome: Result<Pending, Reject>, want: &'static str| {
        let why = outcome.expect_err(want);
        assert_eq!(name(&why), want, "{why}");
        assert!(!why.to_string().is_empty());
        seen.insert(want);
    };
    let picture = scene.id(3);
    refuses(control.gain(picture, Direction::Inbound, Decibels(0.0), Millis(0)), "Opaque");
    refuses(control.play(picture, tone()).map(|(_, pending)| pending), "Opaque");
    refuses(control.bridge(a, picture), "Unlike");
    let created = |spec: SessionSpec| control.create(spec).map(|created| created.op);
    let nobody = SessionId::from_tag(99);
    refuses(control.destroy(nobody), "NoSuchSession");
    refuses(control.unbridge(a), "Illegal");
    refuses(control.park(picture, Some(tone())), "Opaque");
    refuses(control.fork(picture, ForkSide::Said, a).map(|(_, op)| op), "Opaque");
    refuses(control.source_changed(picture, SourceHint::Unknown), "Opaque");
    refuses(control.unfork(a), "NoSuchHandle");
    refuses(control.transfer(a, b), "Illegal");
    refuses(control.answer(a), "Illegal");
    refuses(control.bridge(a, a), "SameSession");
    refuses(control.resume(a), "Illegal");
    refuses(control.migrate(a, WorkerId(7)), "NoSuchWorker");
    refuses(created(spec().worker(WorkerId(7))), "NoSuchWorker");
    refuses(created(spec().io(IoGroup(7))), "NoSuchIoGroup");
    refuses(created(spec()), "TooManySessions");
    refuses(control.gain(a, Direction::Inbound, Decibels(24.5), Millis(0)), "Gain");
    refuses(control.gain(a, Direction::Inbound, Decibels(f32::NAN), Millis(0)), "Gain");
    refuses(control.send_digits(a, Digits::new("1").expect("a digit")), "NoTelephoneEvents");
    refuses(control.send_digits(c, Digits::codes(Vec::new())), "Digits");
    refuses(control.set_encoder(a, EncoderParam::Bitrate, 24_000), "Encoder");
    refuses(control.noise_level(a, NsLevel::Low), "NotProcessed");
    let net = ProcessingSpec::new().noise(NsConfig::new().kind(NsKind::Recurrent));
    if !cfg!(feature = "ns-rnn") {
        refuses(control.process(a, net), "Unavailable");
    }
    let legs = control.legs(a).expect("it lives");
    refuses(control.set(a, legs.send, ParamId(0), 1.0, Millis(0)), "Reserved");
    refuses(control.edit(a, move |t, legs| t.remove(legs.send).map(drop).map_err(TopologyError::from)), "Topology");
    let looped = control.edit(a, |topology, _| {
        let scale = || Box::new(Scale::new(SampleRate::HZ_8000, 1.0));
        let (x, y) = (topology.add(Segment::Down, scale())?, topology.add(Segment::Down, scale())?);
        topology.connect((x, 0), (y, 0))?;
        Ok(topology.connect((y, 0), (x, 0))?)
    });
    refuses(looped, "Edit");
    let before = control.describe(a).expect("it lives");
    let half = control.txn().hold(b, None).gain(a, Direction::Inbound, Decibels(99.0), Millis(0)).commit();
    refuses(half, "Gain");
    assert_eq!(control.describe(a).expect("it lives"), before);
    let applied = |outcome: Result<Pending, Reject>| outcome.expect("accepted");
    let _bridged = applied(control.bridge(a, b));
    refuses(control.bridge(b, c), "Illegal");
    refuses(control.replace(a, b), "SameSession");
    // The hold of the rejected transaction never was.
    let _held = applied(control.hold(b, None));
    refuses(control.hold(b, None), "Illegal");
    let (play, _playing) = control.play(a, tone()).expect("accepted");
    let (tap, _reader, _tapping) = control.tap(a, TapPoint::Sent, Millis(100)).expect("accepted");
    refuses(control.stop_play(b, play), "NoSuchHandle");
    refuses(control.close_tap(b, tap), "NoSuchHandle");
    let node = insert_scale(&scene, a);
    refuses(control.set(a, node, Scale::FACTOR, 5.0, Millis(0)), "Param");
    refuses(control.set(a, node, ParamId(9), 0.0, Millis(0)), "Param");
    refuses(control.update(a, SessionUpdate::new().ptime(Millis(15))), "Update");
    refuses(control.update(a, SessionUpdate::new().codec(wide())), "FixedRate");
    while control.mute(a, Direction::Inbound, true).is_ok() {}
    refuses(control.mute(a, Direction::Inbound, true), "Busy");
    scene.run(5);
    let gone = control.destroy(c).expect("accepted");
    refuses(control.destroy(c), "NoSuchSession");
    refuses(control.txn().destroy(a).destroy(a).commit(), "NoSuchSession");
    scene.run(2);
    assert!(gone.try_result().is_some_and(|r| r.is_ok()));
    refuses(created(spec().ptime(Millis(15))), "Build");
    let answered = scene.events.iter().filter(|e| matches!(e.kind, EventKind::Failed { .. })).count();
    assert_eq!(answered, 0);
    scene.stop();
    refuses(created(spec()), "Stopped");
    refuses(control.mute(a, Direction::Inbound, true), "Stopped");
    // Quarantined: panics.rs. Overloaded, Draining: live.rs. Source: live_source.rs. Limits and overload: limits.rs.
    // NotCaptured: capture.rs. NotBridged: delay.rs. TooManyForks: course.rs.
    let elsewhere = ["Quarantined", "Overloaded", "Draining", "Source", "Limit", "Limits", "Overload", "NotCaptured"];
    let elsewhere = elsewhere.into_iter().chain(["NotBridged", "TooManyForks"]);
    let all: BTreeSet<&str> = variants(include_str!("../../src/engine/reject.rs"), "pub enum Reject {").collect();
    let seen = seen.into_iter().chain(refused_by_rooms()).chain(elsewhere).collect();
    assert_eq!(all, seen, "a rejection that no test asks for");
}

/// What is refused of rooms, programs and players, each once, with nothing changed by it.
fn refused_by_rooms() -> BTreeSet<&'static str> {
    let mut scene = Scene::new(EngineConfig::new().workers(2).max_sessions(8).max_rooms(1));
    let control = scene.control.clone();
    for n in 0..5u16 {
        scene.call(SessionSpec::new(CodecSpec::pcmu()).worker(WorkerId(n % 2)), None);
    }
    let ids = [0, 1, 2, 3, 4].map(|call| scene.id(call));
    let program = control.create(SessionSpec::external(SampleRate::HZ_16000, ExternalSpec::new())).expect("it fits");
    let (room, created) = control.create_room(RoomSpec::new().members(3).exceptions(1)).expect("it fits");
    applied(&mut scene, Ok(created));
    let mut seen = BTreeSet::new();
    let mut refuses = |outcome: Result<Pending, Reject>, want: &'static str| {
        let why = outcome.expect_err(want);
        assert_eq!(name(&why), want, "{why}");
        assert!(!why.to_string().is_empty());
        seen.insert(want);
    };
    let ready = Decibels(0.0);
    refuses(control.create_room(RoomSpec::new()).map(|(_, op)| op), "TooManyRooms");
    refuses(control.create_room(RoomSpec::new().rates(&[])).map(|(_, op)| op), "Room");
    refuses(control.leave(ids[0]), "Illegal");
    refuses(control.join(ids[0], room, Decibels(f32::NAN)), "Gain");
    for id in &ids[..3] {
        applied(&mut scene, control.join(*id, room, ready));
    }
    refuses(control.join(ids[0], room, ready), "Illegal");
    refuses(control.bridge(ids[0], ids[4]), "Illegal");
    refuses(control.join(ids[3], room, ready), "RoomFull");
    let shape = |change| control.shape(room, vec![change], Millis(10));
    refuses(shape(Change::Mute(ids[4], true)), "NotInRoom");
    refuses(shape(Change::Move(ids[0], 200)), "NoSuchZone");
    refuses(shape(Change::Place(ids[0], f32::NAN)), "Place");
    refuses(shape(Change::Hear(ids[0], Decibels(12.5))), "Gain");
    refuses(shape(Change::Pair(ids[0], ids[0], ready)), "SameSession");
    // The second stands on another worker, and comes for it.
    applied(&mut scene, shape(Change::Pair(ids[0], ids[1], ready)));
    refuses(shape(Change::Pair(ids[2], ids[0], ready)), "TooManyExceptions");
    let other = WorkerId(1 - control.worker(ids[0]).expect("it lives").0);
    refuses(control.migrate(ids[0], other), "Excepted");
    // Half of a transaction is none.
    refuses(control.txn().leave(ids[2]).join(ids[3], room, Decibels(99.0)).commit(), "Gain");
    refuses(control.join(ids[3], room, ready), "RoomFull");
    refuses(control.floor(room, RoomFloor::new()), "NoTalkers");
    refuses(control.floor(room, RoomFloor::new().holder(ids[4])), "NoTalkers");
    refuses(control.flush(ids[0]), "NotExternal");
    refuses(control.update(program.id, SessionUpdate::new()), "External");
    applied(&mut scene, control.destroy_room(room));
    refuses(control.join(ids[0], room, ready), "NoSuchRoom");
    refuses(control.destroy_room(room), "NoSuchRoom");
    refuses(shape(Change::Mute(ids[0], true)), "NoSuchRoom");
    assert!(scene.events.iter().all(|e| !matches!(e.kind, EventKind::Failed { .. })));
    scene.stop();
    seen
}

#[test]
fn every_operation_is_applied_alone_and_in_a_transaction_and_told_by_its_event() {
    let mut scene = Scene::of(2, 8);
    for n in 0..4u64 {
        let codec = CodecSpec::pcmu();
        let spec = SessionSpec::new(codec).worker(WorkerId(n as u16 % 2));
        scene.call(spec, Some(Phone::new(codec, 20, n, Network::clean())));
    }
    scene.run(10);
    let (control, [a, b, c, d]) = (scene.control.clone(), [0, 1, 2, 3].map(|n| scene.id(n)));
    let node = insert_scale(&scene, a);
    let short = || Source::Pcm { samples: vec![0.1; 100].into(), rate: SampleRate::HZ_8000, repeat: false };
    let (up, down) = (Direction::Inbound, Direction::Outbound);
    let (play, done) = control.play(a, short()).expect("accepted");
    applied(&mut scene, Ok(done));
    let (tap, reader, done) = control.tap(a, TapPoint::Sent, Millis(20)).expect("accepted");
    applied(&mut scene, Ok(done));
    applied(&mut scene, control.bridge(a, b));
    for outcome in [
        control.gain(a, up, Decibels(-3.0), Millis(10)),
        control.mute(a, down, true),
        control.transmit(a, true),
        control.set(a, node, Scale::FACTOR, 0.25, Millis(0)),
        control.process(a, ProcessingSpec::new().noise(NsConfig::new())),
        control.noise_level(a, NsLevel::Low),
        control.detect(a, Detectors::new().signals()),
        control.hold(a, Some(tone())),
        control.edit(a, |_, _| Ok(())),
        control.update(a, SessionUpdate::new().send(wide())),
        control.migrate(a, WorkerId(1)),
    ] {
        applied(&mut scene, outcome);
    }
    assert_eq!(control.worker(b).expect("it moved along"), WorkerId(1));
    scene.calls[0].phone.as_mut().expect("it has one").switch_source(Ssrc(5));
    scene.run(20);
    drop(reader);
    for outcome in [
        control.stop_play(a, play),
        control.close_tap(a, tap),
        control.resume(a),
        control.unbridge(b),
        control.destroy(a),
    ] {
        applied(&mut scene, outcome);
    }
    let (_play, txn) = control.txn().play(c, short());
    let txn = txn.gain(c, up, Decibels(1.0), Millis(0)).mute(c, up, false).hold(c, None).edit(c, |_, _| Ok(()));
    let txn = txn.update(c, SessionUpdate::new().codec(wide()));
    let txn = txn.process(c, ProcessingSpec::new().noise(NsConfig::new())).noise_level(c, NsLevel::High);
    applied(&mut scene, txn.bridge(c, d).commit());
    applied(&mut scene, control.txn().resume(c).unbridge(d).migrate(c, WorkerId(1)).destroy(d).commit());
    assert_eq!(control.worker(c).expect("it lives"), WorkerId(1));
    rooms_and_programs(&mut scene, c);
    assert!(control.telemetry().workers.len() == 2 && !control.busy(c).expect("it lives").is_empty());
    let failed = control.txn().commit().expect("nothing is asked");
    assert!(failed.try_result().is_some_and(|r| r.is_ok()));
    let late = control.mute(c, up, true).expect("accepted");
    let (_, events, report) = scene.stop();
    assert_eq!((report.unanswered, late.try_result().map(|r| r.map_err(|f| f.why))), (1, Some(Err(Refusal::Stopped))));
    let told: BTreeSet<&str> = events.iter().map(|event| kind(&event.kind)).collect();
    // Quality: quality.rs. Digits: events.rs. What is heard in a voice: dtmf.rs, process.rs. Panicked: panics.rs. The plays:
    // play_file.rs. TapOverrun: tap.rs. Lost: below. The workers' own: live.rs.
    let want = [
        "Applied",
        "Backlog",
        "BargeIn",
        "Bridged",
        "CodecChanged",
        "Created",
        "Custom",
        "Destroyed",
        "Dominant",
        "Failed",
        "Held",
        "Joined",
        "Left",
        "Mark",
        "MediaStarted",
        "Migrated",
        "PlayDone",
        "Resumed",
        "RoomCreated",
        "RoomDestroyed",
        "SourceSwitched",
        "Starved",
        "Stopped",
        "TalkStart",
        "TalkStop",
        "Unbridged",
    ];
    assert!(want.iter().all(|kind| told.contains(kind)), "{told:?}");
    let elsewhere = [
        // Its kinds: course.rs.
        "Leg",
        // Told to the control side, which makes an event of it.
        "FarMedia",
        "QualityAlert",
        "QualityCleared",
        "Adapted",
        "Stats",
        "QualityFinal",
        "SourceLeft",
        "Drained",
        "Detected",
        "DigitStarted",
        "Digit",
        "DigitSent",
        "Panicked",
        "PlayFailed",
        "PlayResumed",
        "PlayStarted",
        "PlayStarved",
        "TapOverrun",
        "VoiceStarted",
        "VoiceStopped",
        "Lost",
        "Degraded",
        "CapsuleReady",
        "WorkerStats",
        "RoomStats",
        "Started",
        "RtPriority",
        "Restored",
        "WorkerLate",
        "WorkerStalled",
        "WorkerRecovered",
        "RealtimeDenied",
    ];
    let engine =
        variants(include_str!("../../src/engine/event.rs"), "pub enum EventKind {").filter(|kind| *kind != "Node");
    let nodes = variants(include_str!("../../src/graph/event.rs"), "pub enum NodeEventKind {");
    let all: BTreeSet<&str> = engine.chain(nodes).collect();
    assert_eq!(all, want.into_iter().chain(elsewhere).collect(), "an event that no test waits for");
}

/// The operations of rooms, players and programs, alone and together.
fn rooms_and_programs(scene: &mut Scene, member: SessionId) {
    let control = scene.control.clone();
    let ready = Decibels(0.0);
    let (room, created) = control.create_room(RoomSpec::new().talkers(TalkersConfig::default())).expect("it fits");
    applied(scene, Ok(created));
    let spec = ExternalSpec::new().backlog(Millis(50), Millis(100)).barge_in(Decibels(-40.0));
    let program = control.create(SessionSpec::external(SampleRate::HZ_16000, spec)).expect("there is room");
    let (agent, mut port) = (program.id, program.external.expect("it is a program's"));
    for outcome in [
        control.join(member, room, Decibels(-3.0)),
        control.join(agent, room, ready),
        control.shape(room, presets::hold(member), Millis(20)),
        control.shape(room, presets::resume(member), Millis(20)),
    ] {
        applied(scene, outcome);
    }
    scene.calls[2].phone.as_mut().expect("it has one").hush(true);
    scene.run(60);
    // More than may wait, then nothing more: a mark, the drop, the end that was not told.
    port.writer.write(&[0.25; 3_200]);
    assert!(port.writer.mark(5));
    scene.run(40);
    port.writer.write(&[0.25; 1_200]);
    scene.run(2);
    scene.calls[2].phone.as_mut().expect("it has one").hush(false);
    for _ in 0..60 {
        port.writer.write(&[0.25; 160]);
        scene.tick();
    }
    applied(scene, control.flush(agent));
    applied(scene, control.floor(room, RoomFloor::new().wait_for_moderator().moderator(member)));
    let known = control.room(room).expect("it exists");
    assert_eq!(known.members.iter().map(|m| m.session).collect::<Vec<_>>(), [member, agent]);
    assert!(known.dominant.is_some() && known.workers.len() == 2 && known.missed_sums == 0, "{known:?}");
    let cue = Cue::new().mark(Millis(5)).times(3);
    let short = Source::Pcm { samples: vec![0.1; 800].into(), rate: SampleRate::HZ_8000, repeat: false };
    let (play, playing) = control.play_as(member, short, cue).expect("accepted");
    applied(scene, Ok(playing));
    applied(scene, control.control_play(member, play, PlayControl::Pause));
    applied(scene, control.control_play(member, play, PlayControl::Resume));
    applied(scene, control.leave(member));
    let quiet = vec![Change::Talk(member, Decibels(-6.0))];
    applied(scene, control.txn().join(member, room, ready).shape(room, quiet, Millis(0)).commit());
    applied(scene, control.txn().leave(member).flush(agent).stop_play(member, play).commit());
    let tap = control.tap_room(room, SampleRate::HZ_16000, Millis(100)).expect("there is a place");
    applied(scene, Ok(tap.op));
    applied(scene, control.destroy(tap.listener));
    applied(scene, control.destroy_room(room));
}

#[test]
fn a_transaction_on_several_workers_takes_effect_at_one_tick() {
    let mut scene = Scene::of(3, 8);
    for n in 0..6u16 {
        scene.call(SessionSpec::new(CodecSpec::pcmu()).worker(WorkerId(n % 3)), None);
    }
    scene.run(20);
    let txn = (0..6).fold(scene.control.txn(), |txn, n| txn.hold(scene.id(n), Some(tone())));
    let done = txn.commit().expect("accepted");
    scene.run(10);
    let tick = done.try_result().expect("answered").expect("applied").tick;
    let held: Vec<_> = scene.events.iter().filter(|e| matches!(e.kind, EventKind::Held)).map(|e| e.tick).collect();
    assert_eq!(held, [tick; 6]);
    scene.run(10);
    let (calls, ..) = scene.stop();
    // All of them were silent and then hear the same tone from the same packet on.
    let payloads = |n: usize| calls[n].sent.iter().map(|p| (p.tick, p.rtp().payload.to_vec())).collect::<Vec<_>>();
    assert!((1..6).all(|n| payloads(n) == payloads(0)));
}

#[test]
fn an_answer_can_be_awaited_without_a_runtime() {
    struct Count(AtomicUsize);
    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    let mut engine = OfflineEngine::new(EngineConfig::new().workers(1)).expect("the configuration is valid");
    let (control, mut events) = (engine.control(), engine.events().expect("the first reader"));
    let created = control.create(SessionSpec::new(CodecSpec::pcma())).expect("accepted");
    let wakes = Arc::new(Count(AtomicUsize::new(0)));
    let waker = Waker::from(wakes.clone());
    let mut cx = Context::from_waker(&waker);
    let (mut answer, mut event) = (pin!(created.op), pin!(events.next_event()));
    assert!(answer.as_mut().poll(&mut cx).is_pending() && event.as_mut().poll(&mut cx).is_pending());
    engine.tick();
    assert_eq!(wakes.0.load(Ordering::Relaxed), 2);
    assert!(matches!(answer.poll(&mut cx), Poll::Ready(Ok(_))) && event.poll(&mut cx).is_ready());
    assert!(engine.stop().reclaimed);
}

#[test]
fn what_a_full_queue_loses_is_counted_exactly() {
    let config = EngineConfig::new().workers(1).event_capacity(4);
    let mut engine = OfflineEngine::new(config).expect("the configuration is valid");
    let (control, mut stream) = (engine.control(), engine.events().expect("the first reader"));
    let created = control.create(SessionSpec::new(CodecSpec::pcmu())).expect("accepted");
    for _ in 0..50 {
        let _muted = control.mute(created.id, Direction::Inbound, true).expect("accepted");
        engine.tick();
    }
    // 2 events of the creation and 50 answers; lifecycle has twice the room.
    assert_eq!(control.telemetry().events_lost, 52 - 8);
    let events: Vec<_> = std::iter::from_fn(|| stream.try_next()).collect();
    assert_eq!(events.len(), 9);
    assert!(matches!(events[8].kind, EventKind::Lost { count: 44 }) && events[8].number == 52);
    let _muted = control.mute(created.id, Direction::Inbound, false).expect("accepted");
    engine.tick();
    assert_eq!(stream.try_next().map(|event| event.number), Some(53));
    assert!(engine.stop().reclaimed);
}

fn applied(scene: &mut Scene, outcome: Result<Pending, Reject>) {
    let pending = outcome.expect("accepted");
    scene.run(6);
    let answer = pending.try_result().expect("answered").expect("applied");
    assert_eq!(answer.op, pending.op());
    assert!(answer.tick.0 < scene.next_tick());
}

fn insert_scale(scene: &Scene, session: SessionId) -> NodeId {
    let place = Arc::new(AtomicUsize::new(0));
    let count = place.clone();
    let edit = scene.control.edit(session, move |topology, legs| {
        count.fetch_add(topology.nodes().count(), Ordering::Relaxed);
        let edge = topology.edges().find(|e| e.from.0 == legs.receive).expect("every leg has it");
        topology.insert_between(edge, Segment::Up, Box::new(Scale::new(SampleRate::HZ_8000, 0.5)))?;
        Ok(())
    });
    let _applied = edit.expect("it fits");
    let found = Arc::new(std::sync::OnceLock::new());
    let finder = found.clone();
    let looked = scene.control.edit(session, move |topology, _| {
        finder.set(topology.find("scale").expect("it was just put in")).expect("set once");
        Ok(())
    });
    let _looked = looked.expect("nothing changes");
    *found.get().expect("the edit ran on this thread")
}

fn kind(kind: &EventKind) -> &'static str {
    match kind {
        EventKind::Applied { .. } => "Applied",
        EventKind::Failed { .. } => "Failed",
        EventKind::Created { .. } => "Created",
        EventKind::Destroyed { .. } => "Destroyed",
        EventKind::Migrated { .. } => "Migrated",
        EventKind::Bridged { .. } => "Bridged",
        EventKind::CodecChanged { .. } => "CodecChanged",
        EventKind::Unbridged => "Unbridged",
        EventKind::RoomCreated { .. } => "RoomCreated",
        EventKind::RoomDestroyed { .. } => "RoomDestroyed",
        EventKind::Joined { .. } => "Joined",
        EventKind::Left { .. } => "Left",
        EventKind::TalkStart { .. } => "TalkStart",
        EventKind::TalkStop { .. } => "TalkStop",
        EventKind::Dominant { .. } => "Dominant",
        EventKind::Held => "Held",
        EventKind::Resumed => "Resumed",
        EventKind::Node { kind, .. } => match kind {
            NodeEventKind::SourceSwitched { .. } => "SourceSwitched",
            NodeEventKind::MediaStarted => "MediaStarted",
            NodeEventKind::PlayDone { .. } => "PlayDone",
            NodeEventKind::PlayStarted => "PlayStarted",
            NodeEventKind::PlayStarved { .. } => "PlayStarved",
            NodeEventKind::PlayResumed { .. } => "PlayResumed",
            NodeEventKind::PlayFailed { .. } => "PlayFailed",
            NodeEventKind::Mark { .. } => "Mark",
            NodeEventKind::Starved => "Starved",
            NodeEventKind::Backlog { .. } => "Backlog",
            NodeEventKind::BargeIn => "BargeIn",
            NodeEventKind::TapOverrun { .. } => "TapOverrun",
            NodeEventKind::DigitStarted { .. } => "DigitStarted",
            NodeEventKind::Digit { .. } => "Digit",
            NodeEventKind::DigitSent { .. } => "DigitSent",
            NodeEventKind::Custom { .. } => "Custom",
            _ => "unknown",
        },
        EventKind::Stopped => "Stopped",
        _ => "of the workers",
    }
}

fn wide() -> CodecSpec {
    CodecSpec::l16(SampleRate::HZ_16000, PayloadType::new(97).expect("below 128"))
}

fn tone() -> Source {
    Source::Tone(ToneSpec::new().partial(440.0, Decibels(-12.0)))
}
