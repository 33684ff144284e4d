//! A worker neither allocates nor frees, counted at `malloc` itself: C code and all.
//!
//! Counted is what a worker thread calls between its start hook and the end of the test.
#![allow(unsafe_code, reason = "the attack needs the system itself")]
#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "test threads, not workers")]
#![cfg(all(target_os = "linux", target_env = "gnu"))]

mod common_hostile;
mod common_malloc;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use common_hostile::busy::busy_day;
use common_malloc::{FREED, TAKEN, WATCHED, WATCHING, counters_count};
use media_core::{EngineConfig, MediaEngine};

#[test]
fn a_worker_neither_allocates_nor_frees() {
    counters_count();
    let started = Arc::new(AtomicU64::new(0));
    let seen = started.clone();
    let hook = Arc::new(move |_| {
        seen.fetch_add(1, SeqCst);
        WATCHED.set(true);
    });
    // The test keeps the hook, so that no worker is the one to free it.
    let config = EngineConfig::new().workers(2).max_sessions(16).on_worker_start(hook.clone());
    let mut engine = MediaEngine::start(config).expect("starts");
    let (answered, sent) = busy_day(&mut engine, 8);
    let telemetry = engine.control().telemetry();
    // From here on the workers end, and give their memory back.
    WATCHING.store(false, SeqCst);
    let counts = (TAKEN.load(SeqCst), FREED.load(SeqCst));
    assert!(engine.stop().reclaimed);
    drop(hook);
    assert_eq!(started.load(SeqCst), 2);
    assert!(answered > 100 && sent > 100, "{answered} operations, {sent} datagrams: the host was busy");
    assert!(telemetry.workers.iter().all(|w| w.busy.count() > 50), "both workers ticked");
    assert_eq!(counts, (0, 0), "allocations and frees on the workers");
}
