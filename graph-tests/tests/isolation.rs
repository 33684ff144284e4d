//! A node that panics, and a host that never reads, harm nobody else.
//!
//! This binary does not install the allocation guard: a panic allocates.
#![allow(clippy::let_underscore_future, reason = "most operations are known by their effect")]
#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "test threads, not workers")]

mod common_hostile;

use std::thread;
use std::time::Duration;

use common_hostile::{Bomb, Caller, Chatter, Fuse, Sent, behind_fader, events, key, pull, quiet_bombs};
use media_core::engine::{EventKind, Refusal};
use media_core::graph::{NodeEventKind, Segment};
use media_core::types::{IoGroup, Millis, SessionId};
use media_core::{CodecSpec, Control, EngineConfig, Event, MediaEngine, OfflineEngine, Reject, SessionSpec, TapPoint};

const TICKS: u64 = 200;

/// What one run of the scene came to.
struct Heard {
    sent: Sent,
    events: Vec<Event>,
    bomb: SessionId,
    peer: SessionId,
    reclaimed: bool,
}

/// Six sessions: 0–1 and 2–3 bridged, 4 and 5 alone, each with a caller; a bomb in session 0.
fn scene(segment: Segment, bridged: bool, fuse: Fuse, workers: usize) -> Heard {
    quiet_bombs();
    let mut engine = OfflineEngine::new(EngineConfig::new().workers(workers).max_sessions(16)).expect("fits");
    let control = engine.control();
    let mut out = engine.egress(IoGroup(0)).expect("first take");
    let mut stream = engine.events().expect("first take");
    let codecs = [(CodecSpec::pcmu(), 0), (CodecSpec::pcma(), 8)];
    let mut legs = Vec::new();
    for i in 0..6u32 {
        let (codec, payload_type) = codecs[i as usize % 2];
        let created = control.create(SessionSpec::new(codec)).expect("there is room");
        legs.push((created.id, created.ingress, Caller::new(payload_type, 1_000 + i)));
    }
    let ids: Vec<SessionId> = legs.iter().map(|leg| leg.0).collect();
    if bridged {
        let _op = control.bridge(ids[0], ids[1]).expect("both are free");
    }
    let _op = control.bridge(ids[2], ids[3]).expect("both are free");
    let _op = control.edit(ids[0], behind_fader(segment, Bomb::new(fuse))).expect("fits the graph");
    let mut sent = Sent::new();
    for _ in 0..TICKS {
        for (_, port, caller) in &mut legs {
            caller.push(port, engine.now());
        }
        engine.tick();
        pull(&mut out, &mut sent);
    }
    let panicked = matches!(fuse, Fuse::Process(_) | Fuse::Report(_));
    if panicked {
        assert_rejected(&control, ids[0], ids[4]);
    }
    let report = control.stats(ids[0]).expect("still there");
    assert!(panicked == (report.ticks < TICKS - 8), "{report:?}");
    let gone = control.destroy(ids[0]).expect("also from quarantine");
    engine.tick();
    assert!(gone.try_result().expect("answered in the tick").is_ok());
    assert!(matches!(control.stats(ids[0]), Err(Reject::NoSuchSession(_))));
    // The slot serves its next tenant.
    let next = control.create(SessionSpec::new(CodecSpec::pcmu())).expect("there is room");
    engine.run(20);
    assert!(control.stats(next.id).expect("alive").sent > 0);
    let events = events(&mut stream);
    Heard { sent, events, bomb: ids[0], peer: ids[1], reclaimed: engine.stop().reclaimed }
}

