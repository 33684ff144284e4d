//! Rooms: opened on all workers, entered and left by sessions.

use crate::engine::command::{Command, OpId};
use crate::engine::ops_audio::check;
use crate::engine::room::{RoomEntry, RoomSpec, parts, ring_bytes};
use crate::engine::staging::Staging;
use crate::engine::state::{Effect, State};
use crate::engine::submit::AHEAD;
use crate::engine::{EventKind, Pending, Reject};
use crate::graph::Segment;
use crate::mixer::talkers::Choice;
use crate::mixer::{Change, MemberSpec, Room};
use crate::rt::Owned;
use crate::session::Seat;
use crate::types::{Decibels, Millis, RoomId, SessionId, Tick, WorkerId};

impl State {
    /// Opens a room on every worker.
    pub fn create_room(&mut self, spec: RoomSpec) -> Result<(RoomId, Pending), Reject> {
        let template = spec.part(0)?;
        let share = spec.part(spec.most_members())?;
        let reclaim = self.reclaim.clone().filter(|_| !self.stopped).ok_or(Reject::Stopped)?;
        if self.draining {
            return Err(Reject::Draining);
        }
        self.permits_room(spec.tenant_of())?;
        let workers = self.workers.len();
        let all = || (0..workers).map(|w| WorkerId(w as u16));
        self.has_room(all(), 1)?;
        let shares = std::iter::once(share).chain(std::iter::repeat_with(|| spec.part(spec.most_members())).flatten());
        let shares: Vec<_> = shares.take(workers).collect();
        let spans = vec![false; workers];
        let grouped = spec.is_shared();
        let bytes = shares.iter().map(Room::heap_bytes).sum::<usize>() + ring_bytes(&spec, workers);
        let member_bytes = spec.member_bytes(&template)?;
        let (members, pairs, figures, stocked) = Default::default();
        let dominant = None;
        let entry = RoomEntry {
            spec: spec.clone(),
            leaving: false,
            members,
            template,
            pairs,
            dominant,
            most_talkers: None,
            figures,
            bytes,
            member_bytes,
            spans,
            stocked,
        };
        let most = self.config.max_rooms;
        let id = self.rooms.open(entry, most).ok_or(Reject::TooManyRooms(most))?;
        self.book.each(None, spec.tenant_of(), |account| account.rooms += 1);
        let op = self.open(workers as u32, vec![Effect::TellRoom(EventKind::RoomCreated { room: id })]);
        let (parts, figures) = parts(id, &spec, shares, grouped);
        if let Some(entry) = self.rooms.get_mut(id) {
            entry.figures = figures;
            entry.bytes += parts.iter().flat_map(|part| &part.choice).map(Choice::heap_bytes).sum::<usize>();
            entry.spans.fill(spec.chooses());
        }
        // Where all choose the same talkers, all hear of all from the same tick on.
        let together = spec.chooses() && workers > 1;
        let at = if together { Tick(self.tick().0 + AHEAD) } else { Tick(0) };
        for (worker, part) in all().zip(parts) {
            let spans = all().filter(|_| spec.chooses()).map(|worker| Command::Span { room: id, worker });
            let open = Command::OpenRoom(Owned::new(&reclaim, part));
            self.send(op.op(), worker, at, std::iter::once(open).chain(spans).collect());
        }
        Ok((id, op))
    }
}

impl Staging<'_> {
    pub fn destroy_room(&mut self, id: RoomId) -> Result<(), Reject> {
        let room = self.room(id)?;
        for member in room.members.iter().map(|member| member.session).collect::<Vec<_>>() {
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
        let most = self.room(to)?.spec.most_members();
        let hears = self.rate(id, Segment::Down)?;
        let rate = self.room(to)?.spec.rate_for(hears);
        self.pick_up(id)?;
        let draft = self.draft(id)?;
        if draft.spec.opaque.is_some() {
            return Err(Reject::Opaque(id));
        }
        let others = self.drafts().filter(|d| d.leg.room == Some(to)).filter(|d| self.was_in(d.id) != Some(to));
        let present = self.room(to)?.members.iter().filter(|member| self.is_in(member.session) == Some(to)).count();
        if present + others.count() >= most {
            return Err(Reject::RoomFull(to));
        }
        let draft = self.draft(id)?;
        draft.leg.room = Some(to);
        self.hear(id, rate)?;
        self.sit(id, to)?;
        if gain != Decibels(0.0) {
            self.shape(to, vec![Change::Talk(id, gain)], Millis(0))?;
        }
        self.effects.push(Effect::Tell(id, EventKind::Joined { room: to }));
        Ok(())
    }

    /// Gives a session a seat for the rate that it speaks at, or another one.
    pub fn sit(&mut self, id: SessionId, to: RoomId) -> Result<(), Reject> {
        let from = self.rate(id, Segment::Up)?;
        let draft = self.draft(id)?;
        let (worker, rate, gate) = (draft.worker, draft.leg.heard_rate, draft.spec.gate);
        let sends = draft.spec.sends();
        let hears = self.room(to)?.spec.hears(sends.channels, sends.rate == rate);
        let member = self.room(to)?.template.prepare(MemberSpec::new(rate).hears(hears))?;
        let reclaim = self.state.reclaim.as_ref().ok_or(Reject::Stopped)?;
        let voice = self.room(to)?.spec.voice(id, rate, gate);
        let seat = Owned::new(reclaim, Seat::new(to, member, rate, from, voice).hearing(hears));
        self.wiring.push((worker, Command::Sit { session: id, seat }));
        Ok(())
    }

    /// Takes a session out of its room, if it is in one.
    pub fn leave(&mut self, id: SessionId) -> Result<(), Reject> {
        let draft = self.draft(id)?;
        let Some(room) = draft.leg.room.take() else { return Ok(()) };
        let worker = draft.worker;
        self.wiring.push((worker, Command::Rise(id)));
        self.effects.push(Effect::Tell(id, EventKind::Left { room }));
        Ok(())
    }

    /// A room that is there, and stays.
    pub fn room(&self, id: RoomId) -> Result<&RoomEntry, Reject> {
        let room = self.state.rooms.get(id).filter(|room| !room.leaving && !self.closed.contains(&id));
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
