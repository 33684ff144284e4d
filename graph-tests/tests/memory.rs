//! Memory: what a session takes, and that nothing of it stays.
//!
//! Counts the bytes that this whole test binary holds, so its tests take turns.
#![allow(unsafe_code, reason = "a counting allocator")]
#![allow(clippy::print_stdout, reason = "the figures are part of the answer")]
#![allow(clippy::disallowed_types, reason = "tests take turns; no worker runs here")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

use media_core::engine::EventKind;
use media_core::mixer::presets;
use media_core::mixer::talkers::TalkersConfig;
use media_core::{
    CodecSpec, Control, Created, Cue, Decibels, EngineConfig, EventStream, ExternalSpec, JitterConfig, Millis,
    OfflineEngine, PayloadType, RoomFloor, RoomSpec, SampleRate, SessionSpec, Source, WorkerId,
};

/// The system's allocator, counting.
struct Counting;

static LIVE: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.fetch_add(layout.size(), Relaxed);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller keeps the contract of `dealloc`, and `block` came from `System`.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Tests of this file, one at a time.
static TURN: Mutex<()> = Mutex::new(());

fn turn() -> MutexGuard<'static, ()> {
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn live() -> usize {
    LIVE.load(Relaxed)
}

const BATCH: usize = 500;
const SESSIONS: usize = 100_000;

#[test]
fn a_hundred_thousand_sessions_come_and_go_and_leave_memory_as_it_was() {
    let _turn = turn();
    let before_engine = live();
    let mut engine = OfflineEngine::new(EngineConfig::new().workers(2).max_sessions(BATCH)).expect("it is valid");
    let (control, mut events) = (engine.control(), engine.events().expect("nobody took it"));
    // Queues reach their size in the first batches, and maps nearly: a hash map may double once more.
    (0..3).for_each(|_| batch(&mut engine, &control, &mut events));
    let warm = live();
    let mut most = warm;
    for _ in 3..SESSIONS / BATCH {
        batch(&mut engine, &control, &mut events);
        most = most.max(live());
    }
    println!("{warm} bytes live after {} sessions, {} after {SESSIONS}, at most {most}", 3 * BATCH, live());
    assert!(most - warm < SESSIONS, "a session leaves a byte or more: {} bytes", most - warm);
    drop(events);
    drop(control);
    let report = engine.stop();
    assert!(report.reclaimed);
    assert_eq!((report.sessions, report.unanswered), (0, 0));
    // The test runner keeps what was printed, and frees things of its own meanwhile; threads of the other tests, which wait
    // for this one, may begin after the first count. The list of filters by rate stays, without the filters: the least
    // of them has 16 KiB.
    assert!(live() <= before_engine + 12_288, "the engine itself is gone without rest: {}", live() - before_engine);
}

/// Sets up sessions in bridged pairs, lets them run, and tears all of them down.
fn batch(engine: &mut OfflineEngine, control: &Control, events: &mut EventStream) {
    let specs = [SessionSpec::new(CodecSpec::pcmu()), SessionSpec::new(CodecSpec::pcma())];
    let mut sessions: Vec<Created> = Vec::with_capacity(BATCH);
    for at in 0..BATCH {
        sessions.push(control.create(specs[at % 2].clone()).expect("there is room"));
    }
    engine.tick();
    for pair in sessions.chunks_exact_mut(2) {
        for session in pair.iter_mut() {
            let mut datagram = [0x55; 172];
            datagram[..2].copy_from_slice(&[0x80, if session.id.index() % 2 == 0 { 0 } else { 8 }]);
            session.ingress.push(&datagram, engine.now()).expect("the ring is empty");
        }
        // Both legs may be on different workers: then one of them moves first.
        let _op = control.bridge(pair[0].id, pair[1].id).expect("both are there");
        if engine.now().0.is_multiple_of(3) {
            engine.tick();
        }
    }
    engine.run(8);
    for session in &sessions {
        let _op = control.destroy(session.id).expect("it is there");
    }
    engine.run(4);
    let ended = std::iter::from_fn(|| events.try_next())
        .filter(|event| matches!(event.kind, EventKind::Destroyed { .. }))
        .count();
    assert_eq!(ended, BATCH);
    assert!(sessions.iter().all(|session| session.ingress.is_closed()));
}

