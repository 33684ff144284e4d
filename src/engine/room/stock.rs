//! Encoders for a room's listeners, on their way to a worker.

use crate::codec::CodecSpec;
use crate::mixer::Mix;
use crate::mixer::groups::{Group, GroupKey};
use crate::types::{Millis, TICK_MS};

/// Zones beyond the first, in each phase or not, that can have an encoder of a codec at the same time.
const SPARE: u32 = 2;

/// Encoders of one codec and packet time for one worker, for any mix and any phase of the packets.
#[expect(clippy::vec_box, reason = "the worker moves them one by one, and frees none")]
pub(crate) struct Stock {
    pub key: GroupKey,
    /// Emptied by the worker.
    pub groups: Vec<Box<Group>>,
}

impl Stock {
    /// One for each phase, and some more; none of a codec whose encoders take over no state. Allocates.
    pub fn new(codec: &CodecSpec, ptime: Millis) -> Self {
        let ticks = ptime.0 / TICK_MS;
        let samples = codec.rate.per_tick() * ticks as usize;
        let group = || {
            let mut group = Box::new(Group::new(codec, samples));
            group.lends().then_some(group)
        };
        let groups = std::iter::repeat_with(group).take((ticks + SPARE) as usize).flatten().collect();
        // Nobody listens to silence: the first who comes makes it his.
        Self { key: GroupKey::new(Mix::Silence, *codec, ptime), groups }
    }
}
