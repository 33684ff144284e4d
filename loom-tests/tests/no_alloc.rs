//! What is marked "Real-time:" in `media_core::rt` neither allocates nor frees.
//!
//! The guard acts in debug builds only; in release builds these tests run without it.

#[cfg(debug_assertions)]
use std::{env, process::Command};

use media_core::rt::{
    Clock, Egress, EgressPort, Owned, Reaper, Shared, byte_ring, fence, histogram, no_alloc, ring, seqlock,
};
use media_core::types::IoGroup;

#[cfg(debug_assertions)]
#[global_allocator]
static ALLOCATOR: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

#[test]
fn rings_do_not_allocate_even_when_full_or_empty() {
    let (mut tx, mut rx) = ring(2);
    let (mut bytes_tx, mut bytes_rx) = byte_ring(64);
    no_alloc(|| {
        while tx.push(1u32).is_ok() {}
        while rx.pop().is_some() {}
        for _ in 0..100 {
            while bytes_tx.push(&[b"some", b"bytes"]).is_ok() {}
            bytes_rx.pop(|_| ());
            while bytes_rx.drain(2, |_| ()) > 0 {}
        }
        assert!(bytes_tx.push(&[&[0; 100]]).is_err());
    });
}

#[test]
fn egress_does_not_allocate() {
    let (tx, rx) = byte_ring(256);
    let mut egress = Egress::new(vec![tx]);
    let mut port = EgressPort::new(vec![rx]);
    no_alloc(|| {
        while egress.send(IoGroup(0), 7, &[b"header", b"payload"]) {}
        assert!(!egress.send(IoGroup(9), 7, &[]));
        while port.pull(2, |_, _| ()) > 0 {}
    });
}

#[test]
fn dropping_does_not_free() {
    let reaper = Reaper::new();
    let owned = Owned::new(&reaper.handle(), vec![0u8; 1 << 20]);
    let shared = Shared::new(&reaper.handle(), vec![0u8; 1 << 20]);
    no_alloc(|| {
        drop(owned);
        drop(shared.clone());
        drop(shared);
    });
    reaper.finish().unwrap();
}

#[test]
fn telemetry_and_clock_do_not_allocate() {
    let (mut words, reader) = seqlock::<16>();
    let (mut times, _) = histogram();
    let clock = Clock::start();
    no_alloc(|| {
        words.write(&[1; 16]);
        assert_eq!(reader.try_read(), Some([1; 16]));
        times.record(clock.now());
        times.record(u64::MAX);
        clock.sleep_until(clock.now() + 1_000);
    });
}

#[test]
fn a_fence_that_nothing_hits_does_not_allocate() {
    no_alloc(|| assert!(fence(|| ()).is_ok()));
}

/// Set in the process that is to abort.
#[cfg(debug_assertions)]
const VICTIM: &str = "MEDIA_CORE_ALLOCATES";

#[cfg(debug_assertions)]
#[test]
fn the_guard_aborts_a_process_that_allocates() {
    if env::var_os(VICTIM).is_some() {
        no_alloc(|| drop(std::hint::black_box(Box::new(1))));
        return;
    }
    let mut victim = Command::new(env::current_exe().unwrap());
    victim.args(["--exact", "the_guard_aborts_a_process_that_allocates"]).env(VICTIM, "1");
    assert!(!victim.output().unwrap().status.success());
}
