//! What only threads can show: a worker that hangs is told, avoided and taken back; an engine that drains takes nobody.
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "the host's side: a hook that hangs on purpose"
)]

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use media_core::{CodecSpec, EngineConfig, EventKind, EventStream, MediaEngine, Reject, SessionSpec};

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

/// Waits for an event; the limit only ends a test that has failed.
fn wait_for(events: &mut EventStream, wanted: impl Fn(&EventKind) -> bool) {
    let next = || events.next_timeout(Duration::from_secs(60)).expect("the event comes");
    assert!(std::iter::repeat_with(next).any(|event| wanted(&event.kind)));
}

#[test]
fn a_worker_that_hangs_is_told_and_avoided_until_it_goes_on() {
    let gate = Arc::new((Mutex::new(false), Condvar::new()));
    let held = gate.clone();
    let hook = move |_| {
        let open = held.0.lock().expect("nobody panics");
        drop(held.1.wait_while(open, |open| !*open).expect("nobody panics"));
    };
    let config = EngineConfig::new().workers(1).priority(None).pin(false, 0).on_worker_start(Arc::new(hook));
    let mut engine = MediaEngine::start(config).expect("the system gives threads");
    let (control, mut events) = (engine.control(), engine.events().expect("the first reader"));
    let spec = || SessionSpec::new(CodecSpec::pcmu());
    let first = events.next_timeout(Duration::from_secs(60)).expect("it starts");
    assert!(first.number == 1 && matches!(first.kind, EventKind::Started(1)));
    wait_for(&mut events, |kind| matches!(kind, EventKind::RtPriority(_, None)));
    wait_for(&mut events, |kind| matches!(kind, EventKind::WorkerStalled { .. }));
    assert!(matches!(control.create(spec()), Err(Reject::Overloaded)));
    *gate.0.lock().expect("nobody panics") = true;
    gate.1.notify_all();
    wait_for(&mut events, |kind| matches!(kind, EventKind::WorkerRecovered { .. }));
    let created = control.create(spec()).expect("the worker is back");
    created.op.wait().expect("it runs");
    assert!(!engine.drain(Duration::ZERO));
    assert!(matches!(control.create(spec()), Err(Reject::Draining)));
    control.destroy(created.id).expect("it lives").wait().expect("it goes");
    assert!(engine.drain(Duration::from_secs(60)));
    let report = engine.stop();
    assert!(report.reclaimed && report.sessions == 0 && report.unanswered == 0);
}
