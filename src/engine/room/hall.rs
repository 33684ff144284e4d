//! The rooms of one worker.

use crate::engine::Refusal;
use crate::engine::room::{Part, Stock};
use crate::mixer::Mix;
use crate::mixer::groups::Lent;
use crate::mixer::talkers::{Rules, TalkEvent};
use crate::rt::Owned;
use crate::session::{Seat, Session};
use crate::types::{RoomId, Tick, WorkerId};

/// A worker's parts of all rooms, by slot. All places are made at the start.
pub(crate) struct Hall {
    worker: WorkerId,
    pub(super) slots: Vec<Option<Owned<Part>>>,
    /// The slots in use.
    open: Vec<u32>,
}

impl Hall {
    /// Room for so many. Allocates.
    pub fn new(worker: WorkerId, rooms: usize) -> Self {
        Self { worker, slots: (0..rooms).map(|_| None).collect(), open: Vec::with_capacity(rooms) }
    }

    /// Takes a part in. Real-time.
    pub fn open(&mut self, part: Owned<Part>) -> Result<(), Refusal> {
        let index = part.id.index;
        match self.slots.get_mut(index as usize) {
            Some(slot @ None) => *slot = Some(part),
            _ => return Err(Refusal::Gone),
        }
        self.open.push(index);
        Ok(())
    }

    /// Lets a part go to the reaper. Real-time: O(rooms).
    pub fn close(&mut self, id: RoomId) -> Result<(), Refusal> {
        self.part(id).ok_or(Refusal::Gone)?;
        self.slots[id.index as usize] = None;
        self.open.retain(|index| *index != id.index);
        Ok(())
    }

    /// The worker's part of a room.
    pub fn part(&mut self, id: RoomId) -> Option<&mut Part> {
        self.slots.get_mut(id.index as usize)?.as_deref_mut().filter(|part| part.id == id)
    }

    /// `worker` takes part in a room from `tick` on.
    pub fn span(&mut self, id: RoomId, worker: WorkerId, tick: Tick) -> Result<(), Refusal> {
        let me = self.worker;
        self.part(id).map(|part| part.span(me, worker, tick)).ok_or(Refusal::Gone)
    }

    /// Brings a session that has come to its seats, or takes it from them as it goes. Real-time.
    pub fn seat(&mut self, session: &mut Session, comes: bool) {
        self.part_ways(session);
        for seat in [&mut session.seat, &mut session.parting].into_iter().flatten() {
            let Some(part) = self.part(seat.room) else { continue };
            if comes {
                seat.enter(&mut part.room);
            } else {
                seat.depart(&mut part.room);
            }
        }
    }

    /// Lets a session sit down; a seat that it has already is succeeded, or left. Real-time.
    pub fn sit(&mut self, session: &mut Session, mut seat: Owned<Seat>) -> Result<(), Refusal> {
        self.part_ways(session);
        match session.seat.take() {
            Some(mut old) if seat.is_like(&old) => seat.succeed(&mut old),
            old => {
                self.leave_last(session);
                session.parting = old;
                if let Some(old) = &mut session.parting
                    && let Some(part) = self.part(old.room)
                {
                    old.leave(&mut part.room);
                }
            }
        }
        let entered = self.part(seat.room).is_some_and(|part| seat.enter(&mut part.room));
        session.seat = Some(seat);
        if entered { Ok(()) } else { Err(Refusal::Gone) }
    }

    /// Lets a session get up, after a tick of fading out. Real-time.
    pub fn rise(&mut self, session: &mut Session) -> Result<(), Refusal> {
        self.part_ways(session);
        let seat = session.seat.as_mut().ok_or(Refusal::Gone)?;
        if let Some(part) = self.part(seat.room) {
            seat.leave(&mut part.room);
        }
        Ok(())
    }

    /// The seat that a session had until now is free. Real-time.
    pub fn leave_last(&mut self, session: &mut Session) {
        if let Some(mut seat) = session.parting.take()
            && let Some(part) = self.part(seat.room)
        {
            seat.depart(&mut part.room);
        }
    }

    /// A session that may be about to hear something else than others gets nothing from an encoder of theirs. Real-time.
    pub fn part_ways(&mut self, session: &mut Session) {
        let part = session.seat.as_ref().and_then(|seat| self.part(seat.room));
        if let Some(groups) = part.and_then(|part| part.groups.as_deref_mut()) {
            session.part(groups);
        }
    }

    /// Takes encoders in that members of a room may share. Real-time.
    pub fn stock(&mut self, id: RoomId, stock: &mut Stock) -> Result<(), Refusal> {
        self.part(id).map(|part| part.stock(stock)).ok_or(Refusal::Gone)
    }

    /// Lends a session its room's encoders, for a tick in which it hears `mix`. Real-time.
    pub fn lend(&mut self, session: &Session, mix: Option<Mix>) -> Option<Lent> {
        self.part(session.seat.as_ref()?.room)?.lend(session, mix)
    }

    /// Whether nobody hears a session unless it begins to talk, nor anything of its own listens to it. Real-time.
    pub fn may_rest(&mut self, session: &Session) -> bool {
        let Some(seat) = session.seat.as_deref().filter(|_| session.parting.is_none()) else { return false };
        let Some(part) = self.part(seat.room).filter(|part| part.rests) else { return false };
        part.choice.as_ref().is_some_and(|choice| seat.may_rest(&part.room, choice)) && session.speaks_plainly()
    }

    /// Takes back what was lent. Real-time.
    pub fn take_back(&mut self, session: &Session, lent: Option<Lent>) {
        let part = session.seat.as_ref().and_then(|seat| self.part(seat.room));
        if let (Some(part), Some(lent)) = (part, lent) {
            part.groups = Some(lent.groups);
        }
    }

    /// Before anything of `tick` runs. All workers choose the same talkers; the first one tells of them.
    pub fn gather(&mut self, tick: Tick, mut tell: impl FnMut(RoomId, TalkEvent)) {
        let tells = self.worker == WorkerId(0);
        self.each(|part| {
            let id = part.id;
            part.gather(tick, |event| {
                if tells {
                    tell(id, event);
                }
            });
        });
    }

    /// After everything of `tick` has run.
    pub fn publish(&mut self, tick: Tick) {
        let me = self.worker;
        self.each(|part| part.publish(me, tick));
    }

    /// Sets the rules of a room's floor. Real-time.
    pub fn rule(&mut self, id: RoomId, rules: &mut Rules) -> Result<(), Refusal> {
        self.part(id).and_then(|part| part.choice.as_mut()).map(|choice| choice.rule(rules)).ok_or(Refusal::Gone)
    }

    /// Sets how many are heard in a room at most. Real-time.
    pub fn cap(&mut self, id: RoomId, most: Option<u8>) -> Result<(), Refusal> {
        self.part(id).and_then(|part| part.choice.as_mut()).map(|choice| choice.cap(most)).ok_or(Refusal::Gone)
    }

    fn each(&mut self, mut work: impl FnMut(&mut Part)) {
        for index in &self.open {
            if let Some(Some(part)) = self.slots.get_mut(*index as usize) {
                work(part);
            }
        }
    }
}
