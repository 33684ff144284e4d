//! A worker: its sessions, tick by tick. The same code runs on a real-time thread and in a loop.
//!
//! The tick rule: commands act at a tick's boundary, before any phase; between, a session is touched only in its phase.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use crate::engine::bells::Bells;
use crate::engine::command::{Envelope, Handover, Report};
use crate::engine::room::Hall;
use crate::engine::table::{Table, Unit};
use crate::engine::telemetry::WorkerFigures;
use crate::engine::unit::{Desk, run_pair, run_single};
use crate::engine::{EngineConfig, apply, handover, pace::Pace};
use crate::graph::{Exchange, TickContext};
use crate::rt::{Clock, Consumer, Egress, HistogramWriter, Producer, no_alloc};
use crate::types::{Tick, WorkerId};

/// Commands that take effect at one boundary; more wait for the next.
const MAX_COMMANDS: usize = 256;
/// Sessions that a core's second-level cache holds; asking for memory that is there already only costs.
const IN_CACHE: u32 = 200;
/// Places in the report ring that only answers may use.
pub(crate) const RESERVED: usize = 32;

/// A worker's ends of everything that crosses to and from it.
pub(crate) struct Ends {
    pub commands: Consumer<Envelope>,
    pub reports: Producer<Report>,
    /// By worker; none to itself.
    pub peers_out: Vec<Option<Producer<Handover>>>,
    pub peers_in: Vec<Consumer<Handover>>,
    pub bells: Bells,
    pub busy: HistogramWriter,
    pub lateness: HistogramWriter,
}

/// One worker. Owns its sessions outright.
pub(crate) struct Worker {
    pub id: WorkerId,
    pub ends: Ends,
    pub table: Table,
    pub hall: Hall,
    pub figures: Arc<WorkerFigures>,
    /// Sessions whose transition plan runs in this tick.
    pub transitions: Vec<u32>,
    /// Sessions in quarantine that could not be reported yet.
    pub panicked: Vec<u32>,
    pub clock: Clock,
    pub cx: TickContext,
    far: Exchange,
    phases: u8,
    pub pace: Pace,
    busy_ns: u64,
    /// Ticks left out that could not be reported yet.
    pub late: u32,
}

impl Worker {
    /// A worker with room for all sessions. Allocates.
    pub fn new(
        id: WorkerId,
        config: &EngineConfig,
        clock: Clock,
        figures: Arc<WorkerFigures>,
        ends: Ends,
        egress: Egress,
    ) -> Self {
        Self {
            id,
            ends,
            table: Table::new(config.max_sessions, config.phases),
            hall: Hall::new(id, config.max_rooms),
            figures,
            transitions: Vec::with_capacity(config.max_sessions),
            panicked: Vec::with_capacity(config.max_sessions),
            clock,
            cx: TickContext::new(egress),
            far: Exchange::default(),
            phases: config.phases,
            pace: Pace::usual(config.stats_interval),
            busy_ns: 0,
            late: 0,
        }
    }

    /// One phase as a real-time thread runs it: boundary, hand-overs, sessions. Real-time.
    pub fn step(&mut self, tick: Tick, phase: u8) {
        if phase == 0 {
            self.boundary(tick);
        }
        self.adopt(tick, phase);
        self.run(tick, phase);
    }

    /// Notes that `skipped` ticks were left out before the next one. Real-time.
    pub fn missed(&mut self, skipped: u32) {
        self.late = self.late.saturating_add(skipped);
        self.figures.xruns.fetch_add(1, Relaxed);
        self.figures.skipped.fetch_add(u64::from(skipped), Relaxed);
    }

    /// Ends transitions and carries out commands, before anything of `tick` runs. Real-time: O(256 commands).
    pub fn boundary(&mut self, tick: Tick) {
        let started = self.clock.now();
        no_alloc(|| {
            self.figures.ticks.store(tick.0 + 1, Relaxed);
            apply::end_transitions(self);
            self.report_overdue(tick);
            for _ in 0..MAX_COMMANDS {
                if !apply::next_command(self, tick) {
                    break;
                }
            }
            self.gather(tick);
        });
        self.busy_ns += self.clock.now().saturating_sub(started);
    }

    /// Takes sessions that other workers handed over, and runs those whose phase has passed. Real-time.
    pub fn adopt(&mut self, tick: Tick, phase: u8) {
        no_alloc(|| {
            while let Some(unit) = handover::next_handover(self, tick) {
                let passed = self.table.slot(unit.a).is_some_and(|s| s.phase < phase);
                if passed {
                    self.run_unit(unit, tick);
                }
            }
        });
    }

    /// Runs the sessions of one phase, and passes on what waits for others. Real-time: O(sessions of the phase, and of those that relay).
    pub fn run(&mut self, tick: Tick, phase: u8) {
        let started = self.clock.now();
        let far_apart = self.figures.sessions.load(Relaxed) > IN_CACHE;
        no_alloc(|| {
            self.forward(tick, phase);
            for at in 0..self.table.units(phase).len() {
                let Some(unit) = self.table.units(phase).get(at).copied() else { break };
                if far_apart {
                    self.table.prefetch(&self.hall, phase, at);
                }
                self.run_unit(unit, tick);
            }
            if phase + 1 == self.phases {
                self.hall.publish(tick);
            }
        });
        self.busy_ns += self.clock.now().saturating_sub(started);
        if phase + 1 == self.phases {
            let busy = std::mem::take(&mut self.busy_ns);
            self.ends.busy.record(busy);
            self.figures.tick_done(busy);
            self.figures.egress_dropped.store(self.cx.egress.dropped(), Relaxed);
        }
    }

    fn run_unit(&mut self, unit: Unit, tick: Tick) {
        let Some(b) = unit.b else {
            return self.at_desk(tick, |table, hall, desk| {
                if let Some(session) = table.slot(unit.a) {
                    run_single(session, hall, desk);
                }
            });
        };
        let relays = self.at_desk(tick, |table, _, desk| {
            let (first, second) = table.both(unit.a, b)?;
            run_pair(first, second, desk)
        });
        // In a single phase there is none of others.
        if let Some(relays) = relays.filter(|_| self.phases > 1) {
            self.ends.bells.listen(unit.a, relays[0]);
            self.ends.bells.listen(b, relays[1]);
        }
    }

    /// What a session needs of its worker, beside the tables that the session comes from.
    pub(super) fn at_desk<R>(&mut self, tick: Tick, work: impl FnOnce(&mut Table, &mut Hall, &mut Desk<'_>) -> R) -> R {
        self.cx.tick = tick;
        let mut desk = Desk {
            cx: &mut self.cx,
            far: &mut self.far,
            pace: self.pace,
            reports: &mut self.ends.reports,
            figures: &self.figures,
            panicked: &mut self.panicked,
            clock: &self.clock,
        };
        work(&mut self.table, &mut self.hall, &mut desk)
    }
}
