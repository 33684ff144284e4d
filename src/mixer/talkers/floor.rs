//! Who may be heard at all: the floor, and the wait for a moderator.

/// The rules of a room's floor. A key names a member the same on every worker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Floor {
    holder: Option<u64>,
    waits: bool,
    moderators: u32,
}

impl Floor {
    /// Locks the floor to one member, or opens it to all.
    pub fn lock(&mut self, holder: Option<u64>) {
        self.holder = holder;
    }

    /// Who has the floor to himself.
    pub fn holder(&self) -> Option<u64> {
        self.holder
    }

    /// Nobody is heard while no moderator is here.
    pub fn wait_for_moderator(&mut self, waits: bool) {
        self.waits = waits;
    }

    /// A moderator came (`true`) or went.
    pub fn moderator(&mut self, came: bool) {
        self.moderators = if came { self.moderators.saturating_add(1) } else { self.moderators.saturating_sub(1) };
    }

    /// The room still waits.
    pub fn is_waiting(&self) -> bool {
        self.waits && self.moderators == 0
    }

    /// Whether a member may be heard. A moderator always is.
    pub fn admits(&self, key: u64, moderator: bool) -> bool {
        moderator || (!self.is_waiting() && self.holder.is_none_or(|holder| holder == key))
    }
}