#[test]
fn a_session_takes_no_more_than_its_bound() {
    let _turn = turn();
    let dynamic = PayloadType::new(96).expect("below 128");
    let [event, noise, red] = [101, 13, 99].map(|value| PayloadType::new(value).expect("below 128"));
    let wide = |rate| CodecSpec::l16(rate, dynamic);
    let specs = [
        ("PCMU, 20 ms", SessionSpec::new(CodecSpec::pcmu())),
        ("PCMA, 60 ms", SessionSpec::new(CodecSpec::pcma()).ptime(Millis(60))),
        ("L16 16 kHz, 20 ms", SessionSpec::new(wide(SampleRate::HZ_16000))),
        ("L16 48 kHz, 10 ms", SessionSpec::new(wide(SampleRate::HZ_48000)).ptime(Millis(10))),
        ("PCMU, 64 KiB of ring", SessionSpec::new(CodecSpec::pcmu()).ingress_bytes(64 * 1_024)),
        (
            "PCMU with everything",
            SessionSpec::new(CodecSpec::pcmu()).telephone_event(event, 8_000).comfort_noise(noise).redundancy(red, 4),
        ),
        ("L16 16 kHz, redundant", SessionSpec::new(wide(SampleRate::HZ_16000)).redundancy(red, 2)),
        ("PCMU, 16 packets wait", SessionSpec::new(CodecSpec::pcmu()).jitter(JitterConfig::new().capacity(16))),
    ];
    for (name, spec) in specs {
        let (alone, bridged, bound) = bytes_per_session(&spec);
        println!("{name:24} bound {bound:6}, measured {alone:6} alone, {bridged:6} bridged bytes");
        assert!(alone.max(bridged) <= bound, "{name}: {alone} alone, {bridged} bridged, bound {bound}");
        assert!(bound <= 3 * alone, "{name}: a bound of {bound} says nothing about {alone}");
    }
}

#[test]
fn rooms_and_programs_come_and_go_and_leave_memory_as_it_was() {
    let _turn = turn();
    let before = live();
    let mut engine = OfflineEngine::new(EngineConfig::new().workers(2).max_sessions(64)).expect("it is valid");
    let (control, mut events) = (engine.control(), engine.events().expect("nobody took it"));
    (0..3).for_each(|_| meet(&mut engine, &control, &mut events));
    let warm = live();
    let mut most = warm;
    for _ in 0..200 {
        meet(&mut engine, &control, &mut events);
        most = most.max(live());
    }
    println!("{warm} bytes live after 3 conferences, at most {most} between 200 others");
    // The map of operations under way may double once more, by 2.3 KiB.
    assert!(most - warm < 4_000, "a conference leaves {} bytes", most - warm);
    drop((events, control));
    let report = engine.stop();
    assert!(report.reclaimed && report.unanswered == 0);
    assert!(live() <= before + 1_024, "the engine itself is gone without rest");
}

/// A conference of sixteen, two of them programs and two players, with exceptions, moves and a floor.
fn meet(engine: &mut OfflineEngine, control: &Control, events: &mut EventStream) {
    let talkers = TalkersConfig::default();
    let (room, _) = control.create_room(RoomSpec::new().members(16).talkers(talkers)).expect("there is room");
    let rate = SampleRate::HZ_16000;
    let source = Source::Pcm { samples: vec![0.1; 800].into(), rate, repeat: false };
    let mut sessions: Vec<Created> = Vec::with_capacity(16);
    for n in 0..16 {
        let spec = match n {
            0 | 1 => SessionSpec::external(rate, ExternalSpec::new()),
            2 | 3 => SessionSpec::player(rate, source.clone(), Cue::new()),
            _ => SessionSpec::new(CodecSpec::pcmu()),
        };
        sessions.push(control.create(spec).expect("there is room"));
    }
    let ids: Vec<_> = sessions.iter().map(|session| session.id).collect();
    engine.run(4);
    for id in &ids {
        let _joined = control.join(*id, room, Decibels(-3.0)).expect("it is free");
    }
    for port in sessions.iter_mut().filter_map(|session| session.external.as_mut()) {
        port.writer.write(&[0.2; 1_600]);
    }
    engine.run(12);
    let _whisper = control.shape(room, presets::whisper(ids[4], &[ids[0], ids[5]]), Millis(20)).expect("they are in");
    let _floor = control.floor(room, RoomFloor::new().holder(ids[0])).expect("it chooses");
    let _moved = control.migrate(ids[7], WorkerId(0)).expect("it lives");
    engine.run(12);
    let _left = control.leave(ids[8]).expect("it is in");
    let _closed = control.destroy_room(room).expect("it is there");
    engine.run(4);
    for id in ids {
        let _gone = control.destroy(id).expect("it is there");
    }
    engine.run(6);
    let ended = std::iter::from_fn(|| events.try_next());
    assert_eq!(ended.filter(|event| matches!(event.kind, EventKind::Destroyed { .. })).count(), 16);
}

