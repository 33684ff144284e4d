//! The sessions of one worker, by slot, and the units that each phase runs.

use crate::engine::Refusal;
use crate::engine::room::Hall;
use crate::rt::{Owned, prefetch};
use crate::session::Session;
use crate::types::SessionId;

/// What is run together: one session, or the two legs of a bridged pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unit {
    pub a: u32,
    /// The other leg's slot.
    pub b: Option<u32>,
}

/// All places are made at the start; nothing here allocates afterwards.
pub(crate) struct Table {
    slots: Vec<Option<Owned<Session>>>,
    phases: Vec<Vec<Unit>>,
}

impl Table {
    /// Room for `sessions` in `phases` phases. Allocates.
    pub fn new(sessions: usize, phases: u8) -> Self {
        Self {
            slots: (0..sessions).map(|_| None).collect(),
            phases: (0..phases).map(|_| Vec::with_capacity(sessions)).collect(),
        }
    }

    pub fn units(&self, phase: u8) -> &[Unit] {
        self.phases.get(usize::from(phase)).map_or(&[], Vec::as_slice)
    }

    /// The session in a slot.
    pub fn slot(&mut self, index: u32) -> Option<&mut Session> {
        self.slots.get_mut(index as usize)?.as_deref_mut()
    }

    /// Two sessions at once; `None` if one is missing or they are the same.
    pub fn both(&mut self, a: u32, b: u32) -> Option<(&mut Session, &mut Session)> {
        let [a, b] = self.slots.get_disjoint_mut([a as usize, b as usize]).ok()?;
        Some((a.as_deref_mut()?, b.as_deref_mut()?))
    }

    /// The session that a handle names, if it is here and sound.
    pub fn session(&mut self, id: SessionId) -> Result<&mut Session, Refusal> {
        let session = self.slot(id.index).filter(|s| s.id == id).ok_or(Refusal::Gone)?;
        if session.quarantined { Err(Refusal::Quarantined) } else { Ok(session) }
    }

    /// The phase with the fewest units.
    pub fn lightest_phase(&self) -> u8 {
        (0u8..).zip(&self.phases).min_by_key(|(_, units)| units.len()).map_or(0, |(phase, _)| phase)
    }

    /// Asks for the memory of the units that run after the one at `at`: thousands of sessions do not
    /// fit the caches, and a session is a few hops of pointers. Each hop is asked for one unit
    /// before the next hop needs it. Real-time.
    pub fn prefetch(&self, hall: &Hall, phase: u8, at: usize) {
        let units = self.units(phase);
        let hops: [fn(&Session, &Hall); 4] = [
            |s, hall| {
                s.graph.prefetch_data();
                hall.prefetch_words(s);
            },
            |s, hall| {
                s.graph.prefetch_nodes();
                hall.prefetch_member(s);
            },
            |s, hall| {
                s.graph.prefetch_tables();
                hall.prefetch_seat(s);
            },
            |s, _| prefetch(s),
        ];
        for (ahead, hop) in (at + 1..).zip(hops) {
            let Some(unit) = units.get(ahead) else { break };
            for index in [Some(unit.a), unit.b].into_iter().flatten() {
                if let Some(Some(session)) = self.slots.get(index as usize) {
                    hop(session, hall);
                }
            }
        }
    }

    /// Puts a session into its slot and its phase, as a unit of its own. The slot must be free;
    /// otherwise the session comes back.
    pub fn insert(&mut self, session: Owned<Session>) -> Result<(), Owned<Session>> {
        let (index, phase) = (session.id.index, session.phase);
        match self.slots.get_mut(index as usize) {
            Some(slot @ None) => *slot = Some(session),
            _ => return Err(session),
        }
        self.push_unit(phase.min(self.phases.len() as u8 - 1), Unit { a: index, b: None });
        Ok(())
    }

    /// Takes a session out; its peer goes on alone.
    pub fn remove(&mut self, id: SessionId) -> Result<Owned<Session>, Refusal> {
        self.slot(id.index).filter(|s| s.id == id).ok_or(Refusal::Gone)?;
        self.unpair(id.index);
        let session = self.slots[id.index as usize].take().ok_or(Refusal::Gone)?;
        self.take_unit(session.phase, session.position);
        Ok(session)
    }

    /// Makes one unit of two sessions, in the phase of the first. Earlier pairs are parted.
    pub fn pair(&mut self, a: SessionId, b: SessionId) -> Result<(), Refusal> {
        self.session(a)?;
        self.session(b)?;
        if a.index == b.index {
            return Err(Refusal::Gone);
        }
        self.unpair(a.index);
        self.unpair(b.index);
        let Some((first, second)) = self.both(a.index, b.index) else { return Err(Refusal::Gone) };
        (first.peer, second.peer) = (Some(b.index), Some(a.index));
        (first.seat, second.seat) = (None, None);
        (first.parting, second.parting) = (None, None);
        let ((phase, at), (other_phase, other_at)) = ((first.phase, first.position), (second.phase, second.position));
        self.phases[usize::from(phase)][at as usize] = Unit { a: a.index, b: Some(b.index) };
        // First the place is freed, so that the move it causes sees the units as they are.
        self.take_unit(other_phase, other_at);
        let Some((first, second)) = self.both(a.index, b.index) else { return Err(Refusal::Gone) };
        (second.phase, second.position) = (first.phase, first.position);
        Ok(())
    }

    /// Parts a session from its peer, if it has one; both stay in the phase.
    pub fn unpair(&mut self, index: u32) {
        let Some(peer) = self.slot(index).and_then(|s| s.peer.take()) else { return };
        let Some((session, other)) = self.both(index, peer) else { return };
        other.peer = None;
        let (phase, at) = (session.phase, session.position as usize);
        self.phases[usize::from(phase)][at] = Unit { a: index, b: None };
        self.push_unit(phase, Unit { a: peer, b: None });
    }

    fn push_unit(&mut self, phase: u8, unit: Unit) {
        let units = &mut self.phases[usize::from(phase)];
        // Every session is in one unit, so the room for all sessions is enough for all units.
        units.push(unit);
        let at = units.len() as u32 - 1;
        self.place(unit, phase, at);
    }

    fn take_unit(&mut self, phase: u8, at: u32) {
        let units = &mut self.phases[usize::from(phase)];
        units.swap_remove(at as usize);
        if let Some(moved) = units.get(at as usize).copied() {
            self.place(moved, phase, at);
        }
    }

    fn place(&mut self, unit: Unit, phase: u8, at: u32) {
        for index in [Some(unit.a), unit.b].into_iter().flatten() {
            if let Some(session) = self.slot(index) {
                (session.phase, session.position) = (phase, at);
            }
        }
    }
}
