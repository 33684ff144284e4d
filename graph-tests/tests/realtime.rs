//! The life of an engine in real time: start, drain, stop, start again; denied priority; stalled workers.
//!
//! Nothing here asserts a time. Waits have a limit only so that a failure ends.
#![allow(clippy::let_underscore_future, reason = "most operations are known by their effect")]
#![allow(unsafe_code, reason = "the attack needs the system itself")]
#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "test threads, not workers")]
#![allow(clippy::print_stdout, reason = "a skipped test says why")]

mod common_hostile;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

use common_hostile::{Sent, behind_fader, key, pull};
use media_core::engine::{EventKind, Refusal, StartError};
use media_core::graph::{Io, Node, Ports, Segment};
use media_core::rt::RealtimeDenied;
use media_core::types::{IoGroup, SampleRate};
use media_core::{CodecSpec, Direction, EngineConfig, Event, EventStream, MediaEngine, Reject, SessionSpec};

fn config(workers: usize) -> EngineConfig {
    EngineConfig::new().workers(workers).max_sessions(32).priority(None)
}

fn pcmu() -> SessionSpec {
    SessionSpec::new(CodecSpec::pcmu())
}

/// Waits for an event; the others on the way are dropped.
#[track_caller]
fn await_event(stream: &mut EventStream, wanted: impl Fn(&EventKind) -> bool) -> Event {
    for _ in 0..100_000 {
        match stream.next_timeout(Duration::from_secs(60)) {
            Some(event) if wanted(&event.kind) => return event,
            Some(_) => {}
            None => break,
        }
    }
    panic!("the event never came");
}

#[test]
fn an_engine_starts_drains_stops_and_starts_again() {
    for round in 0..3 {
        let mut engine = MediaEngine::start(config(2)).expect("starts");
        let control = engine.control();
        let mut stream = engine.events().expect("first take");
        assert!(engine.events().is_none() && engine.egress(IoGroup(1)).is_none());
        let [a, b] = [(); 2].map(|()| control.create(pcmu()).expect("room"));
        assert!(a.op.wait().is_ok() && b.op.wait().is_ok());
        assert!(!engine.drain(Duration::from_millis(20)), "two sessions live");
        assert!(matches!(control.create(pcmu()), Err(Reject::Draining)));
        assert!(control.mute(a.id, Direction::Inbound, true).expect("alive").wait().is_ok(), "the living go on");
        let _op = control.destroy(a.id).expect("alive");
        let _op = control.destroy(b.id).expect("alive");
        assert!(engine.drain(Duration::from_secs(60)), "round {round}");
        assert!(engine.drain(Duration::ZERO), "drained already");
        let report = engine.stop();
        assert!(report.reclaimed && report.sessions == 0 && report.unanswered == 0, "{report:?}");
        let last = std::iter::from_fn(|| stream.try_next()).last().expect("at least one");
        assert!(matches!(last.kind, EventKind::Stopped), "{last:?}");
        assert!(matches!(control.create(pcmu()), Err(Reject::Stopped)));
        assert!(matches!(control.destroy(a.id), Err(Reject::Stopped)));
    }
}

#[test]
fn a_stop_in_full_work_answers_every_operation_and_frees_everything() {
    for _ in 0..5 {
        let engine = MediaEngine::start(config(2)).expect("starts");
        let control = engine.control();
        let legs: Vec<_> = (0..8).map(|_| control.create(pcmu()).expect("room")).collect();
        let mut open: Vec<_> = legs.iter().map(|leg| leg.op.clone()).collect();
        for pair in legs.chunks(2) {
            open.push(control.bridge(pair[0].id, pair[1].id).expect("free"));
            open.push(control.hold(pair[0].id, None).expect("alive"));
        }
        let report = engine.stop();
        assert!(report.reclaimed, "{report:?}");
        assert_eq!(report.sessions, 8);
        let outcomes: Vec<_> = open.iter().map(|op| op.try_result().expect("stop answers all")).collect();
        assert!(outcomes.iter().all(|o| o.is_ok() || o.is_err_and(|f| f.why == Refusal::Stopped)), "{outcomes:?}");
    }
}

