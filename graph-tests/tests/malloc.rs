//! A worker neither allocates nor frees, counted at `malloc` itself: C code and all.
//!
//! The binary defines `malloc`, `calloc`, `realloc` and `free` on top of glibc's own, and counts what
//! a worker thread calls between its start hook and the end of the test.
#![allow(unsafe_code, reason = "the attack needs the system itself")]
#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "test threads, not workers")]
#![cfg(all(target_os = "linux", target_env = "gnu"))]

mod common_hostile;

use std::cell::Cell;
use std::ffi::c_void;
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::thread;

use common_hostile::busy::busy_day;
use media_core::{EngineConfig, MediaEngine};

thread_local! {
    static WATCHED: Cell<bool> = const { Cell::new(false) };
}

static WATCHING: AtomicBool = AtomicBool::new(true);
static TAKEN: AtomicU64 = AtomicU64::new(0);
static FREED: AtomicU64 = AtomicU64::new(0);

fn count(counter: &AtomicU64) {
    // A thread that is being torn down has no cell any more.
    if WATCHED.try_with(Cell::get).unwrap_or(false) && WATCHING.load(SeqCst) {
        counter.fetch_add(1, SeqCst);
    }
}

unsafe extern "C" {
    fn __libc_malloc(size: usize) -> *mut c_void;
    fn __libc_calloc(count: usize, size: usize) -> *mut c_void;
    fn __libc_realloc(block: *mut c_void, size: usize) -> *mut c_void;
    fn __libc_memalign(align: usize, size: usize) -> *mut c_void;
    fn __libc_free(block: *mut c_void);
}

// SAFETY, of all of them: they do what glibc's functions of these names do, by calling those; counting
// touches an atomic and a thread-local without destructor, which takes no memory.
#[unsafe(no_mangle)]
unsafe extern "C" fn malloc(size: usize) -> *mut c_void {
    count(&TAKEN);
    // SAFETY: see above.
    unsafe { __libc_malloc(size) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn calloc(number: usize, size: usize) -> *mut c_void {
    count(&TAKEN);
    // SAFETY: see above.
    unsafe { __libc_calloc(number, size) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn realloc(block: *mut c_void, size: usize) -> *mut c_void {
    count(&TAKEN);
    // SAFETY: see above.
    unsafe { __libc_realloc(block, size) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn aligned_alloc(align: usize, size: usize) -> *mut c_void {
    count(&TAKEN);
    // SAFETY: see above.
    unsafe { __libc_memalign(align, size) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn posix_memalign(out: *mut *mut c_void, align: usize, size: usize) -> i32 {
    count(&TAKEN);
    // SAFETY: see above; `out` is the caller's place for the answer.
    unsafe {
        let block = __libc_memalign(align, size);
        if block.is_null() {
            return libc::ENOMEM;
        }
        *out = block;
    }
    0
}

#[unsafe(no_mangle)]
unsafe extern "C" fn free(block: *mut c_void) {
    if !block.is_null() {
        count(&FREED);
    }
    // SAFETY: see above.
    unsafe { __libc_free(block) }
}

/// The counters see Rust's allocator and C's; otherwise the test below would prove nothing.
fn counters_count() {
    let watched = thread::spawn(|| {
        WATCHED.set(true);
        drop(black_box(Box::new(black_box(5u64))));
        // SAFETY: a string that ends in 0; what strdup gives is freed.
        unsafe { libc::free(black_box(libc::strdup(c"some text".as_ptr())).cast()) };
        let counts = (TAKEN.load(SeqCst), FREED.load(SeqCst));
        WATCHED.set(false);
        counts
    });
    assert_eq!(watched.join().expect("no panic"), (2, 2));
    TAKEN.store(0, SeqCst);
    FREED.store(0, SeqCst);
}

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