#[track_caller]
fn assert_rejected(control: &Control, bomb: SessionId, other: SessionId) {
    let quarantined = |outcome: Result<_, Reject>| matches!(outcome, Err(Reject::Quarantined(id)) if id == bomb);
    assert!(quarantined(control.hold(bomb, None).map(drop)));
    assert!(quarantined(control.resume(bomb).map(drop)));
    assert!(quarantined(control.bridge(bomb, other).map(drop)));
    assert!(quarantined(control.bridge(other, bomb).map(drop)));
    assert!(quarantined(control.mute(bomb, media_core::Direction::Inbound, true).map(drop)));
    assert!(quarantined(control.tap(bomb, TapPoint::Sent, Millis(100)).map(drop)));
    assert!(quarantined(control.edit(bomb, |_, _| Ok(())).map(drop)));
    assert!(quarantined(control.migrate(bomb, media_core::WorkerId(0)).map(drop)));
    assert!(quarantined(control.txn().hold(other, None).hold(bomb, None).commit().map(drop)));
    assert!(matches!(control.resume(other), Err(Reject::Illegal { .. })), "a rejected transaction changed something");
}

/// Compares a run in which the bomb goes off with one in which it does not.
fn compare(segment: Segment, bridged: bool, fuse: Fuse, workers: usize) {
    let (sound, broken) = (scene(segment, bridged, Fuse::Dud, workers), scene(segment, bridged, fuse, workers));
    assert!(sound.reclaimed && broken.reclaimed, "memory was kept");
    let panics = |heard: &Heard| heard.events.iter().filter(|e| matches!(e.kind, EventKind::Panicked)).count();
    assert_eq!((panics(&sound), panics(&broken)), (0, 1));
    let told = broken.events.iter().find(|e| matches!(e.kind, EventKind::Panicked)).expect("counted above");
    assert_eq!(told.session, Some(broken.bomb));
    for (session, datagrams) in &sound.sent {
        if *session == key(sound.bomb) || (bridged && *session == key(sound.peer)) {
            continue;
        }
        assert_eq!(broken.sent.get(session), Some(datagrams), "session {session} heard the panic");
    }
    let (whole, cut) = (&sound.sent[&key(sound.bomb)], &broken.sent[&key(broken.bomb)]);
    assert!(cut.len() < whole.len() && whole.starts_with(cut), "the session sends until it panics, then nothing");
    if bridged {
        let (whole, cut) = (&sound.sent[&key(sound.peer)], &broken.sent[&key(broken.peer)]);
        assert_eq!(whole.len(), cut.len(), "the peer's stream goes on");
        let same = whole.iter().zip(cut).take_while(|(a, b)| a == b).count();
        assert!(same > 10 && same < whole.len());
        // A-law of zero (ITU-T G.711, even bits inverted).
        let silent = |datagram: &Vec<u8>| datagram[12..].iter().all(|byte| *byte == 0xd5);
        assert!(cut[same + 1..].iter().all(silent), "the peer hears silence from then on");
        assert!(!whole[same + 1..].iter().any(silent), "and would have heard the caller");
    }
}

#[test]
fn a_panic_on_the_way_up_mutes_only_its_session() {
    compare(Segment::Up, false, Fuse::Process(50), 1);
}

#[test]
fn a_panic_on_the_way_down_mutes_only_its_session() {
    compare(Segment::Down, false, Fuse::Process(50), 2);
}

#[test]
fn a_panic_on_the_way_up_of_a_bridged_leg_silences_the_pair_and_nobody_else() {
    compare(Segment::Up, true, Fuse::Process(50), 1);
}

#[test]
fn a_panic_on_the_way_down_of_a_bridged_leg_silences_the_pair_and_nobody_else() {
    compare(Segment::Down, true, Fuse::Process(50), 2);
}

#[test]
fn a_panic_in_the_first_tick_of_a_node_is_kept_to_its_session() {
    quiet_bombs();
    let (mut engine, control) = offline();
    let a = control.create(SessionSpec::new(CodecSpec::pcmu())).expect("room");
    let b = control.create(SessionSpec::new(CodecSpec::pcmu())).expect("room");
    let edited = control.edit(a.id, behind_fader(Segment::Down, Bomb::new(Fuse::Process(1)))).expect("fits");
    engine.run(30);
    // It came into force; what it did then is another matter.
    assert!(edited.try_result().expect("answered").is_ok());
    assert!(matches!(control.hold(a.id, None), Err(Reject::Quarantined(_))));
    assert_eq!(control.stats(b.id).expect("alive").sent, control.stats(b.id).expect("alive").ticks / 2);
    assert!(engine.stop().reclaimed);
}

