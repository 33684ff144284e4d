//! Rooms: opened on all workers, entered and left by sessions.

use crate::engine::command::{Command, OpId};
use crate::engine::ops_audio::check;
use crate::engine::room::{RoomEntry, RoomSpec, parts};
use crate::engine::staging::Staging;
use crate::engine::state::{Effect, State};
use crate::engine::{EventKind, Pending, Reject};
use crate::graph::Segment;
use crate::rt::Owned;
use crate::session::Seat;
use crate::types::{Decibels, Millis, RoomId, SessionId, Tick, WorkerId};

impl State {
    /// Opens a room on every worker.
    pub fn create_room(&mut self, spec: RoomSpec) -> Result<(RoomId, Pending), Reject> {
        spec.validate()?;
        let reclaim = self.reclaim.clone().filter(|_| !self.stopped).ok_or(Reject::Stopped)?;
        if self.draining {
            return Err(Reject::Draining);
        }
        let workers = self.workers.len();
        let all = || (0..workers).map(|w| WorkerId(w as u16));
        self.has_room(all(), 1)?;
        let entry = RoomEntry { spec, members: Vec::new(), spans: vec![false; workers] };
        let most = self.config.max_rooms;
        let id = self.rooms.open(entry, most).ok_or(Reject::TooManyRooms(most))?;
        let op = self.open(workers as u32, vec![Effect::TellRoom(EventKind::RoomCreated { room: id })]);
        for (worker, part) in all().zip(parts(id, spec.rate, workers)) {
            self.send(op.op(), worker, Tick(0), vec![Command::OpenRoom(Owned::new(&reclaim, part))]);
        }
        Ok((id, op))
    }
}

impl Staging<'_> {
    pub fn destroy_room(&mut self, id: RoomId) -> Result<(), Reject> {
        let room = self.room(id)?;
        for member in room.members.clone() {
            // One that has left in this transaction, or goes with it, is no member any more.
            if self.draft(member).is_ok_and(|draft| draft.leg.room == Some(id)) {
                self.leave(member)?;
            }
        }
        self.closed.push(id);
        let workers = 0..self.state.workers.len();
        self.wiring.extend(workers.map(|w| (WorkerId(w as u16), Command::CloseRoom(id))));
        self.effects.push(Effect::RoomGone(id));
        Ok(())
    }

    pub fn join(&mut self, id: SessionId, to: RoomId, gain: Decibels) -> Result<(), Reject> {
        check(gain)?;
        let spec = self.room(to)?.spec;
        let from = self.rate(id, Segment::Up)?;
        let draft = self.draft(id)?;
        if draft.leg.peer.is_some() {
            return Err(Reject::AlreadyBridged(id));
        }
        if draft.leg.room.is_some() {
            return Err(Reject::AlreadyInRoom(id));
        }
        if draft.spec.opaque.is_some() {
            return Err(Reject::Opaque(id));
        }
        let others = self.drafts().filter(|d| d.leg.room == Some(to)).filter(|d| self.was_in(d.id) != Some(to));
        let present = self.room(to)?.members.iter().filter(|member| self.is_in(**member) == Some(to)).count();
        if present + others.count() >= spec.members {
            return Err(Reject::RoomFull(to));
        }
        let draft = self.draft(id)?;
        (draft.leg.room, draft.leg.voice) = (Some(to), gain);
        self.hear(id, spec.rate)?;
        self.sit(id, to, from, gain)?;
        self.effects.push(Effect::Tell(id, EventKind::Joined { room: to }));
        Ok(())
    }

    /// Gives a session a seat for the rate that it speaks at.
    pub fn sit(
        &mut self,
        id: SessionId,
        to: RoomId,
        from: crate::types::SampleRate,
        gain: Decibels,
    ) -> Result<(), Reject> {
        let rate = self.room(to)?.spec.rate;
        let reclaim = self.state.reclaim.as_ref().ok_or(Reject::Stopped)?;
        let seat = Owned::new(reclaim, Seat::new(to, rate, from, gain));
        let worker = self.draft(id)?.worker;
        self.wiring.push((worker, Command::Sit { session: id, seat }));
        Ok(())
    }

    pub fn leave(&mut self, id: SessionId) -> Result<(), Reject> {
        let draft = self.draft(id)?;
        let room = draft.leg.room.take().ok_or(Reject::NotInRoom(id))?;
        let worker = draft.worker;
        self.wiring.push((worker, Command::Rise(id)));
        self.effects.push(Effect::Tell(id, EventKind::Left { room }));
        Ok(())
    }

    pub fn voice(&mut self, id: SessionId, gain: Decibels, ramp: Millis) -> Result<(), Reject> {
        check(gain)?;
        let draft = self.draft(id)?;
        draft.leg.room.ok_or(Reject::NotInRoom(id))?;
        draft.leg.voice = gain;
        let worker = draft.worker;
        self.sets.push((worker, Command::Voice { session: id, gain, ramp }));
        Ok(())
    }

    /// A room that is there, and stays.
    fn room(&self, id: RoomId) -> Result<&RoomEntry, Reject> {
        let room = self.state.rooms.get(id).filter(|_| !self.closed.contains(&id));
        room.ok_or(Reject::NoSuchRoom(id))
    }

    /// The room that a session is in as things are, and as they would be.
    fn was_in(&self, id: SessionId) -> Option<RoomId> {
        self.state.entry(id).ok()?.leg.room
    }

    fn is_in(&self, id: SessionId) -> Option<RoomId> {
        self.drafted(id).map_or_else(|| self.was_in(id), |draft| draft.leg.room)
    }

    /// Workers that take part in rooms from now on, since members of theirs run there.
    pub fn widened(&self) -> Vec<(RoomId, WorkerId)> {
        let mut widened = Vec::new();
        for draft in self.drafts() {
            let Some((id, room)) = draft.leg.room.and_then(|id| Some((id, self.state.rooms.get(id)?))) else {
                continue;
            };
            let goes = self.moves.iter().filter(|(session, _)| *session == draft.id).map(|(_, to)| *to);
            for worker in goes.chain([draft.worker]) {
                if !room.spans[usize::from(worker.0)] && !widened.contains(&(id, worker)) {
                    widened.push((id, worker));
                }
            }
        }
        widened
    }
}

impl State {
    /// Tells all workers of those that take part in rooms from now on, ahead of what follows from it.
    pub fn widen_rooms(&mut self, op: OpId, widened: &[(RoomId, WorkerId)]) {
        for (room, worker) in widened {
            if let Some(room) = self.rooms.get_mut(*room) {
                room.spans[usize::from(worker.0)] = true;
            }
        }
        for at in 0..self.workers.len() {
            let spans = widened.iter().map(|&(room, worker)| Command::Span { room, worker }).collect();
            self.send(op, WorkerId(at as u16), Tick(0), spans);
        }
    }
}
