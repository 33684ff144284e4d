//! What the control side knows of rooms.

use std::collections::HashSet;

use crate::codec::CodecSpec;
use crate::engine::room::{PART_WORDS, RoomSpec};
use crate::mixer::Room;
use crate::rt::SeqReader;
use crate::types::{Millis, RoomId, SessionId};

/// A slot for a room.
#[derive(Default)]
pub(crate) struct RoomPlace {
    pub generation: u32,
    pub entry: Option<RoomEntry>,
}

/// One room.
pub(crate) struct RoomEntry {
    pub spec: RoomSpec,
    pub members: Vec<SessionId>,
    /// Makes members; nobody is in it.
    pub template: Room,
    /// Listeners and sources that are exceptions.
    pub pairs: HashSet<(SessionId, SessionId)>,
    /// By worker: whether it takes part.
    pub spans: Vec<bool>,
    /// By worker: what its part publishes.
    pub figures: Vec<SeqReader<PART_WORDS>>,
    /// What the workers have encoders for that members may share.
    pub stocked: Vec<(CodecSpec, Millis)>,
}

impl RoomEntry {
    /// Whether a session is part of an exception.
    pub fn excepts(&self, id: SessionId) -> bool {
        self.pairs.iter().any(|pair| pair.0 == id || pair.1 == id)
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

    /// A session is a member of another room, or of none.
    pub fn moved(&mut self, session: SessionId, from: Option<RoomId>, to: Option<RoomId>) {
        if from == to {
            return;
        }
        if let Some(room) = from.and_then(|id| self.get_mut(id)) {
            room.members.retain(|member| *member != session);
            room.pairs.retain(|pair| pair.0 != session && pair.1 != session);
        }
        if let Some(room) = to.and_then(|id| self.get_mut(id)) {
            room.members.push(session);
        }
    }
}
