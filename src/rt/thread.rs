//! Makes an ordinary thread a real-time one: name, core, memory, and priority last.
//!
//! Priority comes last so that the slow steps starve nobody. Whatever is denied is reported, and the
//! thread works on with less.
#![allow(unsafe_code)]

use std::ffi::CString;
use std::hint::black_box;

use thiserror::Error;
use thread_priority::unix::{
    RealtimeThreadSchedulePolicy, ThreadSchedulePolicy, set_thread_priority_and_policy, thread_native_id,
};
use thread_priority::{ThreadPriority, ThreadPriorityValue};

use super::affinity::Affinity;
use super::memory::{self, LockDenied};

/// What a thread shall be.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ThreadConfig {
    /// Name for debuggers and `top`; the kernel keeps the first 15 bytes.
    pub name: String,
    /// The core to stay on, counted from 0. Default: any. Ignored without a real-time priority.
    pub core: Option<usize>,
    /// SCHED_FIFO priority, 1 to 99. Default: none, an ordinary thread.
    pub priority: Option<u8>,
}

/// What a thread has become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ThreadReport {
    /// It stays on the core that was asked for.
    pub pinned: bool,
    /// Its SCHED_FIFO priority, or why it has none.
    pub realtime: Result<u8, RealtimeDenied>,
    /// Whether its stack is locked in memory.
    pub locked: Result<(), LockDenied>,
}

/// Why a thread runs under SCHED_OTHER. It works, but wakes late under load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RealtimeDenied {
    /// The configuration asks for none.
    #[error("no real-time priority was asked for")]
    NotAsked,
    /// SCHED_FIFO has the priorities 1 to 99.
    #[error("priority {0}, allowed are 1 to 99")]
    OutOfRange(u8),
    /// The system refused.
    #[error("SCHED_FIFO refused with error {0}; CAP_SYS_NICE or RLIMIT_RTPRIO allows it")]
    Refused(i32),
}

impl ThreadConfig {
    /// Turns the calling thread into what is asked for, as far as the system allows.
    ///
    /// Without a real-time priority the thread is not pinned, and its timer slack is 1 ns: an ordinary
    /// thread that is tied to one core waits behind whatever else runs there (p99 18 ms against 1 ms
    /// free to move, measured under load). Allocates; call it first in the thread.
    pub fn apply(&self) -> ThreadReport {
        set_name(&self.name);
        let before = Affinity::of_current_thread();
        let pinned = self.core.is_some_and(Affinity::pin_current_thread);
        let locked = prefault_stack();
        let realtime = self.priority.ok_or(RealtimeDenied::NotAsked).and_then(set_fifo);
        if realtime.is_err() {
            if pinned {
                before.restore();
            }
            set_timer_slack();
        }
        ThreadReport { pinned: pinned && realtime.is_ok(), realtime, locked }
    }
}

fn set_name(name: &str) {
    let bytes = name.bytes().filter(|byte| *byte != 0).take(15).collect::<Vec<_>>();
    let Ok(name) = CString::new(bytes) else { return };
    // SAFETY: the name ends in 0, is no longer than the kernel's 16 bytes and lives across the call.
    unsafe { libc::prctl(libc::PR_SET_NAME, name.as_ptr()) };
}

fn set_fifo(priority: u8) -> Result<u8, RealtimeDenied> {
    if !(1..=99).contains(&priority) {
        return Err(RealtimeDenied::OutOfRange(priority));
    }
    let value = ThreadPriorityValue::try_from(priority).map_err(|_| RealtimeDenied::OutOfRange(priority))?;
    let fifo = ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::Fifo);
    match set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Crossplatform(value), fifo) {
        Ok(()) => Ok(priority),
        Err(thread_priority::Error::OS(errno)) => Err(RealtimeDenied::Refused(errno)),
        Err(_) => Err(RealtimeDenied::Refused(libc::EINVAL)),
    }
}

/// Lets timers of this thread fire when they are due; the default lets them be 50 us late.
fn set_timer_slack() {
    // SAFETY: takes an integer and no pointer.
    unsafe { libc::prctl(libc::PR_SET_TIMERSLACK, 1 as libc::c_ulong) };
}

/// Touches and locks the stack that a tick may use, below the caller's frame.
#[inline(never)]
fn prefault_stack() -> Result<(), LockDenied> {
    let mut stack = [0u8; STACK];
    memory::prefault(&mut stack);
    memory::lock(black_box(&stack))
}

/// Deepest stack that a tick is given without faults, 128 KiB: libopus takes 62 KiB at its deepest, and 108 KiB
/// with audio that has to be clipped first (120 ms of stereo at 48 kHz).
const STACK: usize = 128 * 1_024;
