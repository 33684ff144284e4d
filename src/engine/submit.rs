//! How accepted requests become one operation: staged, sent, or kept until a session has arrived.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::command::{Command, OpId, Refusal};
use crate::engine::request::Request;
use crate::engine::staging::{Staged, Staging};
use crate::engine::state::{Effect, Op, State};
use crate::engine::{Failed, Pending, Reject};
use crate::types::{SessionId, Tick, WorkerId};

/// Ticks ahead at which operations on several workers take effect together.
pub(super) const AHEAD: u64 = 3;
/// Sessions that one operation may move, and that may be moved for it.
const MOST_MOVES: usize = 16;

impl State {
    /// Accepts requests that take effect at one tick, or rejects them all.
    pub fn submit(&mut self, requests: Vec<Request>) -> Result<Pending, Reject> {
        if self.stopped {
            return Err(Reject::Stopped);
        }
        for id in ids(&requests) {
            self.entry(id)?;
        }
        let apart = self.scattered(&requests)?;
        if apart.is_some() || self.must_wait(&requests) {
            self.foresee(&requests)?;
        }
        if let Some((moved, to)) = apart {
            let _announced_by_event = self.migrate(moved, to)?;
        }
        if self.must_wait(&requests) {
            let pending = self.open(0, Vec::new());
            self.deferred.push_back((pending.op(), requests));
            return Ok(pending);
        }
        self.start(requests)
    }

    /// Sends what waited for a session that has now arrived, in order.
    pub fn resume_deferred(&mut self) {
        let mut blocked = BTreeSet::new();
        let mut waiting = std::mem::take(&mut self.deferred);
        while let Some((op, requests)) = waiting.pop_front() {
            let named: Vec<SessionId> = ids(&requests).collect();
            let moving = |id: &SessionId| self.entry(*id).is_ok_and(|e| e.moving);
            if named.iter().any(|id| blocked.contains(&id.index) || moving(id)) {
                blocked.extend(named.iter().map(|id| id.index));
                self.deferred.push_back((op, requests));
                continue;
            }
            // Legs that were together when the operation was accepted may have parted since.
            let apart = self.scattered(&requests).ok().flatten().filter(|_| self.may_move_for(op));
            if let Some((moved, to)) = apart
                && self.migrate(moved, to).is_ok()
            {
                blocked.extend(named.iter().map(|id| id.index));
                self.deferred.push_back((op, requests));
            } else if self.carry_out(op, requests).is_err() {
                self.fail(op, Refusal::Gone);
            }
        }
    }

    /// Whether another session may be moved for an operation; bridges that want a leg in two places would never end.
    fn may_move_for(&mut self, op: OpId) -> bool {
        let Some(open) = self.ops.get_mut(&op) else { return false };
        open.moves += 1;
        open.moves <= MOST_MOVES as u32
    }

    /// Answers an operation that will not be carried out.
    pub fn fail(&mut self, op: OpId, why: Refusal) {
        if let Some(Op { pending, tick, .. }) = self.ops.remove(&op) {
            self.sink.send(tick, None, crate::engine::EventKind::Failed { op, why });
            pending.complete(Err(Failed { op, why }));
        }
    }

    /// Moves a session, with its peer, to another worker as an operation of its own.
    fn migrate(&mut self, session: SessionId, to: WorkerId) -> Result<Pending, Reject> {
        self.start(vec![Request::Migrate { session, to }])
    }

    /// The tick at which operations on several workers take effect together; with one worker, the next one.
    pub(super) fn together(&self) -> Tick {
        if self.workers.len() > 1 { Tick(self.tick().0 + AHEAD) } else { Tick(0) }
    }

    /// Opens an operation and carries it out at once, or leaves no trace of it.
    fn start(&mut self, requests: Vec<Request>) -> Result<Pending, Reject> {
        let pending = self.open(0, Vec::new());
        self.carry_out(pending.op(), requests).inspect_err(|_| {
            self.ops.remove(&pending.op());
        })?;
        Ok(pending)
    }