#[test]
fn an_engine_that_is_dropped_ends_its_threads() {
    let alive = Arc::new(AtomicU64::new(0));
    let seen = alive.clone();
    let hook = Arc::new(move |_| {
        seen.fetch_add(1, SeqCst);
    });
    let engine = MediaEngine::start(config(2).on_worker_start(hook)).expect("starts");
    let control = engine.control();
    assert!(control.create(pcmu()).expect("room").op.wait().is_ok());
    drop(engine);
    assert!(matches!(control.create(pcmu()), Err(Reject::Stopped)));
    drop(control);
    // The hook, which the threads shared, is held by nobody any more.
    assert_eq!((Arc::strong_count(&alive), alive.load(SeqCst)), (1, 2));
}

#[test]
fn a_configuration_that_cannot_run_starts_no_thread() {
    assert!(matches!(MediaEngine::start(config(0)), Err(StartError::Config(_))));
    assert!(matches!(MediaEngine::start(config(65)), Err(StartError::Config(_))));
    assert!(matches!(MediaEngine::start(config(1).phases(3)), Err(StartError::Config(_))));
    assert!(matches!(MediaEngine::start(config(1).egress_bytes(100)), Err(StartError::Config(_))));
    assert!(matches!(MediaEngine::start(config(1).command_ring(1)), Err(StartError::Config(_))));
}

/// Starts an engine, waits until a session has run, and returns the refusals that it told.
fn refusals(config: EngineConfig) -> Vec<RealtimeDenied> {
    let mut engine = MediaEngine::start(config).expect("a denied priority is no failure");
    let control = engine.control();
    let mut stream = engine.events().expect("first take");
    let leg = control.create(pcmu()).expect("room");
    assert!(leg.op.wait_timeout(Duration::from_secs(60)).expect("a worker without priority ticks").is_ok());
    assert!(engine.stop().reclaimed);
    let events = std::iter::from_fn(|| stream.try_next());
    events.filter_map(|e| if let EventKind::RealtimeDenied { why, .. } = e.kind { Some(why) } else { None }).collect()
}

#[test]
fn a_priority_that_does_not_exist_is_an_event_and_no_failure() {
    assert_eq!(refusals(config(2).priority(Some(100))), [RealtimeDenied::OutOfRange(100); 2]);
    assert_eq!(refusals(config(1).priority(Some(0))), [RealtimeDenied::OutOfRange(0)]);
}

#[test]
fn no_priority_asked_for_is_no_event() {
    assert_eq!(refusals(config(2)), []);
}

#[test]
fn a_core_that_does_not_exist_is_no_failure() {
    let denied = refusals(config(1).priority(Some(1)).pin(true, 4_000));
    assert!(denied.len() <= 1);
}

#[test]
fn a_priority_that_the_system_refuses_is_an_event_and_no_failure() {
    // Capabilities belong to a thread and pass to those that it starts: the other tests keep theirs.
    let denied = thread::spawn(|| give_up_priorities().then(|| refusals(config(2).priority(Some(50)))));
    match denied.join().expect("no panic") {
        None => println!("skipped: the capability cannot be given up here"),
        Some(denied) => assert_eq!(denied, [RealtimeDenied::Refused(libc::EPERM); 2]),
    }
}

/// Takes CAP_SYS_NICE from the calling thread, and RLIMIT_RTPRIO from the process.
fn give_up_priorities() -> bool {
    const VERSION_3: u32 = 0x2008_0522;
    const SYS_NICE: u32 = 1 << 23;
    #[repr(C)]
    struct Header(u32, i32);
    let header = Header(VERSION_3, 0);
    // Effective, permitted, inheritable; for capabilities 0 to 31 and 32 to 63.
    let mut sets = [[0u32; 3]; 2];
    // SAFETY: the layouts are those of linux/capability.h, version 3; both live across the calls.
    unsafe {
        if libc::syscall(libc::SYS_capget, &header, sets.as_mut_ptr()) != 0 {
            return false;
        }
        sets[0].iter_mut().for_each(|set| *set &= !SYS_NICE);
        let limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        libc::syscall(libc::SYS_capset, &header, sets.as_ptr()) == 0
            && libc::setrlimit(libc::RLIMIT_RTPRIO, &limit) == 0
    }
}

/// A filter that spins in its 20th tick until the test lets it go.
struct Spinner {
    ticks: u32,
    go: Arc<AtomicBool>,
}

