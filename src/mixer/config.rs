//! What a room is made for, and what it cannot be made for.

use thiserror::Error;

use super::member::Channels;
#[cfg(doc)]
use super::zone::MAX_RATES;
use crate::types::SampleRate;

/// What a room is made for. All of it is memory from the start.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RoomConfig {
    /// Rates of members, 1 to [`MAX_RATES`] different ones.
    pub rates: Vec<SampleRate>,
    /// Whether members may hear left and right. Default: mono.
    pub channels: Channels,
    /// Most members.
    pub members: usize,
    /// Zones, 1 to 64: whoever is in one hears no other. Default 4.
    pub zones: usize,
    /// Most pairs that hear each other not as their zone does. Default 64.
    pub exceptions: usize,
}

impl RoomConfig {
    /// A mono room of four zones.
    pub fn new(rates: &[SampleRate], members: usize) -> Self {
        Self { rates: rates.to_vec(), channels: Channels::Mono, members, zones: 4, exceptions: 64 }
    }

    /// Whether members may hear left and right.
    pub fn channels(self, channels: Channels) -> Self {
        Self { channels, ..self }
    }

    /// Zones.
    pub fn zones(self, zones: usize) -> Self {
        Self { zones, ..self }
    }

    /// Most exceptions.
    pub fn exceptions(self, exceptions: usize) -> Self {
        Self { exceptions, ..self }
    }
}

/// A room or a member that cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RoomError {
    /// No rates, too many, or one twice.
    #[error("{0} rates; a room has 1 to 4 different ones")]
    Rates(usize),
    /// No zone, or too many.
    #[error("{0} zones; a room has 1 to 64")]
    Zones(usize),
    /// More members or exceptions than a slot's number can tell.
    #[error("{0} members or exceptions; at most 1 000 000 fit")]
    TooMany(usize),
    /// The room does not run at the member's rate.
    #[error("no bus at {} Hz in this room", .0.hz())]
    NoSuchRate(SampleRate),
    /// The room has no such zone.
    #[error("no zone {0} in this room")]
    NoSuchZone(u8),
    /// A member that hears or says stereo in a mono room.
    #[error("the room is mono")]
    NotStereo,
}
