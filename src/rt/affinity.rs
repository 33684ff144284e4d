//! On which cores a thread may run: pin it, and take the pin back.
#![allow(unsafe_code)]

use std::mem;

use core_affinity::CoreId;

/// The cores that a thread was allowed to use.
pub(super) struct Affinity(libc::cpu_set_t);

impl Affinity {
    /// Remembers where the calling thread may run.
    pub fn of_current_thread() -> Self {
        // SAFETY: an all-zero set is the empty one.
        let mut set = unsafe { mem::zeroed() };
        // SAFETY: `set` has the size that is passed; 0 is the calling thread.
        unsafe { libc::sched_getaffinity(0, mem::size_of_val(&set), &mut set) };
        Self(set)
    }

    /// Ties the calling thread to one core; `false` when there is no such core or it is not ours.
    pub fn pin_current_thread(core: usize) -> bool {
        let cores = core_affinity::get_core_ids().unwrap_or_default();
        cores.contains(&CoreId { id: core }) && core_affinity::set_for_current(CoreId { id: core })
    }

    /// Lets the calling thread run where it could when this was taken.
    pub fn restore(&self) {
        // SAFETY: the set is a valid one of the size that is passed; 0 is the calling thread.
        unsafe { libc::sched_setaffinity(0, mem::size_of_val(&self.0), &self.0) };
    }

    /// Cores allowed.
    #[cfg(test)]
    pub fn count(&self) -> usize {
        // SAFETY: the set is a valid one.
        unsafe { libc::CPU_COUNT(&self.0) as usize }
    }
}
