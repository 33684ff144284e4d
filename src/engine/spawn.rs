//! The real-time thread round a worker: sleeps on the grid, runs a phase, sleeps again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use crate::engine::control::Core;
use crate::engine::worker::Worker;
use crate::engine::{EngineConfig, EventKind};
use crate::rt::{Clock, Grid, ThreadConfig};
use crate::types::{TICK_US, Tick};

/// The 10 ms period in nanoseconds.
pub(crate) const PERIOD: u64 = TICK_US * 1_000;

/// Starts a worker's thread. It gives the worker back when it has been told to stop.
pub(crate) fn spawn(
    worker: Worker,
    config: &EngineConfig,
    clock: Clock,
    stop: Arc<AtomicBool>,
    core: Arc<Core>,
) -> std::io::Result<JoinHandle<Worker>> {
    let id = worker.id;
    let name = format!("media-{}", id.0);
    let core_index = config.pin.then_some(config.first_core + usize::from(id.0));
    let set_up = ThreadConfig { name: name.clone(), core: core_index, priority: config.priority };
    let (hook, priority) = (config.hook.clone(), config.priority);
    let grid = Grid { epoch: 0, period: PERIOD, phases: u32::from(config.phases) };
    thread::Builder::new().name(name).spawn(move || {
        let report = set_up.apply();
        if let (Err(why), true) = (report.realtime, priority.is_some()) {
            core.state().sink.send(Tick(0), None, EventKind::RealtimeDenied { worker: id, why });
        }
        core.state().sink.send(Tick(0), None, EventKind::RtPriority(id, report.realtime.ok()));
        drop(core);
        let mut worker = worker;
        worker.cx.settle_in();
        #[cfg(feature = "ns-rnn")]
        crate::processing::audio::ns::prepare_thread();
        if let Some(hook) = hook {
            hook(id);
        }
        run(worker, clock, grid, &stop)
    })
}

/// Ticks until told to stop. Real-time: its only system call is the sleep.
fn run(mut worker: Worker, clock: Clock, grid: Grid, stop: &AtomicBool) -> Worker {
    let mut tick = Tick(grid.tick_at(clock.now()).0 + 1);
    loop {
        for phase in 0..grid.phases {
            // Acquire pairs with the Release in `stop`: what was asked before it is in the rings.
            if stop.load(Ordering::Acquire) {
                return worker;
            }
            let deadline = grid.deadline(tick, phase);
            clock.sleep_until(deadline);
            worker.ends.lateness.record(clock.now().saturating_sub(deadline));
            worker.step(tick, phase as u8);
        }
        tick = next(&mut worker, tick, clock.now(), &grid);
    }
}

/// The tick to run next. Late by less than a period: at once, with nominal time. Later: whole
/// periods are left out, since a burst of overdue ticks would only make the next ones late.
fn next(worker: &mut Worker, tick: Tick, now: u64, grid: &Grid) -> Tick {
    let due = Tick(tick.0 + 1);
    let late = now.saturating_sub(grid.deadline(due, 0)) / grid.period;
    if late > 0 {
        worker.missed(late.min(u64::from(u32::MAX)) as u32);
    }
    Tick(due.0 + late)
}
