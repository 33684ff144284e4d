//! The groups of a room, by what their listeners have in common.

use super::group::{Counters, Group};
use super::key::GroupKey;

/// A group's place in its set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GroupId(usize);

/// A fixed number of groups.
pub struct Groups {
    places: Box<[Option<(GroupKey, Box<Group>)>]>,
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
        let has = |place: &Option<(GroupKey, Box<Group>)>| place.as_ref().is_some_and(|(other, _)| other == key);
        self.places.iter().position(has).map(GroupId)
    }

    /// Adds a group; it comes back when there is no room, or one of that key already. Real-time: O(groups).
    pub fn insert(&mut self, key: GroupKey, group: Box<Group>) -> Result<GroupId, Box<Group>> {
        let place = self.places.iter().position(Option::is_none);
        let Some(place) = place.filter(|_| self.find(&key).is_none()) else { return Err(group) };
        self.places[place] = Some((key, group));
        Ok(GroupId(place))
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
}
