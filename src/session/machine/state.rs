//! The states of a leg: three parts that change independently where the table lets them.

use std::fmt;

use crate::types::{RoomId, SessionId};

/// What a leg is in its call. A leg that has ended is in no state: it does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct MediaState {
    /// How far its call is.
    pub phase: Phase,
    /// With whom it is connected.
    pub link: Link,
    /// It is on hold: it hears music or nothing, and is not heard.
    pub held: bool,
}

/// How far a call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Not answered: media is early (RFC 3960), and the gate says which of it passes.
    Early(Gate),
    /// Answered.
    Answered,
    /// What waits is still played and sent, then it is destroyed.
    Ending,
}

/// What passes before the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gate {
    /// The party neither hears the far one nor is heard.
    Block,
    /// The party hears ringback until the far one's media comes, and from then on that: the gate is then `Listen`.
    Ringback,
    /// The party hears the far one, and is not heard.
    Listen,
    /// Both hear each other.
    Pass,
}

/// With whom a leg is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Link {
    /// With nobody.
    Free,
    /// It hears another leg, and is heard by it.
    Bridged(SessionId),
    /// It is in a room.
    InRoom(RoomId),
    /// It was put aside, and hears a source or nothing until it is picked up.
    Parked,
}

impl MediaState {
    /// A leg that is connected with nobody.
    pub const fn new(phase: Phase) -> Self {
        Self { phase, link: Link::Free, held: false }
    }
}

impl Gate {
    /// What the party says reaches nobody.
    pub const fn keeps_in(self) -> bool {
        !matches!(self, Gate::Pass)
    }

    /// What the far party says does not reach this one.
    pub const fn keeps_out(self) -> bool {
        matches!(self, Gate::Block)
    }
}

impl fmt::Display for MediaState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.phase {
            Phase::Early(Gate::Block) => f.write_str("early"),
            Phase::Early(Gate::Ringback) => f.write_str("early with ringback"),
            Phase::Early(Gate::Listen) => f.write_str("early and listening"),
            Phase::Early(Gate::Pass) => f.write_str("early and open"),
            Phase::Answered => f.write_str("answered"),
            Phase::Ending => f.write_str("ending"),
        }?;
        match self.link {
            Link::Free => Ok(()),
            Link::Bridged(peer) => write!(f, ", bridged to {peer}"),
            Link::InRoom(room) => write!(f, ", in {room}"),
            Link::Parked => f.write_str(", parked"),
        }?;
        if self.held { f.write_str(", on hold") } else { Ok(()) }
    }
}
