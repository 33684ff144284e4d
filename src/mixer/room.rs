//! One worker's share of a room: who is in it, its zones, and the turn from one tick to the next.

use super::config::{RoomConfig, RoomError};
use super::member::{Channels, Member, MemberSpec, PLANES};
use super::pairs::Pairs;
use super::table::{MemberId, Table};
use super::zone::{MAX_RATES, Plane, Shared};
use crate::types::SampleRate;

/// A conference, or one worker's share of it.
#[derive(Debug)]
pub struct Room {
    pub(super) rates: Box<[SampleRate]>,
    pub(super) channels: Channels,
    pub(super) zones: Box<[Zone]>,
    pub(super) members: Table,
    pub(super) pairs: Pairs,
    /// Turns so far: the number of the running tick, plus one.
    pub(super) tick: u64,
}

/// Who is in one of these hears nobody in another.
#[derive(Debug)]
pub(super) struct Zone {
    pub planes: Box<[Plane]>,
    /// The mix of all, by rate: mono, and stereo in a stereo room.
    pub mono: Box<[Shared]>,
    pub stereo: Box<[Shared]>,
}

impl Room {
    /// An empty room. Allocates.
    pub fn new(config: &RoomConfig) -> Result<Self, RoomError> {
        let RoomConfig { rates, channels, members, zones, exceptions } = config;
        let different = rates.iter().enumerate().all(|(n, rate)| !rates[..n].contains(rate));
        if rates.is_empty() || rates.len() > MAX_RATES || !different {
            return Err(RoomError::Rates(rates.len()));
        }
        if !(1..=64).contains(zones) {
            return Err(RoomError::Zones(*zones));
        }
        if *members.max(exceptions) > 1_000_000 {
            return Err(RoomError::TooMany(*members.max(exceptions)));
        }
        let (planes, sides) = if *channels == Channels::Mono { (1, 0) } else { (PLANES, 1) };
        let zone = |_| Zone {
            planes: (0..planes).map(|_| Plane::new(rates)).collect(),
            mono: rates.iter().map(|rate| Shared::new(rate.per_tick(), 1)).collect(),
            stereo: rates.iter().take(rates.len() * sides).map(|rate| Shared::new(rate.per_tick(), 2)).collect(),
        };
        Ok(Self {
            rates: rates.as_slice().into(),
            channels: *channels,
            zones: (0..*zones).map(zone).collect(),
            members: Table::new(*members),
            pairs: Pairs::new(*members, *exceptions),
            tick: 0,
        })
    }

    /// Makes a member for this room, who is not in it yet. Allocates.
    pub fn prepare(&self, spec: MemberSpec) -> Result<Box<Member>, RoomError> {
        let rate = self.rates.iter().position(|rate| *rate == spec.rate).ok_or(RoomError::NoSuchRate(spec.rate))?;
        if usize::from(spec.zone) >= self.zones.len() {
            return Err(RoomError::NoSuchZone(spec.zone));
        }
        if self.channels == Channels::Mono && (spec.says, spec.hears) != (Channels::Mono, Channels::Mono) {
            return Err(RoomError::NotStereo);
        }
        Ok(Box::new(Member::new(spec, rate, &self.rates)))
    }

    /// Lets a member in; he fades in within a frame. He comes back when the room is full, or not of his rates and zones.
    /// Real-time.
    pub fn join(&mut self, mut member: Box<Member>) -> Result<MemberId, Box<Member>> {
        if !self.fits(&member) {
            return Err(member);
        }
        let samples = member.samples() as u32;
        member.aim(samples);
        member.base.set(1.0, samples);
        self.members.insert(member)
    }

    /// Lets a member go on here who was in another share of the room until now. Real-time.
    pub fn settle(&mut self, member: Box<Member>) -> Result<MemberId, Box<Member>> {
        if self.fits(&member) { self.members.insert(member) } else { Err(member) }
    }

