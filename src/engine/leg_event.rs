//! What happens to a leg beside being joined and held: how far its call is, who takes its place, who gets a copy.

use crate::session::Gate;
use crate::types::SessionId;

/// A change of a leg's state ([`MediaState`](crate::session::MediaState)), or of who gets its stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LegEvent {
    /// It was put aside: it hears its music or nothing, and nobody hears it.
    Parked,
    /// It is parked no more. Where it was picked up, `Bridged` or `Joined` follows.
    Unparked,
    /// Another gate stands in the way of its early media.
    Early {
        /// What passes.
        gate: Gate,
    },
    /// Media of the far party has come: from this tick on that is heard, and ringback no more.
    EarlyMedia,
    /// Its call was answered.
    Answered,
    /// It has taken the place of another leg with whom that was bridged to.
    Replaced {
        /// That leg.
        old: SessionId,
    },
    /// It ends when what waits has been played and sent, or when its time is over; `Destroyed` follows.
    Ending,
    /// Its stream is copied.
    ForkAdded {
        /// The session that carries the copy.
        fork: SessionId,
        /// Who gets it.
        sink: SessionId,
    },
    /// It is not copied there any more.
    ForkRemoved {
        /// The session that carried the copy.
        fork: SessionId,
    },
}
