//! Two guards round the work of a tick: no allocation, and no panic beyond its session.
//!
//! The allocation guard is assert_no_alloc. It only acts where the binary installs `AllocDisabler`
//! as its global allocator (our tests and examples do) and, with the crate's default features, only
//! in debug builds: in release builds both functions merely call their argument. It sees
//! Rust's allocator, not `malloc` in C code.

use std::any::Any;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs `work`; the process aborts when it allocates or frees (see the module for where).
///
/// Real-time: 4 ns in debug builds, nothing in release builds.
#[inline]
pub fn no_alloc<R>(work: impl FnOnce() -> R) -> R {
    assert_no_alloc::assert_no_alloc(work)
}

/// Runs `work`, which may allocate although it is inside [`no_alloc`].
#[inline]
pub fn permit_alloc<R>(work: impl FnOnce() -> R) -> R {
    assert_no_alloc::permit_alloc(work)
}

/// Runs one session's work and catches its panic, so that the others play on.
///
/// Panicking allocates by nature, for the message and the unwinding, and the panic hook may print.
/// It does so at most once in a session's life, because the caller quarantines the session; never
/// run the work of a session that panicked again, its state may be half changed. The fence can not
/// help where panics abort (`panic = "abort"`) or where [`no_alloc`] acts: a panic inside that
/// guard aborts first.
///
/// Real-time: 0.1 ns when nothing panics.
#[inline]
pub fn fence(work: impl FnOnce()) -> Result<(), Panicked> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        let message = payload.downcast_ref::<&'static str>().copied();
        discard(payload);
        Panicked { message }
    })
}

/// A session's work panicked. What it was doing is half done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("panicked: {}", .message.unwrap_or("with a formatted message"))]
#[non_exhaustive]
pub struct Panicked {
    /// The message, when it is a literal; a formatted one went to the panic hook only.
    pub message: Option<&'static str>,
}

/// Drops a panic's payload, which the panic allocated.
#[cold]
fn discard(payload: Box<dyn Any + Send>) {
    permit_alloc(|| {
        if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            // The payload's own destructor panicked; what that one does is anybody's guess.
            mem::forget(second);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::{Panicked, fence, no_alloc, permit_alloc};

    #[test]
    fn quiet_work_passes_the_fence() {
        let mut done = false;
        assert_eq!(fence(|| done = true), Ok(()));
        assert!(done);
    }

    #[test]
    fn a_literal_message_survives_the_fence() {
        assert_eq!(fence(|| panic!("node fails")), Err(Panicked { message: Some("node fails") }));
    }

    #[test]
    fn a_formatted_message_is_dropped() {
        let value = std::hint::black_box(3);
        assert_eq!(fence(|| panic!("node {value} fails")), Err(Panicked { message: None }));
    }

    #[test]
    fn a_payload_that_panics_when_dropped_does_not_pass() {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                panic!("payload fails");
            }
        }
        assert_eq!(fence(|| std::panic::panic_any(Bomb)), Err(Panicked { message: None }));
    }

    #[test]
    fn guards_return_what_the_work_returns() {
        assert_eq!(no_alloc(|| permit_alloc(|| vec![1, 2, 3])).len(), 3);
    }
}
