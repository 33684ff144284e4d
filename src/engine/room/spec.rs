//! What a room is to be.

use thiserror::Error;

use crate::types::SampleRate;

/// Describes a room; every field has a default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoomSpec {
    pub(crate) rate: SampleRate,
    pub(crate) members: usize,
}

/// A room that cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RoomError {
    /// No member, or more than the bus has room for.
    #[error("{0} members; allowed are 1 to 100 000")]
    Members(usize),
}

/// Members whose full-scale frames, at the largest gain, a bus can hold with room to spare.
const MOST_MEMBERS: usize = 100_000;

impl Default for RoomSpec {
    fn default() -> Self {
        Self { rate: SampleRate::HZ_16000, members: 5_000 }
    }
}

impl RoomSpec {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Rate at which the room mixes; 16 kHz by default. Members at other rates are resampled on their way in and out.
    pub fn rate(mut self, rate: SampleRate) -> Self {
        self.rate = rate;
        self
    }

    /// Members that the room takes at most; 5 000 by default.
    pub fn members(mut self, members: usize) -> Self {
        self.members = members;
        self
    }

    /// Checks everything at once.
    pub fn validate(&self) -> Result<(), RoomError> {
        if (1..=MOST_MEMBERS).contains(&self.members) { Ok(()) } else { Err(RoomError::Members(self.members)) }
    }
}
