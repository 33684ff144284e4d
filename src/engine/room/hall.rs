//! The rooms of one worker.

use crate::engine::Refusal;
use crate::engine::room::Part;
use crate::rt::Owned;
use crate::types::{RoomId, Tick, WorkerId};

/// A worker's parts of all rooms, by slot. All places are made at the start.
pub(crate) struct Hall {
    worker: WorkerId,
    slots: Vec<Option<Owned<Part>>>,
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
        let me = usize::from(self.worker.0);
        self.part(id).map(|part| part.span(me, usize::from(worker.0), tick)).ok_or(Refusal::Gone)
    }

    /// Before anything of `tick` runs.
    pub fn gather(&mut self, tick: Tick) {
        self.each(|part| part.gather(tick));
    }

    /// After everything of `tick` has run.
    pub fn publish(&mut self, tick: Tick) {
        self.each(|part| part.publish(tick));
    }

    fn each(&mut self, mut work: impl FnMut(&mut Part)) {
        for index in &self.open {
            if let Some(Some(part)) = self.slots.get_mut(*index as usize) {
                work(part);
            }
        }
    }
}