#[test]
fn a_panic_while_figures_are_collected_is_kept_to_its_session() {
    compare(Segment::Up, false, Fuse::Report(50), 1);
}

#[test]
fn a_panic_while_a_parameter_is_set_is_kept_to_its_session() {
    quiet_bombs();
    let (mut engine, control) = offline();
    let mut stream = engine.events().expect("first take");
    let a = control.create(SessionSpec::new(CodecSpec::pcmu())).expect("room");
    let b = control.create(SessionSpec::new(CodecSpec::pcmu())).expect("room");
    let (tell, node) = std::sync::mpsc::channel();
    let edit = move |topology: &mut media_core::graph::Topology, legs: media_core::session::Legs| {
        let edge = common_hostile::edge_from(topology, legs.fader_up);
        let id = topology.insert_between(edge, Segment::Up, Box::new(Bomb::new(Fuse::Set)))?;
        tell.send(id).expect("the test listens");
        Ok(())
    };
    let _op = control.edit(a.id, edit).expect("fits");
    engine.run(3);
    let node = node.recv().expect("the edit ran");
    let set = control.set(a.id, node, Bomb::PARAM, 1.0, Millis(0)).expect("in range");
    engine.run(3);
    assert_eq!(set.try_result().expect("answered").expect_err("it panicked").why, Refusal::Quarantined);
    assert!(matches!(control.hold(a.id, None), Err(Reject::Quarantined(_))));
    assert_eq!(events(&mut stream).iter().filter(|e| matches!(e.kind, EventKind::Panicked)).count(), 1);
    engine.run(20);
    assert!(control.stats(b.id).expect("alive").ticks >= 16);
    assert!(engine.stop().reclaimed);
}

#[test]
fn an_operation_on_its_way_when_the_node_panics_fails_and_changes_nothing() {
    quiet_bombs();
    let (mut engine, control) = offline();
    let a = control.create(SessionSpec::new(CodecSpec::pcmu())).expect("room");
    engine.run(1);
    let _op = control.edit(a.id, behind_fader(Segment::Up, Bomb::new(Fuse::Process(10)))).expect("fits");
    // From its first tick on a session's edits wait for each other, so the last ones are still in the ring when the bomb goes off.
    let late: Vec<_> =
        (0..20).map(|_| control.edit(a.id, behind_fader(Segment::Down, Bomb::new(Fuse::Dud))).expect("fits")).collect();
    engine.run(40);
    let outcomes: Vec<_> = late.iter().map(|op| op.try_result().expect("all answered")).collect();
    assert!(outcomes.iter().any(Result::is_ok));
    let failed: Vec<_> = outcomes.iter().filter_map(|o| o.err()).collect();
    assert!(!failed.is_empty() && failed.iter().all(|f| f.why == Refusal::Quarantined));
    assert!(engine.stop().reclaimed);
}

