//! What the process and the machine have used: CPU time by kind of thread, idle time, memory.
#![allow(unsafe_code)]

use std::fs;
use std::thread;

use serde::Serialize;

/// CPU time in nanoseconds, user and system, by what threads are for.
///
/// A datagram's way through the loopback device is counted to the thread that sends it.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Cpu {
    /// The engine's workers.
    pub workers: u64,
    /// The engine's supervisor.
    pub supervisor: u64,
    /// The host's I/O threads.
    pub sockets: u64,
    /// The phones.
    pub phones: u64,
    /// All else: the measuring itself.
    pub rest: u64,
}

impl Cpu {
    /// All threads that live, since they were started.
    pub fn read() -> Self {
        let mut cpu = Self::default();
        let Ok(threads) = fs::read_dir("/proc/self/task") else { return cpu };
        for thread in threads.flatten() {
            let name = fs::read_to_string(thread.path().join("comm")).unwrap_or_default();
            let Some(id) = thread.file_name().to_str().and_then(|id| id.parse().ok()) else { continue };
            let kind = match name.trim() {
                "media-super" => &mut cpu.supervisor,
                name if name.starts_with("media-") => &mut cpu.workers,
                name if name.starts_with("load-io") => &mut cpu.sockets,
                name if name.starts_with("load-phone") => &mut cpu.phones,
                _ => &mut cpu.rest,
            };
            *kind += of_thread(id);
        }
        cpu
    }

    /// All threads together.
    pub fn all(&self) -> u64 {
        self.workers + self.supervisor + self.sockets + self.phones + self.rest
    }

    /// What was used after `earlier`.
    pub fn since(&self, earlier: &Self) -> Self {
        Self {
            workers: self.workers - earlier.workers,
            supervisor: self.supervisor - earlier.supervisor,
            sockets: self.sockets - earlier.sockets,
            phones: self.phones - earlier.phones,
            rest: self.rest.saturating_sub(earlier.rest),
        }
    }
}

/// CPU time of a thread of this process, in nanoseconds; 0 when it has gone.
fn of_thread(id: libc::pid_t) -> u64 {
    // Linux's clock of a thread's CPU time, by its id: what CLOCK_THREAD_CPUTIME_ID is for the caller.
    const SCHED: libc::clockid_t = 2;
    const PER_THREAD: libc::clockid_t = 4;
    let clock = !id << 3 | SCHED | PER_THREAD;
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is a valid place; a clock that does not exist is an error and leaves it at zero.
    unsafe { libc::clock_gettime(clock, &mut time) };
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// Cores that this process may use.
pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Ticks of all cores since the machine's start.
#[derive(Clone, Copy, Debug, Default)]
pub struct Machine {
    idle: u64,
    all: u64,
}

impl Machine {
    /// Up to now.
    pub fn read() -> Self {
        let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
        let first = stat.lines().next().unwrap_or_default();
        // user nice system idle iowait irq softirq steal; guests are part of user.
        let ticks: Vec<u64> = first.split_whitespace().skip(1).take(8).flat_map(str::parse).collect();
        Self { idle: ticks.iter().skip(3).take(2).sum(), all: ticks.iter().sum() }
    }

    /// Share of all cores that was idle after `earlier`.
    pub fn idle_since(&self, earlier: &Self) -> f64 {
        (self.idle - earlier.idle) as f64 / (self.all - earlier.all).max(1) as f64
    }
}

/// Resident memory of the process in bytes.
pub fn resident() -> u64 {
    let statm = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: u64 = statm.split_whitespace().nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0);
    // SAFETY: asks for a number.
    pages * u64::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4_096)
}

/// Mean length of the machine's run queue over the last minute.
pub fn load_average() -> f64 {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().next().and_then(|load| load.parse().ok()).unwrap_or(0.0)
}
