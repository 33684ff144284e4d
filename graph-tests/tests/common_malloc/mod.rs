//! Counts at `malloc` itself, C code and all: the binary that has this module defines `malloc`, `calloc`,
//! `realloc` and `free` on top of glibc's own.
#![allow(dead_code, reason = "each test binary uses its part")]

use std::cell::Cell;
use std::ffi::c_void;
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::thread;

thread_local! {
    /// Whether this thread's calls count.
    pub static WATCHED: Cell<bool> = const { Cell::new(false) };
}

/// Whether any do.
pub static WATCHING: AtomicBool = AtomicBool::new(true);
/// Blocks taken.
pub static TAKEN: AtomicU64 = AtomicU64::new(0);
/// Blocks freed.
pub static FREED: AtomicU64 = AtomicU64::new(0);

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
pub fn counters_count() {
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
