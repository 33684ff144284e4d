//! Changes of who hears whom, on their way to a worker.

use crate::mixer::Change;
use crate::types::{Millis, SessionId};

/// One change of a room's matrix, of sessions that are its members.
pub type RoomChange = Change<SessionId>;

/// A list of changes for one worker.
pub(crate) struct Shape {
    pub changes: Vec<RoomChange>,
    /// The same by place, found by the worker; room for all.
    pub places: Vec<Change>,
    pub ramp: Millis,
}

impl Shape {
    /// Allocates.
    pub fn new(changes: Vec<RoomChange>, ramp: Millis) -> Self {
        let places = Vec::with_capacity(changes.len());
        Self { changes, places, ramp }
    }
}