impl Node for Spinner {
    fn kind(&self) -> &'static str {
        "spinner"
    }

    fn ports(&self) -> Ports {
        Ports::filter(SampleRate::HZ_8000)
    }

    fn process(&mut self, io: &mut Io<'_>) {
        let _ = io.through();
        self.ticks += 1;
        while self.ticks == 20 && !self.go.load(SeqCst) {
            std::hint::spin_loop();
        }
    }
}

#[test]
fn a_stalled_worker_is_told_spared_and_told_again_when_it_recovers() {
    let mut engine = MediaEngine::start(config(1)).expect("starts");
    let control = engine.control();
    let mut stream = engine.events().expect("first take");
    let mut out = engine.egress(IoGroup(0)).expect("first take");
    let (a, b) = (control.create(pcmu()).expect("room"), control.create(pcmu()).expect("room"));
    let go = Arc::new(AtomicBool::new(false));
    let node = Spinner { ticks: 0, go: go.clone() };
    assert!(control.edit(a.id, behind_fader(Segment::Up, node)).expect("fits").wait().is_ok());
    await_event(&mut stream, |kind| matches!(kind, EventKind::WorkerStalled { .. }));
    // A busy machine may stall a worker too: only the stall that lasts is the node's.
    let mut refused = false;
    for _ in 0..10_000 {
        if matches!(control.create(pcmu()), Err(Reject::Overloaded)) {
            refused = true;
            break;
        }
        thread::sleep(Duration::from_millis(1));
    }
    assert!(refused, "nothing is placed on a stalled worker");
    let waits = control.mute(b.id, Direction::Inbound, true).expect("accepted, to be done later");
    let stalled_at = control.telemetry().workers[0].tick;
    // Longer than a watchdog's patience by any measure, so that whole ticks are missed.
    thread::sleep(Duration::from_millis(150));
    assert_eq!(control.telemetry().workers[0].tick, stalled_at, "the node holds the worker");
    assert!(waits.try_result().is_none());
    go.store(true, SeqCst);
    let late =
        await_event(&mut stream, |k| matches!(k, EventKind::WorkerRecovered { .. } | EventKind::WorkerLate { .. }));
    let other = match late.kind {
        EventKind::WorkerRecovered { .. } => {
            await_event(&mut stream, |kind| matches!(kind, EventKind::WorkerLate { .. }))
        }
        _ => await_event(&mut stream, |kind| matches!(kind, EventKind::WorkerRecovered { .. })),
    };
    let skipped = [&late, &other].iter().find_map(|e| match e.kind {
        EventKind::WorkerLate { skipped, .. } => Some(skipped),
        _ => None,
    });
    assert!(skipped.expect("one of the two") >= 10, "{skipped:?}");
    assert!(waits.wait().is_ok());
    assert!(control.create(pcmu()).expect("it takes sessions again").op.wait().is_ok());
    // The sessions go on, with a hole in their timestamps and none in their sequence numbers.
    let mut sent = Sent::new();
    while sent.get(&key(b.id)).is_none_or(|datagrams| datagrams.len() < 30) {
        pull(&mut out, &mut sent);
        thread::sleep(Duration::from_millis(5));
    }
    let figures = control.telemetry().workers[0].clone();
    assert!(figures.xruns >= 1 && figures.skipped >= 10);
    for id in [a.id, b.id] {
        let datagrams = &sent[&key(id)];
        let mut holes = 0;
        for pair in datagrams.windows(2) {
            let sequence = |d: &[u8]| u16::from_be_bytes([d[2], d[3]]);
            let timestamp = |d: &[u8]| u32::from_be_bytes([d[4], d[5], d[6], d[7]]);
            assert_eq!(sequence(&pair[1]), sequence(&pair[0]).wrapping_add(1));
            let step = timestamp(&pair[1]).wrapping_sub(timestamp(&pair[0]));
            assert!(step >= 160 && step % 80 == 0, "{step}");
            assert_eq!(pair[1][1] & 0x80 != 0, step > 160, "what follows a hole is marked, and nothing else");
            holes = holes.max(step - 160);
        }
        assert!(holes >= 10 * 80, "the hole of {} ticks is in the timestamps: {holes}", figures.skipped);
    }
    assert!(engine.stop().reclaimed);
}
