//! Who hears whom in a room: checked here, carried out by the workers concerned at one tick.

use std::collections::BTreeMap;

use crate::engine::Reject;
use crate::engine::command::Command;
use crate::engine::room::{RoomChange, RoomFloor, Shape};
use crate::engine::staging::Staging;
use crate::engine::state::{Effect, State};
use crate::mixer::Change;
use crate::rt::Owned;
use crate::types::{Decibels, Millis, RoomId, SessionId, WorkerId};

/// The largest gain of a member.
const LOUDEST: Decibels = Decibels(12.0);

impl Staging<'_> {
    pub fn shape(&mut self, room: RoomId, changes: Vec<RoomChange>, ramp: Millis) -> Result<(), Reject> {
        let mut by_worker: BTreeMap<WorkerId, Vec<RoomChange>> = BTreeMap::new();
        for change in changes {
            let worker = self.check_change(room, &change)?;
            by_worker.entry(worker).or_default().push(change);
            self.effects.push(Effect::Changed(room, change));
        }
        let reclaim = self.state.reclaim.as_ref().ok_or(Reject::Stopped)?;
        for (worker, changes) in by_worker {
            let shape = Owned::new(reclaim, Shape::new(changes, ramp));
            self.wiring.push((worker, Command::Shape { room, shape }));
        }
        Ok(())
    }

    /// Whether a change can be made, and by which worker.
    fn check_change(&mut self, room: RoomId, change: &RoomChange) -> Result<WorkerId, Reject> {
        let gain = |gain: Decibels| if gain.0 <= LOUDEST.0 { Ok(()) } else { Err(Reject::Gain(gain.0)) };
        let id = match *change {
            Change::Talk(id, level) | Change::Duck(id, level) | Change::Hear(id, level) => {
                gain(level)?;
                id
            }
            Change::Place(id, place) => {
                if !place.is_finite() {
                    return Err(Reject::Place(place));
                }
                id
            }
            Change::Move(id, zone) => {
                if !self.room(room)?.spec.has_zone(zone) {
                    return Err(Reject::NoSuchZone(room, zone));
                }
                id
            }
            Change::Pair(listener, source, level) => {
                gain(level)?;
                if listener == source {
                    return Err(Reject::SameSession(listener));
                }
                self.member(room, source)?;
                let known = self.room(room)?;
                let fresh = |pair: &(SessionId, SessionId)| !known.pairs.contains_key(pair);
                let more = self.paired.iter().filter(|(at, pair, on)| *at == room && *on && fresh(pair)).count();
                if fresh(&(listener, source)) && known.pairs.len() + more >= known.spec.most_exceptions() {
                    return Err(Reject::TooManyExceptions(room));
                }
                self.paired.push((room, (listener, source), true));
                listener
            }
            Change::Clear(listener, source) => {
                self.member(room, source)?;
                self.paired.push((room, (listener, source), false));
                listener
            }
            Change::Mute(id, _) | Change::Leave(id) => id,
        };
        self.member(room, id)
    }

    /// Sets who may be heard in a room, on all workers at one tick.
    pub fn floor(&mut self, room: RoomId, floor: &RoomFloor) -> Result<(), Reject> {
        if !self.room(room)?.spec.chooses() {
            return Err(Reject::NoTalkers(room));
        }
        for id in floor.sessions() {
            self.state.entry(id)?;
        }
        let reclaim = self.state.reclaim.as_ref().ok_or(Reject::Stopped)?;
        for worker in 0..self.state.workers.len() {
            let rules = Owned::new(reclaim, floor.rules());
            self.wiring.push((WorkerId(worker as u16), Command::Floor { room, rules }));
        }
        Ok(())
    }

    /// The worker of a session that is in the room.
    fn member(&mut self, room: RoomId, id: SessionId) -> Result<WorkerId, Reject> {
        self.room(room)?;
        let draft = self.draft(id)?;
        if draft.leg.room == Some(room) { Ok(draft.worker) } else { Err(Reject::NotInRoom(id)) }
    }
}

impl State {
    /// The session that has to move, and where, before it can be an exception to another one.
    pub fn apart(&self, room: RoomId, changes: &[RoomChange]) -> Result<Option<(SessionId, WorkerId)>, Reject> {
        let Some(known) = self.rooms.get(room) else { return Ok(None) };
        let pairs = changes.iter().filter(|change| matches!(change, Change::Pair(..))).count();
        if known.pairs.len() + pairs > known.spec.most_exceptions() {
            // Nobody moves for what may be rejected.
            return Ok(None);
        }
        // Who is an exception already, or will be where he is, stays there.
        let stays = |id: SessionId| {
            let worker = |id| self.entry(id).ok().map(|entry| entry.worker);
            let together = |change: &RoomChange| match *change {
                Change::Pair(listener, source, _) => {
                    (listener == id || source == id) && worker(listener) == worker(source)
                }
                _ => false,
            };
            known.excepts(id) || changes.iter().any(together)
        };
        for change in changes {
            let Change::Pair(listener, source, _) = *change else { continue };
            let (hears, says) = (self.entry(listener)?, self.entry(source)?);
            let inside = [hears, says].iter().all(|entry| entry.leg.room == Some(room) && !entry.moving);
            if !inside || hears.worker == says.worker {
                continue;
            }
            return match (stays(source), stays(listener)) {
                (false, _) => Ok(Some((source, hears.worker))),
                (true, false) => Ok(Some((listener, says.worker))),
                (true, true) => Err(Reject::Excepted(source)),
            };
        }
        Ok(None)
    }
}
