//! The same workers by hand: faster than real time, and the same bits for any number of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::engine::live::{StopReport, wind_up};
use crate::engine::port::EgressPort;
use crate::engine::supervisor::Supervisor;
use crate::engine::wiring::wire;
use crate::engine::worker::Worker;
use crate::engine::{ConfigError, Control, EngineConfig, EventStream};
use crate::rt::Clock;
use crate::session::Readers;
use crate::types::{IoGroup, Micros, TICK_US, Tick, WorkerId};

/// An engine in virtual time: it stands still until it is ticked.
///
/// Datagrams pushed before a tick are heard in it, operations accepted before a tick take effect
/// in it; what it sends can be pulled after it. Nothing depends on a clock or a scheduler.
pub struct OfflineEngine {
    workers: Vec<Worker>,
    supervisor: Supervisor,
    control: Control,
    events: Option<EventStream>,
    egress: Vec<Option<EgressPort>>,
    readers: Readers,
    /// The disk does not answer.
    stalled: bool,
    phases: u8,
    next: Tick,
    now: Arc<AtomicU64>,
}

impl OfflineEngine {
    /// Makes an engine. Its time is 0.
    pub fn new(config: EngineConfig) -> Result<Self, ConfigError> {
        #[cfg(feature = "ns-rnn")]
        crate::processing::audio::ns::prepare_thread();
        let phases = config.phases;
        let now = Arc::new(AtomicU64::new(0));
        let time = now.clone();
        let parts = wire(config, Clock::start(), Box::new(move || Micros(time.load(Relaxed))))?;
        // Virtual time has no load of its own: a slow host must not change what a script does.
        parts.core.state().workers.iter_mut().for_each(|link| link.told_load = Some(0.0));
        Ok(Self {
            workers: parts.workers,
            supervisor: parts.supervisor,
            control: Control::new(parts.core),
            events: Some(parts.events),
            egress: parts.egress,
            readers: parts.readers,
            stalled: false,
            phases,
            next: Tick(0),
            now,
        })
    }

    /// A handle that drives the engine.
    pub fn control(&self) -> Control {
        self.control.clone()
    }

    /// The event stream; once.
    pub fn events(&mut self) -> Option<EventStream> {
        self.events.take()
    }

    /// The outgoing datagrams of an I/O group; once for each group.
    pub fn egress(&mut self, group: IoGroup) -> Option<EgressPort> {
        self.egress.get_mut(usize::from(group.0))?.take()
    }

    /// Virtual time: the start of the tick that runs next.
    pub fn now(&self) -> Micros {
        Micros(self.now.load(Relaxed))
    }

    /// Runs one tick on every worker, phase by phase, and returns it.
    pub fn tick(&mut self) -> Tick {
        self.tick_by_phases(|_| ())
    }

    /// As [`tick`](Self::tick), and calls `between` before each phase with its number, and once more after the last one: there datagrams
    /// may be pushed, and pulled, in the middle of the tick.
    pub fn tick_by_phases(&mut self, mut between: impl FnMut(u8)) -> Tick {
        let tick = self.next;
        // All boundaries come before all phases, so that a session handed over misses no tick.
        self.workers.iter_mut().for_each(|worker| worker.boundary(tick));
        // Here instead of on a thread of their own: what was asked for in this tick is heard in it, whatever the disk takes.
        if !self.stalled {
            self.readers.turn();
        }
        self.workers.iter_mut().for_each(|worker| worker.adopt(tick, 0));
        for phase in 0..self.phases {
            between(phase);
            self.workers.iter_mut().for_each(|worker| worker.run(tick, phase));
        }
        between(self.phases);
        self.supervisor.turn();
        self.next = Tick(tick.0 + 1);
        self.now.store(self.next.0 * TICK_US, Relaxed);
        tick
    }

    /// From now on a worker counts as busy for this share of its period: for admission, adaptation and the overload ladder. Until it
    /// is told something it counts as idle.
    pub fn tell_load(&mut self, worker: WorkerId, share: f32) {
        if let Some(link) = self.control.state().workers.get_mut(usize::from(worker.0)) {
            link.told_load = Some(share);
        }
    }

    /// From now on no file that plays is read any further, as if the disk did not answer; or again.
    pub fn stall_disk(&mut self, stalled: bool) {
        self.stalled = stalled;
    }

    /// Runs `ticks` ticks.
    pub fn run(&mut self, ticks: u64) {
        for _ in 0..ticks {
            self.tick();
        }
    }

    /// Ends everything and frees it.
    pub fn stop(self) -> StopReport {
        wind_up(self.workers, self.supervisor, &self.control)
    }
}
