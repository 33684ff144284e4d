//! A leg's last packets are kept, given out, and heard again bit for bit.

use graph_tests::{Network, Packet, Phone, Scene};
use media_core::engine::{Capsule, Capture, ReplayError, Trigger};
use media_core::processing::audio::ns::NsConfig;
use media_core::quality::AlertKind;
use media_core::{
    CodecSpec, Decibels, Direction, EngineConfig, Event, EventKind, ExternalSpec, Millis, PayloadType, ProcessingSpec,
    Reject, RoomSpec, SampleRate, SessionId, SessionSpec, TapPoint, TapReader, Thresholds, WorkerId,
};
use std::sync::Arc;

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

fn ready(events: &[Event], session: SessionId) -> Vec<Arc<Capsule>> {
    let capsule = |event: &Event| match &event.kind {
        EventKind::CapsuleReady(capsule) if event.session == Some(session) => Some(capsule.clone()),
        _ => None,
    };
    events.iter().filter_map(capsule).collect()
}

/// What a tap of the received audio tells from a tick on.
fn heard(reader: &mut TapReader, from: u64) -> Vec<f32> {
    let frames = std::iter::from_fn(|| reader.read()).filter(|frame| frame.tick.0 >= from);
    frames.flat_map(|frame| frame.samples().to_vec()).collect()
}

#[test]
fn a_capsule_of_a_whole_call_replays_the_very_samples_that_the_leg_heard() {
    let opus = CodecSpec::opus(SampleRate::HZ_48000, PayloadType::new(111).expect("below 128"));
    let voice = ProcessingSpec::new().noise(NsConfig::new());
    let specs = [
        SessionSpec::new(CodecSpec::pcmu()),
        SessionSpec::new(CodecSpec::g722()).processing(voice),
        SessionSpec::new(opus),
        SessionSpec::new(CodecSpec::g729()),
    ];
    for (n, (spec, codec)) in
        specs.into_iter().zip([CodecSpec::pcmu(), CodecSpec::g722(), opus, CodecSpec::g729()]).enumerate()
    {
        let mut scene = Scene::of(2, 8);
        let control = scene.control.clone();
        // Not in the first tick, and not the first session.
        let phone = Phone::new(CodecSpec::pcma(), 20, 9, Network::clean());
        let far = scene.call(SessionSpec::new(CodecSpec::pcma()), Some(phone));
        scene.run(37);
        let network = Network::new(n as u64, 40_000, 50, 10);
        let call = scene.call(spec, Some(Phone::new(codec, 20, 5, network)));
        control.capture(scene.id(call), Capture::new(Millis(20_000))).expect("accepted").detach();
        let (_, mut tap, op) = control.tap(scene.id(call), TapPoint::Received, Millis(10_000)).expect("accepted");
        op.detach();
        control.bridge(scene.id(far), scene.id(call)).expect("accepted").detach();
        // A move in the middle changes nothing.
        scene.run(150);
        let to = WorkerId(1 - control.worker(scene.id(call)).expect("it lives").0);
        control.migrate(scene.id(call), to).expect("accepted").detach();
        scene.run(350);
        let capsule = control.dump(scene.id(call)).expect("it is captured");
        scene.run(1);
        assert!(Arc::ptr_eq(&ready(&scene.events, scene.id(call))[0], &capsule));
        assert!(capsule.whole && capsule.lost == 0 && capsule.trigger == Trigger::Asked, "{n}");
        let stats = control.stats(scene.id(call)).expect("it lives");
        let received = capsule.packets(Direction::Inbound).count() as u64;
        assert!(received > 200 && received >= stats.datagrams - 1, "{received} of {}", stats.datagrams);
        let replay = capsule.replay().expect("it can be played");
        let live = heard(&mut tap, replay.tick.0);
        let last = capsule.packets.last().expect("there are some").tick.0;
        let length = (last - replay.tick.0) as usize * replay.rate.per_tick();
        assert!(length > 400 * replay.rate.per_tick() && live.iter().any(|s| s.abs() > 0.05));
        let first = (0..length).find(|at| live[*at].to_bits() != replay.samples[*at].to_bits());
        assert_eq!(first, None, "codec {n}: tick {:?}", first.map(|at| at / replay.rate.per_tick()));
        assert!(replay.stats.lost > 0, "the network lost some, and the replay knows");
        let (calls, ..) = scene.stop();
        sent_is_what_left(&capsule, &calls[call].sent);
    }
}

/// What a capsule has of what was sent is what the host was given.
fn sent_is_what_left(capsule: &Capsule, sent: &[Packet]) {
    let kept: Vec<_> = capsule.packets(Direction::Outbound).map(|p| (p.tick.0, p.datagram.to_vec())).collect();
    let left: Vec<_> = sent.iter().map(|p| (p.tick, p.datagram.clone())).collect();
    let fits = !kept.is_empty() && left.windows(kept.len()).any(|part| part == kept);
    assert!(fits, "{} of {} packets", kept.len(), left.len());
}