#[test]
fn a_leg_parted_from_one_in_quarantine_is_free_for_its_next_bridge() {
    quiet_bombs();
    let (mut engine, control) = offline();
    let mut out = engine.egress(IoGroup(0)).expect("first take");
    let [a, b, c] = [(); 3].map(|()| control.create(SessionSpec::new(CodecSpec::pcmu())).expect("room"));
    let mut legs = [(a.ingress, Caller::new(0, 1)), (b.ingress, Caller::new(0, 2)), (c.ingress, Caller::new(0, 3))];
    let mut run = |engine: &mut OfflineEngine, ticks: u64| {
        let mut sent = Sent::new();
        for _ in 0..ticks {
            legs.iter_mut().for_each(|(port, caller)| caller.push(port, engine.now()));
            engine.tick();
            pull(&mut out, &mut sent);
        }
        sent
    };
    // From b to a packets are relayed; b's other half has the bomb.
    let _op = control.bridge(a.id, b.id).expect("free");
    let _op = control.edit(b.id, behind_fader(Segment::Down, Bomb::new(Fuse::Process(30)))).expect("fits");
    run(&mut engine, 50);
    assert!(control.stats(a.id).expect("alive").relayed > 0, "the scene has a relay");
    assert!(matches!(control.hold(b.id, None), Err(Reject::Quarantined(_))));
    let _op = control.unbridge(a.id).expect("bridged");
    let alone = run(&mut engine, 20);
    assert_eq!(alone.get(&key(a.id)).map(Vec::len), Some(10), "alone it encodes silence");
    let _op = control.bridge(a.id, c.id).expect("both free");
    run(&mut engine, 10);
    let _op = control.destroy(b.id).expect("alive");
    let sent = run(&mut engine, 40);
    assert_eq!(sent.get(&key(a.id)).map(Vec::len), Some(20), "c is still relayed to a");
    assert!(matches!(control.bridge(a.id, c.id), Err(Reject::Illegal { .. })), "the old peer parted the new pair");
    let _op = control.unbridge(a.id).expect("still bridged to c");
    engine.tick();
    assert!(engine.stop().reclaimed);
}

#[test]
fn a_destructor_that_panics_stops_neither_the_supervisor_nor_the_workers() {
    quiet_bombs();
    let mut engine = MediaEngine::start(EngineConfig::new().workers(1).max_sessions(8).priority(None)).expect("starts");
    let control = engine.control();
    let a = control.create(SessionSpec::new(CodecSpec::pcmu())).expect("room");
    let edit = control.edit(a.id, behind_fader(Segment::Up, Bomb::new(Fuse::Drop))).expect("fits");
    assert!(edit.wait().is_ok());
    assert!(control.destroy(a.id).expect("alive").wait().is_ok());
    for _ in 0..3 {
        let next = control.create(SessionSpec::new(CodecSpec::pcmu())).expect("room");
        assert!(next.op.wait().is_ok());
        assert!(control.destroy(next.id).expect("alive").wait().is_ok());
    }
    drop(engine.events());
    assert!(!engine.stop().reclaimed, "a value whose destructor failed does not count as freed");
}

#[test]
fn a_worker_in_real_time_survives_a_panic() {
    quiet_bombs();
    let engine = MediaEngine::start(EngineConfig::new().workers(1).max_sessions(8).priority(None)).expect("starts");
    let control = engine.control();
    let a = control.create(SessionSpec::new(CodecSpec::pcmu())).expect("room");
    let b = control.create(SessionSpec::new(CodecSpec::pcmu())).expect("room");
    let _op = control.bridge(a.id, b.id).expect("free").wait();
    let _op = control.edit(a.id, behind_fader(Segment::Up, Bomb::new(Fuse::Process(5)))).expect("fits").wait();
    until(|| matches!(control.edit(a.id, |_, _| Ok(())), Err(Reject::Quarantined(_))));
    let before = control.stats(b.id).expect("alive").ticks;
    until(|| control.stats(b.id).expect("alive").ticks > before + 20);
    assert!(control.destroy(a.id).expect("alive").wait().is_ok());
    assert!(engine.stop().reclaimed);
}

