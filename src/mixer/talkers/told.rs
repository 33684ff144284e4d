//! What one worker tells the others of its members who talk.

use super::selection::Candidate;

/// One who talks, and the zone that he is in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spoken {
    /// Where he is heard.
    pub zone: u8,
    /// Who he is, and how loud.
    pub one: Candidate,
}

/// Those that one worker can tell of a tick.
const MOST: usize = 48;

/// The talkers of one worker's share in one tick: those heard and the loudest of the rest, as many as can matter.
///
/// Fixed in size, so that it travels through a ring as it is.
#[derive(Clone, Copy, Debug)]
pub struct Told {
    /// Moderators that are here, whether they talk or not.
    pub moderators: u32,
    count: u8,
    spoken: [Option<Spoken>; MOST],
}

impl Default for Told {
    fn default() -> Self {
        Self { moderators: 0, count: 0, spoken: [None; MOST] }
    }
}

impl Told {
    /// Those who talk.
    pub fn spoken(&self) -> impl Iterator<Item = Spoken> + '_ {
        self.spoken[..usize::from(self.count)].iter().flatten().copied()
    }

    pub(super) fn capacity(&self) -> usize {
        self.spoken.len()
    }

    /// Adds one; what does not fit is not told.
    pub(super) fn push(&mut self, spoken: Spoken) {
        if let Some(place) = self.spoken.get_mut(usize::from(self.count)) {
            *place = Some(spoken);
            self.count += 1;
        }
    }
}
