//! Who has a room's floor.

use crate::mixer::talkers::Rules;
use crate::types::SessionId;

/// Who may be heard in a room that chooses talkers. Without rules everybody may.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoomFloor {
    holder: Option<SessionId>,
    waits: bool,
    moderators: Vec<SessionId>,
}

impl RoomFloor {
    /// The floor is open.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only this member is heard, and moderators.
    pub fn holder(mut self, holder: SessionId) -> Self {
        self.holder = Some(holder);
        self
    }

    /// Nobody is heard while no moderator is in the room.
    pub fn wait_for_moderator(mut self) -> Self {
        self.waits = true;
        self
    }

    /// This session is a moderator once it is in the room: heard whatever the floor says.
    pub fn moderator(mut self, moderator: SessionId) -> Self {
        self.moderators.push(moderator);
        self
    }

    pub(crate) fn rules(&self) -> Rules {
        let moderators = self.moderators.iter().map(|id| id.tag()).collect();
        Rules { holder: self.holder.map(SessionId::tag), waits: self.waits, moderators }
    }

    /// The sessions that it names.
    pub(crate) fn sessions(&self) -> impl Iterator<Item = SessionId> + '_ {
        self.holder.into_iter().chain(self.moderators.iter().copied())
    }
}
