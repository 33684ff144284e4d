//! What follows when workers have answered: events, hand-overs noted, places freed, operations completed.

use crate::engine::command::{OpId, Refusal};
use crate::engine::state::{Effect, State};
use crate::engine::{Applied, EventKind, Failed};
use crate::quality::SessionStats;
use crate::types::{RoomId, SessionId, Tick, WorkerId};

impl State {
    /// Takes one worker's answer; the last one completes the operation. What the operation did to
    /// the worker's own sessions is told at once, in the order in which it happened there.
    pub fn answered(&mut self, op: OpId, worker: Option<WorkerId>, tick: Tick, why: Option<Refusal>) {
        let effects = self.ops.get_mut(&op).map(|open| std::mem::take(&mut open.effects)).unwrap_or_default();
        let mut kept = Vec::new();
        for effect in effects {
            let place = match &effect {
                Effect::Tell(id, _) | Effect::Gone(id) => self.entry_mut(*id).map(|entry| entry.worker),
                Effect::Moved(..) | Effect::TellRoom(_) | Effect::RoomGone(_) | Effect::Changed(..) => None,
            };
            match worker.is_some() && place == worker {
                true => self.take_effect(effect, tick, why),
                false => kept.push(effect),
            }
        }
        let Some(open) = self.ops.get_mut(&op) else { return };
        open.effects = kept;
        open.awaited = open.awaited.saturating_sub(1);
        open.tick = open.tick.max(tick);
        open.failed = open.failed.or(why);
        if open.awaited > 0 {
            return;
        }
        let Some(done) = self.ops.remove(&op) else { return };
        let tick = done.tick;
        for effect in done.effects {
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
        if !self.deferred.is_empty() {
            self.resume_deferred();
        }
    }

    /// Takes note of what has moved, whatever becomes of the rest of the operation.
    pub fn arrived(&mut self, op: OpId, tick: Tick, sessions: [Option<SessionId>; 2]) {
        let Some(open) = self.ops.get_mut(&op) else { return };
        for effect in open
            .effects
            .extract_if(.., |e| matches!(e, Effect::Moved(id, _) if sessions.contains(&Some(*id))))
            .collect::<Vec<_>>()
        {
            self.take_effect(effect, tick, None);
        }
    }

    fn take_effect(&mut self, effect: Effect, tick: Tick, failed: Option<Refusal>) {
        match (effect, failed) {
            (Effect::Tell(id, kind), None) => self.sink.send(tick, Some(id), kind),
            (Effect::Tell(id, EventKind::Created { .. }), Some(_)) => self.vacate(id),
            (Effect::Tell(..), Some(_)) => {}
            (Effect::TellRoom(kind), None) => self.sink.send(tick, None, kind),
            (Effect::TellRoom(EventKind::RoomCreated { room }), Some(_)) => self.close_room(room),
            (Effect::TellRoom(_), Some(_)) => {}
            (Effect::Changed(..), _) => {}
            (Effect::RoomGone(room), _) => {
                self.sink.send(tick, None, EventKind::RoomDestroyed { room });
                self.close_room(room);
            }
            (Effect::Gone(id), _) => {
                self.capture_ends(id);
                if let Some(entry) = self.known(id) {
                    if entry.watch.is_some() {
                        let record = Box::new(self.record(id, entry, true));
                        self.sink.send(tick, Some(id), EventKind::QualityFinal { record });
                    }
                    let stats = Box::new(SessionStats::from_words(&entry.stats.read()));
                    self.sink.send(tick, Some(id), EventKind::Destroyed { stats });
                }
                self.vacate(id);
            }
            (Effect::Moved(id, to), None) => {
                let Some(entry) = self.entry_mut(id) else { return };
                let (from, cost, tenant) =
                    (std::mem::replace(&mut entry.worker, to), entry.cost, entry.spec.standing.tenant);
                entry.moving = false;
                self.exit(from, tenant, cost);
                self.enter(to, tenant, cost);
                self.sink.send(tick, Some(id), EventKind::Migrated { worker: to });
            }
            (Effect::Moved(id, _), Some(_)) => {
                if let Some(entry) = self.entry_mut(id) {
                    entry.moving = false;
                }
            }
        }
    }

    /// Frees a room's place.
    fn close_room(&mut self, id: RoomId) {
        if let Some(tenant) = self.rooms.get(id).map(|room| room.spec.tenant_of()) {
            self.book.each(None, tenant, |account| account.rooms -= 1);
            self.rooms.vacate(id);
        }
    }

    /// Frees a session's place for the next tenant.
    pub fn vacate(&mut self, id: SessionId) {
        let Some(place) = self.places.get_mut(id.index as usize).filter(|p| p.generation == id.generation) else {
            return;
        };
        let entry = place.entry.take();
        place.generation = place.generation.wrapping_add(1);
        self.free.push(id.index);
        if let Some(entry) = entry {
            self.rooms.moved(id, entry.leg.room, None);
            self.exit(entry.worker, entry.spec.standing.tenant, entry.cost);
        }
    }
}
