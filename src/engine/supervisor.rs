//! The ordinary thread behind the workers: answers operations, tells events, frees what retired.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use crate::engine::EventKind;
use crate::engine::command::Report;
use crate::engine::control::Core;
use crate::engine::request::Request;
use crate::engine::state::State;
use crate::graph::NodeEventKind;
use crate::mixer::talkers::TalkEvent;
use crate::rt::{Consumer, Reaper};
use crate::types::{SessionId, WorkerId};

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
        // No tick has this number: the time of a worker without a tick runs from the first look at it.
        let progress = vec![(u64::MAX, 0); reports.len()];
        Self { core, reports, reaper, progress }
    }

    /// Takes everything that has been reported, and frees what has retired.
    pub fn turn(&mut self) {
        let core = self.core.clone();
        let mut state = core.state();
        while let Some(worker) = self.earliest() {
            let Some(report) = self.reports[worker].pop() else { break };
            state.hear(WorkerId(worker as u16), report);
        }
        state.settle_due();
        state.bury();
        state.look_due();
        state.drain_due();
        state.overload_due();
        state.rebalance_due();
        state.captures_due();
        state.feeds_due();
        drop(state);
        self.reaper.collect();
    }

    /// The worker whose report comes first. What a session did before it moved stands in the ring of
    /// the worker that it left, and is heard before its arrival.
    fn earliest(&self) -> Option<usize> {
        let scan = || {
            let heads = self.reports.iter().enumerate().filter_map(|(w, ring)| Some((ring.peek()?.order(), w)));
            heads.min()
        };
        let mut first = scan()?;
        // What was reported before a hand-over can be seen once its arrival is seen: look again.
        while first.0.1 {
            let again = scan()?;
            if again == first {
                break;
            }
            first = again;
        }
        Some(first.1)
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
    fn hear(&mut self, worker: WorkerId, report: Report) {
        match report {
            Report::Applied { op, tick } => self.answered(op, Some(worker), tick, None),
            Report::Adopted { op, tick, sessions } => {
                self.arrived(op, tick, sessions);
                self.answered(op, None, tick, None);
            }
            Report::Failed { op, tick, why } => self.answered(op, Some(worker), tick, Some(why)),
            Report::Node { session, tick, event } => {
                if let NodeEventKind::CodecChanged { payload_type, ptime } = event.kind {
                    return self.codec_changed(session, tick, payload_type, ptime);
                }
                if event.kind == NodeEventKind::FarMedia {
                    return self.far_media_heard(session, tick);
                }
                let kind = EventKind::Node { node: event.node, kind: event.kind };
                self.sink.send(tick, Some(session), kind);
            }
            Report::Talk { room, tick, event } => {
                let (key, kind) = match event {
                    TalkEvent::Start(key, level) => (key, EventKind::TalkStart { room, level }),
                    TalkEvent::Stop(key, level) => (key, EventKind::TalkStop { room, level }),
                    TalkEvent::Dominant(Some(key)) => (key, EventKind::Dominant { room }),
                    TalkEvent::Dominant(None) => return,
                };
                let id = SessionId::from_tag(key);
                if self.rooms.talked(id, &kind) {
                    self.sink.send(tick, Some(id), kind);
                }
            }
            Report::PlayedOut { session, .. } => self.played_out.push(session),
            Report::Panicked { session, tick } => {
                let mut peer = None;
                if let Some(entry) = self.entry_mut(session) {
                    entry.quarantined = true;
                    peer = entry.leg.peer;
                }
                self.sink.send(tick, Some(session), EventKind::Panicked);
                // A peer that passed its packets on sends silence from now on. A full ring is no
                // loss: the peer's next operation settles the same.
                if let Some(peer) = peer {
                    let _ = self.submit(vec![Request::Settle(peer)]);
                }
            }
            Report::Xrun { tick, skipped } => {
                self.sink.send(tick, None, EventKind::WorkerLate { worker, skipped });
            }
        }
    }
}
