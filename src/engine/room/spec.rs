//! What a room is to be.

use crate::mixer::{Channels, Room, RoomConfig, RoomError};
use crate::types::SampleRate;

/// Describes a room; every field has a default.
#[derive(Clone, Debug, PartialEq)]
pub struct RoomSpec {
    rates: Vec<SampleRate>,
    members: usize,
    zones: usize,
    exceptions: usize,
    share: bool,
}

impl Default for RoomSpec {
    fn default() -> Self {
        let rates = vec![SampleRate::HZ_8000, SampleRate::HZ_16000, SampleRate::HZ_48000];
        Self { rates, members: 5_000, zones: 4, exceptions: 256, share: true }
    }
}

impl RoomSpec {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Rates at which the room mixes, 1 to 4; 8, 16 and 48 kHz by default. Members of one rate hear each other without a
    /// filter between them; what is said at one rate is converted to the others once for all.
    pub fn rates(mut self, rates: &[SampleRate]) -> Self {
        self.rates = rates.to_vec();
        self
    }

    /// Members that the room takes at most; 5 000 by default. A place costs 24 bytes on each worker.
    pub fn members(mut self, members: usize) -> Self {
        self.members = members;
        self
    }

    /// Zones, 1 to 64: who is in one hears no other; 4 by default. New members are in zone 0.
    pub fn zones(mut self, zones: usize) -> Self {
        self.zones = zones;
        self
    }

    /// Pairs that may hear each other not as their zone does; 256 by default.
    pub fn exceptions(mut self, exceptions: usize) -> Self {
        self.exceptions = exceptions;
        self
    }

    /// Whether members who hear the same, and are sent the same codec in packets of the same time, share an encoder;
    /// they do by default. Takes encoders for each codec and packet time on each worker: two states for each tick of a
    /// packet, and four.
    pub fn share(mut self, share: bool) -> Self {
        self.share = share;
        self
    }

    pub(crate) fn is_shared(&self) -> bool {
        self.share
    }

    pub(crate) fn most_members(&self) -> usize {
        self.members
    }

    pub(crate) fn most_exceptions(&self) -> usize {
        self.exceptions
    }

    pub(crate) fn has_zone(&self, zone: u8) -> bool {
        usize::from(zone) < self.zones
    }

    /// The rate at which a member takes part whose session is sent audio at `rate`.
    pub(crate) fn rate_for(&self, rate: SampleRate) -> SampleRate {
        let above = self.rates.iter().copied().filter(|room| *room >= rate).min();
        above.or_else(|| self.rates.iter().copied().max()).unwrap_or(rate)
    }

    /// One worker's share. Allocates.
    pub(crate) fn part(&self, members: usize) -> Result<Room, RoomError> {
        let config = RoomConfig::new(&self.rates, members).channels(Channels::Mono);
        Room::new(&config.zones(self.zones).exceptions(self.exceptions))
    }
}