    /// Stages requests and sends what comes of them.
    fn carry_out(&mut self, op: OpId, requests: Vec<Request>) -> Result<(), Reject> {
        let mut staging = Staging::new(self);
        for request in requests {
            staging.stage(request)?;
        }
        let Staged { drafts, commands, mut effects, moves, widened } = staging.finish()?;
        let leaves = |from: WorkerId, c: &Command| matches!(c, Command::Evict { to, .. } if *to != from);
        let evictions = commands.iter().filter(|(from, c)| leaves(*from, c)).count();
        if evictions > MOST_MOVES {
            return Err(Reject::Busy(commands[0].0));
        }
        let mut batches: BTreeMap<WorkerId, Vec<Command>> = BTreeMap::new();
        for (worker, command) in commands {
            batches.entry(worker).or_default().push(command);
        }
        self.has_room(batches.keys().copied(), 1 + usize::from(!widened.is_empty()))?;
        if !widened.is_empty() {
            self.has_room((0..self.workers.len()).map(|w| WorkerId(w as u16)), 1)?;
        }
        let touched: Vec<SessionId> = drafts.iter().map(|draft| draft.id).collect();
        for draft in drafts {
            self.settle_later(&draft);
            let before = self.entry(draft.id).ok().and_then(|entry| entry.leg.room);
            self.rooms.moved(draft.id, before, draft.leg.room);
            if let Some(entry) = self.entry_mut(draft.id) {
                let (worker, cost) = (entry.worker, draft.topology.cost());
                let before = std::mem::replace(&mut entry.cost, cost);
                (entry.leg, entry.topology, entry.spec) = (draft.leg, draft.topology, draft.spec);
                let tenant = entry.spec.standing.tenant;
                self.charge(worker, tenant, before, cost);
            }
        }
        for (session, to) in moves {
            let entry = self.entry(session)?;
            let peer = entry.leg.peer;
            if entry.worker == to {
                continue;
            }
            for id in [Some(session), peer].into_iter().flatten() {
                if let Some(entry) = self.entry_mut(id) {
                    entry.moving = true;
                }
                effects.push(Effect::Moved(id, to));
            }
        }
        for effect in &effects {
            if let Effect::RoomGone(room) = effect
                && let Some(room) = self.rooms.get_mut(*room)
            {
                room.leaving = true;
            }
            if let Effect::Changed(room, change) = effect
                && let Some(room) = self.rooms.get_mut(*room)
            {
                room.change(change);
            }
            if let Effect::Gone(id) = effect
                && let Some(entry) = self.entry_mut(*id)
            {
                entry.leaving = true;
            }
        }
        // A session moves to a worker only when that has heard the whole room for some ticks.
        let first = !widened.is_empty() && evictions > 0;
        let at = if batches.len() > 1 || first { Tick(self.tick().0 + AHEAD) } else { Tick(0) };
        if let Some(open) = self.ops.get_mut(&op) {
            // Hand-overs are answered where they arrive; one that is alone, only there.
            let alone = |(from, batch): &(&WorkerId, &Vec<Command>)| batch.len() == 1 && leaves(**from, &batch[0]);
            let awaited = batches.len() + evictions - batches.iter().filter(alone).count();
            (open.awaited, open.effects) = (awaited as u32, effects);
        }
        if batches.is_empty() {
            self.answered(op, None, self.tick(), None);
        }
        if !widened.is_empty() {
            // An operation of its own: what the answers to it tell is not what follows from this one.
            let herald = self.open(self.workers.len() as u32, Vec::new());
            self.widen_rooms(herald.op(), &widened);
        }
        for (worker, commands) in batches {
            self.send(op, worker, at, commands);
        }
        touched.into_iter().for_each(|session| self.stock(session));
        Ok(())
    }
}

pub(super) fn ids(requests: &[Request]) -> impl Iterator<Item = SessionId> + '_ {
    requests.iter().flat_map(|r| r.sessions())
}
