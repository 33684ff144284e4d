//! Memory that a worker can use without a page fault: touched, and locked where that is allowed.
//!
//! A session is built off the worker. Fresh zeroed memory has no pages yet, so whoever builds it
//! calls [`prefault`] on every large block: 256 KiB cost the first tick 90 us of faults otherwise.
//! Whether the whole process is locked (`mlockall`) is the host's decision, never ours.
#![allow(unsafe_code)]

use std::{io, mem, ptr};

use thiserror::Error;

/// Touches every page of the slice without changing it.
///
/// Not real-time: this is where the page faults are taken.
pub fn prefault<T: Copy>(block: &mut [T]) {
    let stride = (PAGE / mem::size_of::<T>().max(1)).max(1);
    let last = block.len().saturating_sub(1);
    for i in (0..block.len()).step_by(stride).chain([last]) {
        let Some(element) = block.get_mut(i) else { return };
        // SAFETY: a reference is valid to read and write; T is Copy, so the copy is no second owner.
        unsafe { ptr::write_volatile(element, ptr::read_volatile(element)) };
    }
}

/// Keeps the pages of the slice in memory until they are unmapped or unlocked.
///
/// The kernel locks whole pages, and memory given back to the allocator stays locked, so this is for
/// blocks that live as long as the engine. Not real-time.
pub fn lock<T>(block: &[T]) -> Result<(), LockDenied> {
    lock_range(block.as_ptr().cast(), mem::size_of_val(block))
}

pub(super) fn lock_range(start: *const u8, bytes: usize) -> Result<(), LockDenied> {
    if bytes == 0 {
        return Ok(());
    }
    // SAFETY: mlock changes no memory content and checks the range itself.
    if unsafe { libc::mlock(start.cast(), bytes) } == 0 {
        return Ok(());
    }
    let errno = io::Error::last_os_error().raw_os_error().unwrap_or(0);
    Err(LockDenied { bytes, errno })
}

/// The block was not locked. It works all the same, but under memory pressure the kernel may take
/// its pages away, and the next use waits for the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("locking {bytes} bytes failed with error {errno}; RLIMIT_MEMLOCK or CAP_IPC_LOCK allows more")]
#[non_exhaustive]
pub struct LockDenied {
    /// Bytes asked for.
    pub bytes: usize,
    /// `EPERM`, `ENOMEM` or `EAGAIN`.
    pub errno: i32,
}

/// Smallest page of any Linux; touching one too many costs nothing.
pub(super) const PAGE: usize = 4_096;

#[cfg(test)]
mod tests {
    use super::{PAGE, lock, prefault};

    /// Page faults of this thread that needed no disk.
    fn faults() -> i64 {
        // SAFETY: an all-zero rusage is a valid value.
        let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
        // SAFETY: `usage` is a valid place.
        unsafe { libc::getrusage(libc::RUSAGE_THREAD, &mut usage) };
        usage.ru_minflt
    }

    #[test]
    fn prefaulted_memory_is_unchanged_and_faults_no_more() {
        let mut block = vec![0u8; 1_024 * PAGE];
        block[5] = 7;
        prefault(&mut block);
        let before = faults();
        for page in block.chunks_mut(PAGE) {
            page[0] = page[0].wrapping_add(1);
        }
        assert!(faults() - before < 10, "{} faults", faults() - before);
        assert_eq!(block[5], 7);
    }

    #[test]
    fn any_shape_can_be_prefaulted() {
        prefault::<u8>(&mut []);
        prefault(&mut [(); 3]);
        prefault(&mut [[1.0f32; 5_000]; 2]);
    }

    #[test]
    fn lock_answers_with_success_or_with_the_limit() {
        let block = vec![1u8; 2 * PAGE];
        if let Err(denied) = lock(&block) {
            assert_eq!(denied.bytes, 2 * PAGE);
            assert_ne!(denied.errno, 0);
        }
        assert_eq!(lock::<u8>(&[]), Ok(()));
    }
}
