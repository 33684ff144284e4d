//! The engine's time line, the grid of deadlines on it, and the sleep until one.
//!
//! Time is CLOCK_MONOTONIC less the moment at which the clock was made. A worker reads it between
//! phases only; nodes see the nominal tick.
#![allow(unsafe_code)]

use std::ptr;

use crate::types::Tick;

/// Nanoseconds since it was made. Copies share their epoch.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// CLOCK_MONOTONIC at 0, in ns.
    epoch: u64,
}

impl Clock {
    /// A clock that shows 0 now.
    pub fn start() -> Self {
        Self { epoch: monotonic() }
    }

    /// Time since the start, in ns.
    ///
    /// Real-time: 23 ns through the vDSO, no system call where the kernel's clock source is the TSC.
    #[inline]
    pub fn now(self) -> u64 {
        monotonic() - self.epoch
    }

    /// Sleeps until `deadline` ns since the start; returns at once when it has passed.
    ///
    /// The deadline is absolute, so that neither a late start nor a signal shifts the grid. The one
    /// system call of a worker.
    pub fn sleep_until(self, deadline: u64) {
        let at = self.epoch.saturating_add(deadline);
        let at = libc::timespec {
            tv_sec: libc::time_t::try_from(at / NS_PER_S).unwrap_or(libc::time_t::MAX),
            tv_nsec: (at % NS_PER_S) as libc::c_long,
        };
        loop {
            // SAFETY: `at` lives across the call; no remainder is asked for.
            let error =
                unsafe { libc::clock_nanosleep(libc::CLOCK_MONOTONIC, libc::TIMER_ABSTIME, &at, ptr::null_mut()) };
            if error != libc::EINTR {
                return;
            }
        }
    }
}

/// Deadlines of a worker: ticks of `period` ns, each cut into equal phases.
///
/// These three numbers are all that a grid is, so it is not `#[non_exhaustive]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    /// Start of tick 0, in ns on the clock.
    pub epoch: u64,
    /// Length of a tick in ns; 10 ms in real time.
    pub period: u64,
    /// Phases of a tick, at least 1.
    pub phases: u32,
}

impl Grid {
    /// Start of `phase` of `tick`, in ns on the clock.
    ///
    /// Computed from the tick's number each time, so that rounding does not add up.
    pub fn deadline(&self, tick: Tick, phase: u32) -> u64 {
        let offset = u64::from(phase) * self.period / u64::from(self.phases.max(1));
        self.epoch.saturating_add(tick.0.saturating_mul(self.period)).saturating_add(offset)
    }

    /// The tick in which the moment `now` lies; tick 0 before the grid's start.
    pub fn tick_at(&self, now: u64) -> Tick {
        Tick(now.saturating_sub(self.epoch) / self.period.max(1))
    }
}

const NS_PER_S: u64 = 1_000_000_000;

#[inline]
fn monotonic() -> u64 {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `now` is a valid place; CLOCK_MONOTONIC always exists, so the call does not fail.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut now) };
    now.tv_sec as u64 * NS_PER_S + now.tv_nsec as u64
}

#[cfg(test)]
mod tests {
    use super::{Clock, Grid};
    use crate::types::Tick;

    #[test]
    fn sleep_never_ends_early() {
        let clock = Clock::start();
        let deadline = clock.now() + 3_000_000;
        clock.sleep_until(deadline);
        assert!(clock.now() >= deadline);
    }

    #[test]
    fn a_deadline_that_has_passed_is_no_sleep() {
        let clock = Clock::start();
        clock.sleep_until(0);
        let before = clock.now();
        assert!(clock.now() >= before);
    }

    #[test]
    fn phases_divide_the_period_without_drift() {
        let grid = Grid { epoch: 500, period: 10_000_000, phases: 3 };
        assert_eq!(
            [0, 1, 2, 3].map(|phase| grid.deadline(Tick(7), phase) - 500),
            [70_000_000, 73_333_333, 76_666_666, 80_000_000]
        );
    }

    #[test]
    fn every_moment_lies_in_the_tick_that_began_last() {
        let grid = Grid { epoch: 500, period: 100, phases: 1 };
        assert_eq!([0, 500, 599, 600, 1_234].map(|now| grid.tick_at(now).0), [0, 0, 0, 1, 7]);
    }

    #[test]
    fn deadlines_saturate_at_the_end_of_time() {
        let grid = Grid { epoch: 1, period: 10_000_000, phases: 8 };
        assert_eq!(grid.deadline(Tick(u64::MAX), 7), u64::MAX);
    }
}
