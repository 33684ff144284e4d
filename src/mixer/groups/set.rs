//! The groups of a room, by what their listeners have in common.

use super::group::{Counters, Group};
use super::key::GroupKey;
use crate::mixer::Mix;

/// A group's place in its set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GroupId(usize);

type Place = (GroupKey, Box<Group>);

/// A fixed number of groups.
pub struct Groups {
    places: Box<[Option<Place>]>,
    /// What all of them did.
    pub counters: Counters,
}

impl Groups {
    /// Room for `groups`. Allocates.
    pub fn new(groups: usize) -> Self {
        Self { places: (0..groups).map(|_| None).collect(), counters: Counters::default() }
    }

    /// The group of a key. Real-time: O(groups).
    pub fn find(&self, key: &GroupKey) -> Option<GroupId> {
        (0..self.places.len()).map(GroupId).find(|id| self.is(*id, key))
    }

    /// Adds a group for a key, or any that is as that but for the mix and the phase; it comes back when there is no room.
    /// Real-time: O(groups).
    pub fn insert(&mut self, key: GroupKey, group: Box<Group>) -> Result<GroupId, Box<Group>> {
        let Some(place) = self.places.iter().position(Option::is_none) else { return Err(group) };
        self.places[place] = Some((key, group));
        Ok(GroupId(place))
    }

    /// The group of a key for packet `stamp`, or one of the same codec and packet time that nobody uses, which it is
    /// from now on. `known` is looked at first. Real-time: O(groups).
    pub(crate) fn claim(&mut self, key: &GroupKey, known: Option<GroupId>, stamp: u64) -> Option<GroupId> {
        if let Some(id) = known.filter(|id| self.is(*id, key)).or_else(|| self.find(key)) {
            return Some(id);
        }
        let free = |place: &Option<(GroupKey, Box<Group>)>| {
            place.as_ref().is_some_and(|(other, group)| other.is_of_form(key) && group.is_free(stamp))
        };
        let place = self.places.iter().position(free)?;
        let (other, group) = self.places[place].as_mut()?;
        *other = *key;
        group.clear();
        Some(GroupId(place))
    }

    /// Takes a group out that has no listeners any more. Real-time.
    pub fn remove(&mut self, id: GroupId) -> Option<Box<Group>> {
        self.places.get_mut(id.0)?.take().map(|(_, group)| group)
    }

    /// A group, and the counters for what is done with it. Real-time.
    pub fn group(&mut self, id: GroupId) -> Option<(&mut Group, &mut Counters)> {
        let (_, group) = self.places.get_mut(id.0)?.as_mut()?;
        Some((group, &mut self.counters))
    }

    /// What a group hears.
    pub(crate) fn mix(&self, id: GroupId) -> Option<Mix> {
        self.places.get(id.0)?.as_ref().map(|(key, _)| key.mix())
    }

    /// Whether a group is the one of a key.
    pub(crate) fn is(&self, id: GroupId, key: &GroupKey) -> bool {
        self.places.get(id.0).and_then(Option::as_ref).is_some_and(|(other, _)| other == key)
    }
}

/// The groups as a room lends them to a member for one tick.
pub(crate) struct Lent {
    pub groups: Box<Groups>,
    /// What the member hears, if others hear the same bits.
    pub mix: Option<Mix>,
}

impl std::fmt::Debug for Lent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lent").field("mix", &self.mix).finish_non_exhaustive()
    }
}
