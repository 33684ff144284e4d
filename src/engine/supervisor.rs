//! The ordinary thread behind the workers: answers operations, tells events, frees what retired.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use crate::engine::command::{OpId, Refusal, Report};
use crate::engine::control::Core;
use crate::engine::state::{Effect, State};
use crate::engine::{Applied, EventKind, Failed};
use crate::quality::SessionStats;
use crate::rt::{Consumer, Reaper};
use crate::types::{SessionId, Tick, WorkerId};

/// A worker that has not begun a tick for this long has stalled.
const STALL: Duration = Duration::from_millis(100);

/// Reads what the workers report.
pub(crate) struct Supervisor {
    core: Arc<Core>,
    reports: Vec<Consumer<Report>>,
    reaper: Reaper,
    /// For each worker, the tick last seen and when it was first seen, in engine nanoseconds.
    progress: Vec<(u64, u64)>,
}

impl Supervisor {
    pub fn new(core: Arc<Core>, reports: Vec<Consumer<Report>>, reaper: Reaper) -> Self {
        let progress = vec![(0, 0); reports.len()];
        Self { core, reports, reaper, progress }
    }

    /// Takes everything that has been reported, and frees what has retired.
    pub fn turn(&mut self) {
        let core = self.core.clone();
        let mut state = core.state();
        for worker in 0..self.reports.len() {
            while let Some(report) = self.reports[worker].pop() {
                // What a session did before it moved stands in the ring of the worker that it left.
                if matches!(report, Report::Applied { op, .. } if state.is_move(op)) {
                    self.hear_others(&mut state, worker);
                }
                state.hear(WorkerId(worker as u16), report);
            }
        }
        drop(state);
        self.reaper.collect();
    }

    fn hear_others(&mut self, state: &mut State, but: usize) {
        for (worker, reports) in self.reports.iter_mut().enumerate().filter(|(w, _)| *w != but) {
            for _ in 0..reports.slots() {
                let Some(report) = reports.pop() else { break };
                state.hear(WorkerId(worker as u16), report);
            }
        }
    }

    /// Frees everything that is left. Whether nothing was kept by anybody.
    pub fn finish(self) -> bool {
        self.reaper.finish().is_ok()
    }

    /// Notices workers that make no progress, and those that do again.
    pub fn watch(&mut self, now_ns: u64) {
        let mut state = self.core.state();
        let state = &mut *state;
        for (index, (link, (seen, since))) in state.workers.iter_mut().zip(&mut self.progress).enumerate() {
            let (ticks, worker) = (link.figures.ticks.load(Relaxed), WorkerId(index as u16));
            if ticks != *seen {
                (*seen, *since) = (ticks, now_ns);
                if std::mem::take(&mut link.stalled) {
                    state.sink.send(link.figures.tick(), None, EventKind::WorkerRecovered { worker });
                }
            } else if !link.stalled && now_ns.saturating_sub(*since) > STALL.as_nanos() as u64 {
                link.stalled = true;
                state.sink.send(link.figures.tick(), None, EventKind::WorkerStalled { worker });
            }
        }
    }
}

impl State {
    fn is_move(&self, op: OpId) -> bool {
        self.ops.get(&op).is_some_and(|open| open.effects.iter().any(|e| matches!(e, Effect::Moved(..))))
    }

    fn hear(&mut self, worker: WorkerId, report: Report) {
        match report {
            Report::Applied { op, tick } => self.answered(op, tick, None),
            Report::Failed { op, tick, why } => self.answered(op, tick, Some(why)),
            Report::Node { session, tick, event } => {
                let kind = EventKind::Node { node: event.node, kind: event.kind };
                self.sink.send(tick, Some(session), kind);
            }
            Report::Panicked { session, tick } => {
                if let Some(entry) = self.entry_mut(session) {
                    entry.quarantined = true;
                }
                self.sink.send(tick, Some(session), EventKind::Panicked);
            }
            Report::Xrun { tick, skipped } => {
                self.sink.send(tick, None, EventKind::WorkerLate { worker, skipped });
            }
        }
    }

    /// Takes one worker's answer; the last one completes the operation.
    pub fn answered(&mut self, op: OpId, tick: Tick, why: Option<Refusal>) {
        let Some(open) = self.ops.get_mut(&op) else { return };
        open.awaited = open.awaited.saturating_sub(1);
        open.tick = open.tick.max(tick);
        open.failed = open.failed.or(why);
        if open.awaited > 0 {
            return;
        }
        let Some(done) = self.ops.remove(&op) else { return };
        let tick = done.tick;
        let mut arrived = false;
        for effect in done.effects {
            arrived |= matches!(effect, Effect::Moved(..));
            self.take_effect(effect, tick, done.failed);
        }
        let kind = match done.failed {
            None => EventKind::Applied { op },
            Some(why) => EventKind::Failed { op, why },
        };
        self.sink.send(tick, None, kind);
        done.pending.complete(match done.failed {
            None => Ok(Applied { op, tick }),
            Some(why) => Err(Failed { op, why }),
        });
        if arrived {
            self.resume_deferred();
        }
    }

    fn take_effect(&mut self, effect: Effect, tick: Tick, failed: Option<Refusal>) {
        match (effect, failed) {
            (Effect::Tell(id, kind), None) => self.sink.send(tick, Some(id), kind),
            (Effect::Tell(id, EventKind::Created { .. }), Some(_)) => self.vacate(id),
            (Effect::Tell(..), Some(_)) => {}
            (Effect::Gone(id), _) => {
                if let Some(entry) = self.entry_mut(id) {
                    let stats = Box::new(SessionStats::from_words(&entry.stats.read()));
                    self.sink.send(tick, Some(id), EventKind::Destroyed { stats });
                }
                self.vacate(id);
            }
            (Effect::Moved(id, to), None) => {
                let Some(entry) = self.entry_mut(id) else { return };
                let (from, cost) = (std::mem::replace(&mut entry.worker, to), u64::from(entry.cost));
                entry.moving = false;
                self.workers[usize::from(from.0)].cost -= cost;
                self.workers[usize::from(to.0)].cost += cost;
                self.sink.send(tick, Some(id), EventKind::Migrated { worker: to });
            }
            (Effect::Moved(id, _), Some(_)) => {
                if let Some(entry) = self.entry_mut(id) {
                    entry.moving = false;
                }
            }
        }
    }

    /// Frees a session's place for the next tenant.
    pub fn vacate(&mut self, id: SessionId) {
        let Some(place) = self.places.get_mut(id.index as usize).filter(|p| p.generation == id.generation) else {
            return;
        };
        if let Some(entry) = place.entry.take() {
            self.workers[usize::from(entry.worker.0)].cost -= u64::from(entry.cost);
        }
        place.generation = place.generation.wrapping_add(1);
        self.free.push(id.index);
    }
}