#[test]
fn egress_that_nobody_pulls_is_dropped_and_counted_and_delays_nothing() {
    let (mut engine, control) = offline();
    let legs: Vec<_> = (0..4).map(|_| control.create(SessionSpec::new(CodecSpec::pcmu())).expect("room")).collect();
    for tick in 0..4_000 {
        engine.tick();
        if tick % 100 == 0 {
            // Operations are answered in their tick, whatever the rings look like.
            let op = control.edit(legs[0].id, |_, _| Ok(())).expect("accepted");
            engine.tick();
            assert!(op.try_result().expect("answered").is_ok());
        }
    }
    let mut out = engine.egress(IoGroup(0)).expect("first take");
    let mut sent = Sent::new();
    let finals: Vec<_> = legs
        .iter()
        .map(|leg| {
            let _op = control.destroy(leg.id).expect("alive");
            leg.id
        })
        .collect();
    let mut stream = engine.events().expect("first take");
    engine.tick();
    pull(&mut out, &mut sent);
    let mut dropped = 0;
    for event in events(&mut stream) {
        let EventKind::Destroyed { stats } = event.kind else { continue };
        let id = event.session.expect("a session's event");
        assert!(finals.contains(&id));
        let waited = sent.get(&key(id)).map_or(0, Vec::len) as u64;
        assert_eq!(stats.sent, waited, "what counts as sent was there to be pulled");
        assert_eq!(stats.sent + stats.egress_dropped, stats.ticks / 2, "{stats:?}");
        assert!(stats.egress_dropped > 0, "the ring filled up");
        dropped += stats.egress_dropped;
    }
    assert_eq!(control.telemetry().workers.iter().map(|w| w.egress_dropped).sum::<u64>(), dropped);
    assert!(engine.stop().reclaimed);
}

#[test]
fn events_that_nobody_reads_are_dropped_and_counted_and_delay_nothing() {
    let config = EngineConfig::new().workers(1).max_sessions(16).event_capacity(100);
    let mut engine = OfflineEngine::new(config).expect("fits");
    let control = engine.control();
    let mut stream = engine.events().expect("first take");
    let a = control.create(SessionSpec::new(CodecSpec::pcmu())).expect("room");
    let _op = control.edit(a.id, behind_fader(Segment::Up, Chatter { each: 3, said: 0 })).expect("fits");
    // An edit waits for the one before it, so that one is let by first.
    let mut last = engine.tick().0;
    for _ in 0..500 {
        let op = control.edit(a.id, |_, _| Ok(())).expect("accepted");
        let tick = engine.tick();
        assert_eq!(op.try_result().expect("answered").expect("applied").tick, tick);
        last = tick.0;
    }
    assert_eq!(last, 500);
    let lost = control.telemetry().events_lost;
    assert!(lost > 0);
    // 500 edits, the first edit, the creation twice (the answer and the session's own), and the chatter
    // since the first tick: all of them are here or counted.
    let (mut seen, mut told, mut number) = (0, 0, 0);
    while let Some(event) = stream.try_next() {
        match event.kind {
            EventKind::Lost { count } => told += count,
            _ => seen += 1,
        }
        assert!(event.number > number, "numbers rise");
        number = event.number;
    }
    assert_eq!(told, lost);
    assert_eq!(seen + lost, 500 + 1 + 2 + 3 * 501);
    assert_eq!(number, seen + lost);
    assert!(engine.stop().reclaimed);
}

