//! Who is in a room: members by slot, with generations, so that a stale handle reaches nobody.

use super::member::Member;

/// A member of one room: his slot, and how many had it before him.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MemberId {
    pub(super) slot: u32,
    pub(super) generation: u32,
}

impl MemberId {
    /// The slot, unique among the members present.
    pub const fn slot(self) -> usize {
        self.slot as usize
    }
}

/// Slots for a fixed number of members.
#[derive(Debug)]
pub(super) struct Table {
    slots: Box<[Slot]>,
    free: Vec<u32>,
}

#[derive(Debug)]
struct Slot {
    generation: u32,
    member: Option<Box<Member>>,
}

impl Table {
    /// Allocates.
    pub fn new(members: usize) -> Self {
        Self {
            slots: (0..members).map(|_| Slot { generation: 0, member: None }).collect(),
            free: (0..members as u32).rev().collect(),
        }
    }

    /// Takes the lowest slot that was never used, or the one freed last; the member comes back when all are taken.
    pub fn insert(&mut self, member: Box<Member>) -> Result<MemberId, Box<Member>> {
        let Some(slot) = self.free.pop() else { return Err(member) };
        let entry = &mut self.slots[slot as usize];
        entry.member = Some(member);
        Ok(MemberId { slot, generation: entry.generation })
    }

    pub fn remove(&mut self, id: MemberId) -> Option<Box<Member>> {
        let member = self.take(id)?;
        self.slots[id.slot()].generation = id.generation.wrapping_add(1);
        self.free.push(id.slot);
        Some(member)
    }

    /// Takes a member out for a moment; [`Self::put`] brings him back.
    pub fn take(&mut self, id: MemberId) -> Option<Box<Member>> {
        self.slots.get_mut(id.slot()).filter(|slot| slot.generation == id.generation)?.member.take()
    }

    pub fn put(&mut self, id: MemberId, member: Box<Member>) {
        if let Some(slot) = self.slots.get_mut(id.slot()) {
            slot.member = Some(member);
        }
    }

    pub fn find(&self, id: MemberId) -> Option<&Member> {
        self.slots.get(id.slot()).filter(|slot| slot.generation == id.generation)?.member.as_deref()
    }

    pub fn find_mut(&mut self, id: MemberId) -> Option<&mut Member> {
        self.slots.get_mut(id.slot()).filter(|slot| slot.generation == id.generation)?.member.as_deref_mut()
    }

    pub fn at(&self, slot: u32) -> Option<&Member> {
        self.slots.get(slot as usize)?.member.as_deref()
    }

    pub fn at_mut(&mut self, slot: u32) -> Option<&mut Member> {
        self.slots.get_mut(slot as usize)?.member.as_deref_mut()
    }

    pub fn capacity(&self) -> usize {
        self.slots.len()
    }

    pub fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    pub fn ids(&self) -> impl Iterator<Item = MemberId> {
        let present = |(n, slot): (usize, &Slot)| {
            slot.member.is_some().then_some(MemberId { slot: n as u32, generation: slot.generation })
        };
        self.slots.iter().enumerate().filter_map(present)
    }

    pub fn heap_bytes(&self) -> usize {
        size_of_val(&*self.slots) + self.free.capacity() * size_of::<u32>()
    }
}
