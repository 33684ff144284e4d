//! What a room did, as its parts publish it.

use crate::mixer::groups::{Counters, Groups};

/// Words that a part publishes.
pub(crate) const PART_WORDS: usize = 8;

/// A room's figures, of all workers together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RoomStats {
    /// Members, as the operations accepted so far have it.
    pub members: usize,
    /// Packets encoded once for all who hear the same, and those that members encoded for themselves. All are 0 where
    /// nothing is shared ([`RoomSpec::share`](crate::RoomSpec::share)).
    pub groups: Counters,
    /// Sums of other workers that did not come in time: silence for a tick.
    pub missed: u64,
    /// Packets of members whom nobody heard that were not decoded.
    pub undecoded: u64,
}

/// A part's figures to be published.
pub(crate) fn words(groups: Option<&Groups>, missed: u64, undecoded: u64) -> [u64; PART_WORDS] {
    let Counters { encodes, private_encodes, forks, rejoins, refreshes, shared_bytes } =
        groups.map(|groups| groups.counters).unwrap_or_default();
    [encodes, private_encodes, forks, rejoins, refreshes, shared_bytes, missed, undecoded]
}

impl RoomStats {
    /// Adds what a part has published.
    pub(crate) fn add(&mut self, words: &[u64; PART_WORDS]) {
        let Counters { encodes, private_encodes, forks, rejoins, refreshes, shared_bytes } = &mut self.groups;
        let [missed, undecoded] = [&mut self.missed, &mut self.undecoded];
        let all = [encodes, private_encodes, forks, rejoins, refreshes, shared_bytes, missed, undecoded];
        for (sum, word) in all.into_iter().zip(words) {
            *sum += word;
        }
    }
}
