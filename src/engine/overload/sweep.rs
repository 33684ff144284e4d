//! Brings about what the ladders decided: some sessions in each tick, until all are as they should be.

use crate::engine::command::Command;
use crate::engine::ops_process::VoiceChange;
use crate::engine::overload::{Cuts, OverloadStep};
use crate::engine::pace::Pace;
use crate::engine::request::Request;
use crate::engine::state::{Entry, State};
use crate::types::{RoomId, SessionId, Tick, WorkerId};

/// Places looked at in one tick, and sessions changed.
const LOOKED_AT: usize = 256;
const CHANGED: usize = 16;

impl State {
    /// One tick's share of the work. A session that cannot be changed now, as it is on its way, is looked at again.
    pub(super) fn sweep(&mut self) {
        let degraded = self.overload.is_degraded();
        if !degraded && self.overload.unsettled == 0 {
            return;
        }
        let mut open = self.settle_workers();
        open |= self.settle_rooms();
        let (places, mut changed) = (self.places.len(), 0);
        for _ in 0..LOOKED_AT.min(places) {
            self.overload.cursor = (self.overload.cursor + 1) % places;
            let index = self.overload.cursor;
            self.overload.unsettled = self.overload.unsettled.saturating_sub(1);
            let place = &self.places[index];
            let id = SessionId { index: index as u32, generation: place.generation };
            let Some(entry) = place.entry.as_ref().filter(|entry| !entry.leaving && !entry.quarantined) else {
                continue;
            };
            let cuts = self.cuts_for(entry);
            if entry.leg.curtailed.cuts == cuts {
                continue;
            }
            let done = !entry.moving && self.submit(vec![Request::Voice(id, VoiceChange::Cut(cuts))]).is_ok();
            open |= !done;
            changed += 1;
            if changed == CHANGED {
                break;
            }
        }
        if open {
            self.overload.unsettled = 2 * places + 1;
        }
    }

    /// What a session should do without, where it is now.
    fn cuts_for(&self, entry: &Entry) -> Cuts {
        if entry.spec.standing.essential || entry.spec.opaque.is_some() {
            return Cuts::default();
        }
        let mut cuts = self.overload.cuts(entry.worker);
        let room = entry.leg.room.and_then(|room| self.rooms.get(room));
        if room.is_some_and(|room| room.spec.is_shared()) || !entry.spec.has_network() {
            cuts.effort = None;
        }
        cuts
    }

    /// How much workers publish. Whether something is left to do.
    fn settle_workers(&mut self) -> bool {
        let mut open = false;
        for worker in (0..self.workers.len()).map(|w| WorkerId(w as u16)) {
            let quiet = self.overload.steps(worker).contains(&OverloadStep::Figures);
            if self.overload.workers[usize::from(worker.0)].quiet == quiet {
                continue;
            }
            if self.has_room([worker].into_iter(), 1).is_err() {
                open = true;
                continue;
            }
            self.overload.workers[usize::from(worker.0)].quiet = quiet;
            let interval = self.config.stats_interval;
            let pace = if quiet { Pace::slow(interval) } else { Pace::usual(interval) };
            let op = self.open(1, Vec::new());
            self.send(op.op(), worker, Tick(0), vec![Command::Pace(pace)]);
        }
        open
    }

    /// How many are heard in rooms: the fewest that a worker which takes part asks for.
    fn settle_rooms(&mut self) -> bool {
        let due: Vec<(RoomId, Option<u8>)> = self.rooms.ids().filter_map(|id| self.cap_due(id)).collect();
        let mut open = false;
        for (id, most) in due {
            let workers = || (0..self.workers.len()).map(|w| WorkerId(w as u16));
            if self.has_room(workers(), 1).is_err() {
                open = true;
                continue;
            }
            if let Some(room) = self.rooms.get_mut(id) {
                room.most_talkers = most;
            }
            let at = self.together();
            let op = self.open(self.workers.len() as u32, Vec::new());
            for worker in (0..self.workers.len()).map(|w| WorkerId(w as u16)) {
                self.send(op.op(), worker, at, vec![Command::Talkers { room: id, most }]);
            }
        }
        open
    }

    fn cap_due(&self, id: RoomId) -> Option<(RoomId, Option<u8>)> {
        let room = self.rooms.get(id).filter(|room| room.spec.chooses() && !room.leaving)?;
        let spans = room.spans.iter().enumerate().filter(|(_, spans)| **spans);
        let most = spans.filter_map(|(worker, _)| self.overload.talkers(WorkerId(worker as u16))).min();
        (room.most_talkers != most).then_some((id, most))
    }
}