#[test]
fn what_is_older_or_more_than_asked_for_goes_and_is_counted() {
    let mut scene = Scene::plain();
    let control = scene.control.clone();
    let calls: Vec<usize> = (0..2u64)
        .map(|n| {
            scene
                .call(SessionSpec::new(CodecSpec::pcmu()), Some(Phone::new(CodecSpec::pcmu(), 20, n, Network::clean())))
        })
        .collect();
    control.bridge(scene.id(calls[0]), scene.id(calls[1])).expect("accepted").detach();
    scene.run(100);
    control.capture(scene.id(calls[0]), Capture::new(Millis(1_000))).expect("accepted").detach();
    control
        .capture(scene.id(calls[1]), Capture::new(Millis(60_000)).bytes(10 * (172 + 64)))
        .expect("accepted")
        .detach();
    scene.run(300);
    let timely = control.dump(scene.id(calls[0])).expect("it is captured");
    let ticks: Vec<u64> = timely.packets.iter().map(|p| p.tick.0).collect();
    assert!(
        ticks.windows(2).all(|pair| pair[0] <= pair[1]) && ticks[0] >= 299 && ticks[ticks.len() - 1] >= 398,
        "{ticks:?}"
    );
    assert!((98..=102).contains(&ticks.len()) && timely.overwritten >= 190 && !timely.whole);
    let small = control.dump(scene.id(calls[1])).expect("it is captured");
    assert_eq!(small.packets.len(), 10);
    // The last seconds of a call still replay, from another state of the jitter buffer.
    let replay = timely.replay().expect("it can be played");
    assert!(replay.samples.iter().any(|sample| sample.abs() > 0.05));
    control.stop_capture(scene.id(calls[0])).expect("accepted").detach();
    scene.run(5);
    assert!(matches!(control.dump(scene.id(calls[0])), Err(Reject::NotCaptured(_))));
    assert!(matches!(control.stop_capture(scene.id(calls[0])), Err(Reject::NotCaptured(_))));
    let program = control.create(SessionSpec::external(SampleRate::HZ_16000, ExternalSpec::new())).expect("it fits");
    assert!(matches!(control.capture(program.id, Capture::new(Millis(100))), Err(Reject::External(_))));
    scene.stop();
}

#[test]
fn an_alert_and_the_end_of_a_session_give_out_what_led_to_them() {
    let config = EngineConfig::new().workers(1).max_sessions(8).quality_interval(Millis(1_000));
    let mut scene = Scene::new(config);
    let control = scene.control.clone();
    let phone = Phone::new(CodecSpec::pcmu(), 20, 1, Network::new(3, 5_000, 300, 0));
    let call = scene.call(SessionSpec::new(CodecSpec::pcmu()), Some(phone));
    let id = scene.id(call);
    control.capture(id, Capture::new(Millis(2_000)).on_alert(true).at_end(true)).expect("accepted").detach();
    control.thresholds(id, Some(Thresholds::none().limit(AlertKind::Loss, 5.0))).expect("it can be watched");
    scene.run(500);
    let given = ready(&scene.events, id);
    let alert = scene.events.iter().find(|e| matches!(e.kind, EventKind::QualityAlert { .. })).expect("it is bad").tick;
    let capsule = given.first().expect("the alert gave one");
    assert!(matches!(capsule.trigger, Trigger::Alert(alert) if alert.raised));
    assert!(
        capsule.packets.iter().all(|p| p.tick <= alert && p.tick.0 + 200 >= alert.0) && capsule.packets.len() > 100
    );
    control.destroy(id).expect("it lives").detach();
    scene.run(3);
    let given = ready(&scene.events, id);
    assert_eq!(given.last().map(|capsule| capsule.trigger), Some(Trigger::End));
    scene.stop();
}

#[test]
fn a_capsule_without_a_packet_of_the_party_cannot_be_heard() {
    let mut scene = Scene::plain();
    let call = scene.call(SessionSpec::new(CodecSpec::pcmu()), None);
    scene.control.capture(scene.id(call), Capture::new(Millis(1_000))).expect("accepted").detach();
    scene.run(50);
    let capsule = scene.control.dump(scene.id(call)).expect("it is captured");
    assert!(matches!(capsule.replay(), Err(ReplayError::Empty)));
    scene.stop();
}

#[test]
fn figures_of_workers_and_of_a_room_are_told_again_and_again() {
    let mut scene = Scene::of(2, 8);
    let control = scene.control.clone();
    let (room, op) = control.create_room(RoomSpec::new().members(4)).expect("it fits");
    op.detach();
    let call =
        scene.call(SessionSpec::new(CodecSpec::pcmu()), Some(Phone::new(CodecSpec::pcmu(), 20, 1, Network::clean())));
    scene.run(3);
    control.join(scene.id(call), room, Decibels(0.0)).expect("accepted").detach();
    control.subscribe_workers(Millis(500)).expect("it can be");
    control.subscribe_room(room, Millis(200)).expect("it is there");
    scene.run(201);
    let told = |scene: &Scene| {
        let workers = scene.events.iter().filter(|e| matches!(e.kind, EventKind::WorkerStats(_))).count();
        let rooms = scene.events.iter().filter_map(|e| match &e.kind {
            EventKind::RoomStats(of, stats) if *of == room => Some(stats.members),
            _ => None,
        });
        (workers, rooms.collect::<Vec<_>>())
    };
    let (workers, rooms) = told(&scene);
    assert_eq!(workers, 8, "4 times 2");
    assert!(rooms.len() == 10 && rooms.iter().all(|members| *members == 1), "{rooms:?}");
    control.subscribe_workers(Millis(0)).expect("it can be");
    control.destroy_room(room).expect("it is there").detach();
    scene.run(100);
    assert_eq!(told(&scene).0, 8);
    assert!(matches!(control.subscribe_room(room, Millis(100)), Err(Reject::NoSuchRoom(_))));
    scene.stop();
}