#[test]
fn reports_beyond_the_ring_are_counted_and_answers_still_come() {
    let config = EngineConfig::new().workers(1).max_sessions(256);
    let mut engine = OfflineEngine::new(config).expect("fits");
    let control = engine.control();
    let mut stream = engine.events().expect("first take");
    let ids: Vec<_> = (0..200).map(|_| control.create(SessionSpec::new(CodecSpec::pcmu())).expect("room").id).collect();
    engine.run(3);
    for id in &ids {
        let _op = control.edit(*id, behind_fader(Segment::Up, Chatter { each: 40, said: 0 })).expect("fits");
    }
    engine.run(20);
    let custom = |e: &Event| matches!(e.kind, EventKind::Node { kind: NodeEventKind::Custom { .. }, .. });
    let mut all = events(&mut stream);
    // Every answer came, though the ring was full of chatter in every tick.
    let applied = all.iter().filter(|e| matches!(e.kind, EventKind::Applied { .. })).count();
    assert_eq!(applied, 400);
    for id in &ids {
        let _op = control.destroy(*id).expect("alive");
    }
    engine.run(3);
    all.extend(events(&mut stream));
    let gone = all.iter().filter(|e| matches!(e.kind, EventKind::Destroyed { .. })).count();
    assert_eq!(gone, 200);
    let figures = control.telemetry();
    let heard = all.iter().filter(|e| custom(e)).count() as u64;
    assert!(figures.workers[0].reports_lost > 0);
    // Each node ran in the same ticks: from the tick of its edit to the last before it went.
    let total = heard + figures.workers[0].reports_lost + figures.events_lost;
    assert_eq!(total, 200 * 40 * 20);
    assert!(engine.stop().reclaimed);
}

#[test]
fn in_real_time_a_host_that_reads_nothing_delays_nothing() {
    let config = EngineConfig::new().workers(1).max_sessions(64).priority(None).egress_bytes(16 * 1_024);
    let engine = MediaEngine::start(config.event_capacity(8)).expect("starts");
    let control = engine.control();
    let ids: Vec<_> = (0..30).map(|_| control.create(SessionSpec::new(CodecSpec::pcmu())).expect("room").id).collect();
    let _op = control.edit(ids[0], behind_fader(Segment::Up, Chatter { each: 5, said: 0 })).expect("fits").wait();
    until(|| control.telemetry().workers[0].egress_dropped > 100);
    let ticks = control.telemetry().workers[0].tick.0;
    for id in &ids {
        assert!(control.mute(*id, media_core::Direction::Inbound, true).expect("accepted").wait().is_ok());
    }
    assert!(control.telemetry().workers[0].tick.0 > ticks);
    assert!(control.telemetry().events_lost > 0);
    let before: u64 = control.stats(ids[29]).expect("alive").ticks;
    until(|| control.stats(ids[29]).expect("alive").ticks > before + 20);
    assert!(engine.stop().reclaimed);
}

fn offline() -> (OfflineEngine, Control) {
    let engine = OfflineEngine::new(EngineConfig::new().workers(1).max_sessions(16)).expect("fits");
    let control = engine.control();
    (engine, control)
}

/// Waits for a condition; the limit is for a test that would hang otherwise, not for a time.
#[track_caller]
fn until(mut done: impl FnMut() -> bool) {
    for _ in 0..30_000 {
        if done() {
            return;
        }
        thread::sleep(Duration::from_millis(1));
    }
    panic!("it never came");
}

#[test]
fn sessions_that_relay_or_share_a_transaction_end_without_a_failure() {
    let (mut engine, control) = offline();
    let create = || control.create(SessionSpec::new(CodecSpec::pcmu())).expect("room").id;
    let [a, b, c, d, e] = [(); 5].map(|()| create());
    let _op = control.bridge(a, b).expect("free");
    let _op = control.bridge(c, d).expect("free");
    engine.run(4);
    let gone = control.destroy(a).expect("alive");
    let both = control.txn().destroy(c).destroy(d).commit().expect("alive");
    let never = control.txn().bridge(b, e).destroy(e).commit().expect("alive and free");
    engine.run(4);
    for op in [gone, both, never] {
        assert!(op.try_result().expect("answered").is_ok(), "{op:?}");
    }
    assert!(matches!(control.txn().destroy(b).destroy(b).commit(), Err(Reject::NoSuchSession(_))));
    assert!(matches!(control.txn().destroy(b).hold(b, None).commit(), Err(Reject::NoSuchSession(_))));
    assert!(matches!(control.unbridge(b), Err(Reject::Illegal { .. })));
    engine.run(10);
    assert_eq!(control.telemetry().sessions, 1);
    assert!(engine.stop().reclaimed);
}