#[test]
fn a_room_takes_what_it_says_and_a_member_no_more_than_that_of_the_largest_rate() {
    let _turn = turn();
    let mut engine = OfflineEngine::new(EngineConfig::new().workers(2).max_sessions(64)).expect("it is valid");
    let (control, mut events) = (engine.control(), engine.events().expect("nobody took it"));
    for (name, spec) in [
        ("plain", RoomSpec::new().members(100)),
        ("one rate", RoomSpec::new().members(100).rates(&[SampleRate::HZ_16000])),
        ("talkers", RoomSpec::new().members(100).talkers(TalkersConfig::default())),
    ] {
        let before = live();
        let (room, _) = control.create_room(spec).expect("there is room");
        engine.run(6);
        while events.try_next().is_some() {}
        let info = control.room(room).expect("it is there");
        let (taken, told, bound) = (live() - before, info.bytes, info.member_bytes);
        let ids: Vec<_> =
            (0..32).map(|_| control.create(SessionSpec::new(CodecSpec::pcmu())).expect("there is room").id).collect();
        engine.run(6);
        while events.try_next().is_some() {}
        let alone = live();
        for id in &ids {
            let _joined = control.join(*id, room, Decibels(0.0)).expect("it is free");
        }
        engine.run(10);
        while events.try_next().is_some() {}
        let member = (live() - alone) / ids.len();
        println!("{name:10} {taken} bytes, told {told}; {member} a member, told at most {bound}");
        assert!(told <= taken && taken <= told + told / 2, "{name}: {taken} bytes, told {told}");
        assert!(member <= bound && bound < 4 * member, "{name}: {member} bytes a member, told at most {bound}");
        let _closed = control.destroy_room(room).expect("it is there");
        ids.into_iter().for_each(|id| _ = control.destroy(id).expect("it lives"));
        engine.run(8);
    }
    drop((events, control));
    assert!(engine.stop().reclaimed);
}

/// Live bytes of each of many sessions, alone and bridged, with all that the engine keeps for them, and the bound.
fn bytes_per_session(spec: &SessionSpec) -> (usize, usize, usize) {
    const COUNT: usize = 200;
    let empty_before = live();
    let config = |sessions| EngineConfig::new().workers(1).max_sessions(sessions);
    // What a place costs is the difference between an engine with places and one with a single one.
    let single = OfflineEngine::new(config(1)).expect("it is valid");
    let without_places = live() - empty_before;
    drop(single);
    let mut engine = OfflineEngine::new(config(COUNT)).expect("it is valid");
    let (control, mut events) = (engine.control(), engine.events().expect("nobody took it"));
    let bound = control.memory_bound(spec);
    let mut sessions = Vec::with_capacity(COUNT);
    for _ in 0..COUNT {
        sessions.push(control.create(spec.clone()).expect("there is room"));
        engine.tick();
        while events.try_next().is_some() {}
    }
    let held =
        |sessions: &Vec<Created>| live() - empty_before - without_places - sessions.capacity() * size_of::<Created>();
    let alone = held(&sessions) / COUNT;
    for pair in sessions.chunks_exact(2) {
        let _op = control.bridge(pair[0].id, pair[1].id).expect("both are there");
        engine.run(2);
        while events.try_next().is_some() {}
    }
    engine.run(16);
    let bridged = held(&sessions) / COUNT;
    drop((sessions, events, control));
    assert!(engine.stop().reclaimed);
    (alone, bridged, bound)
}
