//! What the control side knows of rooms.

use std::collections::HashMap;

use crate::codec::CodecSpec;
use crate::engine::EventKind;
use crate::engine::room::{MemberInfo, PART_WORDS, RoomSpec, RoomStats};
use crate::mixer::{Change, Room};
use crate::rt::SeqReader;
use crate::types::{Decibels, Millis, RoomId, SessionId};

/// A slot for a room.
#[derive(Default)]
pub(crate) struct RoomPlace {
    pub generation: u32,
    pub entry: Option<RoomEntry>,
}

/// One room.
pub(crate) struct RoomEntry {
    pub spec: RoomSpec,
    /// Asked to go: takes nobody any more.
    pub leaving: bool,
    pub members: Vec<MemberInfo>,
    /// Makes members; nobody is in it.
    pub template: Room,
    /// Listeners and sources that are exceptions, with their gain.
    pub pairs: HashMap<(SessionId, SessionId), Decibels>,
    pub dominant: Option<SessionId>,
    /// Talkers at most, where its workers are loaded.
    pub most_talkers: Option<u8>,
    /// Of all parts.
    pub bytes: usize,
    /// Of a member at the largest rate, beside its session.
    pub member_bytes: usize,
    /// By worker: whether it takes part.
    pub spans: Vec<bool>,
    /// By worker: what its part publishes.
    pub figures: Vec<SeqReader<PART_WORDS>>,
    /// What the workers have encoders for that members may share.
    pub stocked: Vec<(CodecSpec, Millis)>,
}

impl RoomEntry {
    /// What all parts have published.
    pub fn stats(&self) -> RoomStats {
        let mut stats = RoomStats { members: self.members.len(), ..RoomStats::default() };
        self.figures.iter().for_each(|part| stats.add(&part.read()));
        stats
    }

    /// Takes note of a change that was accepted.
    pub fn change(&mut self, change: &Change<SessionId>) {
        match *change {
            // One that leaves by the same transaction takes its exceptions along.
            Change::Pair(listener, source, gain) if self.has(listener) && self.has(source) => {
                self.pairs.insert((listener, source), gain);
            }
            Change::Clear(listener, source) => _ = self.pairs.remove(&(listener, source)),
            _ => {}
        }
        change.rename(|id| {
            if let Some(member) = self.members.iter_mut().find(|member| member.session == id) {
                member.change(change);
            }
            Some(id)
        });
    }

    fn has(&self, id: SessionId) -> bool {
        self.members.iter().any(|member| member.session == id)
    }

    /// Whether a session is part of an exception.
    pub fn excepts(&self, id: SessionId) -> bool {
        self.pairs.keys().any(|pair| pair.0 == id || pair.1 == id)
    }
}

/// All rooms of an engine.
#[derive(Default)]
pub(crate) struct Rooms {
    places: Vec<RoomPlace>,
    free: Vec<u32>,
}

impl Rooms {
    /// A room that is there.
    pub fn get(&self, id: RoomId) -> Option<&RoomEntry> {
        self.places.get(id.index as usize).filter(|p| p.generation == id.generation)?.entry.as_ref()
    }

    /// All rooms that are there.
    pub fn ids(&self) -> impl Iterator<Item = RoomId> + '_ {
        let there = |(place, index): (&RoomPlace, u32)| {
            place.entry.is_some().then_some(RoomId { index, generation: place.generation })
        };
        self.places.iter().zip(0..).filter_map(there)
    }

    pub fn get_mut(&mut self, id: RoomId) -> Option<&mut RoomEntry> {
        self.places.get_mut(id.index as usize).filter(|p| p.generation == id.generation)?.entry.as_mut()
    }

    /// A new room's name; `None` beyond `most`.
    pub fn open(&mut self, entry: RoomEntry, most: usize) -> Option<RoomId> {
        let index = match self.free.pop() {
            Some(index) => index,
            None if self.places.len() >= most => return None,
            None => {
                self.places.push(RoomPlace::default());
                self.places.len() as u32 - 1
            }
        };
        let place = &mut self.places[index as usize];
        place.entry = Some(entry);
        Some(RoomId { index, generation: place.generation })
    }

    /// The room has gone from every worker.
    pub fn vacate(&mut self, id: RoomId) {
        let Some(place) = self.places.get_mut(id.index as usize).filter(|p| p.generation == id.generation) else {
            return;
        };
        place.entry = None;
        place.generation = place.generation.wrapping_add(1);
        self.free.push(id.index);
    }

    /// Takes note of who talks. `false`: one who has left, whose leaving was told.
    pub fn talked(&mut self, id: SessionId, kind: &EventKind) -> bool {
        let (EventKind::TalkStart { room, .. } | EventKind::TalkStop { room, .. } | EventKind::Dominant { room }) =
            kind
        else {
            return false;
        };
        let Some(room) = self.get_mut(*room) else { return false };
        let Some(member) = room.members.iter_mut().find(|member| member.session == id) else { return false };
        if let EventKind::Dominant { .. } = kind {
            room.dominant = Some(id);
        }
        if let EventKind::TalkStart { level, .. } | EventKind::TalkStop { level, .. } = kind {
            (member.talking, member.level) = (matches!(kind, EventKind::TalkStart { .. }), *level);
        }
        true
    }

    /// A session is a member of another room, or of none.
    pub fn moved(&mut self, session: SessionId, from: Option<RoomId>, to: Option<RoomId>) {
        if from == to {
            return;
        }
        if let Some(room) = from.and_then(|id| self.get_mut(id)) {
            room.members.retain(|member| member.session != session);
            room.pairs.retain(|pair, _| pair.0 != session && pair.1 != session);
        }
        if let Some(room) = to.and_then(|id| self.get_mut(id)) {
            room.members.push(MemberInfo::new(session));
        }
    }
}