    /// Lets a member go, with his exceptions. What he said in the last tick is heard; that it ends without a click takes
    /// [`Change::Leave`](super::Change::Leave) one tick before. Real-time: O(exceptions).
    pub fn leave(&mut self, id: MemberId) -> Option<Box<Member>> {
        let member = self.members.remove(id)?;
        let Self { pairs, members, .. } = self;
        pairs.retain(id.slot, |pair| {
            unwant(members, pair.source, member.rate);
            false
        });
        for listener in 0..self.members.capacity() as u32 * u32::from(self.pairs.used() > 0) {
            self.pairs.retain(listener, |pair| pair.source != id.slot);
        }
        Some(member)
    }

    fn fits(&self, member: &Member) -> bool {
        self.rates.get(member.rate) == Some(&member.spec.rate)
            && member.converted.len() == self.rates.len()
            && usize::from(member.zone) < self.zones.len()
            && (self.channels == Channels::Stereo || member.spec.hears == Channels::Mono)
    }

    /// Ends a tick and begins the next: what was said is what is heard from now on.
    ///
    /// Real-time: O(zones · rates²), and the sources of exceptions in a room of several rates.
    pub fn turn(&mut self) {
        self.turn_to(self.tick + 1);
    }

    /// As [`turn`](Self::turn), into a turn of a number of its own: shares of one room count alike, also where one of
    /// them left some out. Then what was said before them is not heard. Real-time.
    pub fn turn_to(&mut self, number: u64) {
        if number != self.tick + 1 {
            // The sums are heard, and gone, in a turn that nobody runs.
            self.advance(number.saturating_sub(1));
        }
        self.advance(number);
    }

    /// Turns so far.
    pub fn turns(&self) -> u64 {
        self.tick
    }

    fn advance(&mut self, number: u64) {
        self.tick = number;
        for zone in &mut self.zones {
            zone.planes.iter_mut().for_each(Plane::turn);
            for rate in 0..self.rates.len() {
                let side = |plane: usize| zone.planes.get(plane).map(|plane| plane.heard(rate));
                zone.mono[rate].turn([side(0), None]);
                if let Some(shared) = zone.stereo.get_mut(rate) {
                    shared.turn([side(1), side(2)]);
                }
            }
        }
        if self.rates.len() > 1 {
            for source in self.pairs.sources() {
                if let Some(member) = self.members.at_mut(source) {
                    member.convert(self.tick - 1);
                }
            }
        }
    }

    /// A member who is here.
    pub(crate) fn member(&self, id: MemberId) -> Option<&Member> {
        self.members.find(id)
    }

    /// Members present.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// What a member hears from now on; stereo in a stereo room only. Real-time.
    pub(crate) fn set_hears(&mut self, id: MemberId, hears: Channels) {
        let possible = hears == Channels::Mono || self.channels == Channels::Stereo;
        if let Some(member) = self.members.find_mut(id).filter(|member| possible && member.spec.hears != hears) {
            (member.spec.hears, member.shared) = (hears, false);
        }
    }

    /// The zone of a member, and whether he is muted in it.
    pub fn standing(&self, id: MemberId) -> Option<(u8, bool)> {
        self.members.find(id).map(|member| (member.zone, member.level.muted))
    }

    /// Somebody hears this member as an exception. Real-time: O(exceptions).
    pub fn is_excepted(&self, id: MemberId) -> bool {
        self.pairs.used() > 0 && self.pairs.sources().any(|source| source == id.slot)
    }

    /// Nobody is here.
    pub fn is_empty(&self) -> bool {
        self.members.len() == 0
    }
}

/// One exception less wants a source at a listener's rate.
pub(super) fn unwant(members: &mut Table, source: u32, rate: usize) {
    if let Some(way) = members.at_mut(source).and_then(|member| member.converted.get_mut(rate)) {
        way.wanted = way.wanted.saturating_sub(1);
        way.warm &= way.wanted > 0;
    }
}
