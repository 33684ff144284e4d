//! What the benches of whole legs share: a tick of an offline engine, by the CPU time of the thread that runs it.
#![allow(unsafe_code, reason = "reads the thread's CPU clock")]

use std::hint::black_box;
use std::time::Duration;

use media_core::{EgressPort, OfflineEngine};

/// The CPU time that one tick takes; what it sends is taken out, untimed.
pub fn tick(engine: &mut OfflineEngine, egress: &mut EgressPort) -> Duration {
    let busy = timed(1, || _ = engine.tick());
    while egress.pull(4_096, |session, datagram| _ = black_box((session, datagram[1]))) > 0 {}
    busy
}

/// CPU time that `rounds` of `work` take: what else runs on the machine does not count.
pub fn timed(rounds: u64, mut work: impl FnMut()) -> Duration {
    let started = cpu_time();
    (0..rounds).for_each(|_| work());
    cpu_time() - started
}

fn cpu_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: writes one timespec that outlives the call.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
