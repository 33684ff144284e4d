use std::fs;
use std::path::Path;
use std::thread;

use crate::rt::affinity::Affinity;
use crate::rt::{RealtimeDenied, ThreadConfig};

/// Runs `check` in a thread of its own, so that the test's thread stays as it is.
fn apart(check: impl FnOnce() + Send) {
    thread::scope(|scope| scope.spawn(check).join().unwrap());
}

#[test]
fn the_kernel_shows_the_name() {
    apart(|| {
        ThreadConfig { name: "media-worker-with-a-long-name".into(), ..Default::default() }.apply();
        assert_eq!(fs::read_to_string("/proc/thread-self/comm").unwrap(), "media-worker-wi\n");
    });
}

#[test]
fn a_thread_without_priority_is_left_unpinned() {
    apart(|| {
        let before = Affinity::of_current_thread().count();
        let report = ThreadConfig { core: Some(0), ..Default::default() }.apply();
        assert_eq!((report.pinned, report.realtime), (false, Err(RealtimeDenied::NotAsked)));
        assert_eq!(Affinity::of_current_thread().count(), before);
        // The file exists by process number only, but takes a thread's number too.
        let thread = fs::read_link("/proc/thread-self").unwrap();
        let slack = Path::new("/proc").join(thread.file_name().unwrap()).join("timerslack_ns");
        assert_eq!(fs::read_to_string(slack).unwrap(), "1\n");
    });
}

#[test]
fn priority_and_pin_come_together_or_not_at_all() {
    apart(|| {
        let before = Affinity::of_current_thread().count();
        let report = ThreadConfig { name: "worker".into(), core: Some(0), priority: Some(10) }.apply();
        let cores = Affinity::of_current_thread().count();
        match report.realtime {
            Ok(priority) => assert_eq!((priority, cores), (10, if report.pinned { 1 } else { before })),
            Err(RealtimeDenied::Refused(errno)) => assert_eq!((errno, cores), (libc::EPERM, before)),
            Err(other) => panic!("{other}"),
        }
    });
}

#[test]
fn impossible_wishes_are_reported() {
    apart(|| {
        let report = ThreadConfig { core: Some(100_000), priority: Some(100), ..Default::default() }.apply();
        assert_eq!((report.pinned, report.realtime), (false, Err(RealtimeDenied::OutOfRange(100))));
    });
}
