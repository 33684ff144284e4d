//! Changes of who hears whom, and how loud: all of a list together, or none of it.

use thiserror::Error;

use super::member::{factor, frames_of};
use super::pan;
use super::room::Room;
use super::table::MemberId;
use crate::types::{Decibels, Millis};

/// One change, of members by what they are called. Gains are at most +12 dB; −∞ dB is silence. All of them are ramped.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Change<M = MemberId> {
    /// How loud a member is to everybody in his zone.
    Talk(M, Decibels),
    /// A member is not heard in his zone, whatever his gain.
    Mute(M, bool),
    /// How loud he is while somebody else matters more; on top of his gain.
    Duck(M, Decibels),
    /// How loud the zone is to a member; −∞ dB: he is deaf to it, not to his exceptions.
    Hear(M, Decibels),
    /// Where he stands in a stereo room: −1.0 left, 0.0 centre, 1.0 right. A mono voice keeps its power (sine and cosine,
    /// −3 dB on each side at the centre), on straight lines while it moves; to those for whom he is an exception he moves within a frame.
    Place(M, f32),
    /// Into another zone, both talking and hearing.
    Move(M, u8),
    /// The first hears the second with this gain, wherever he talks and whether he is muted or not.
    Pair(M, M, Decibels),
    /// The first hears the second as his zone does again.
    Clear(M, M),
    /// He falls silent within one frame, to leave after it.
    Leave(M),
}

impl<M: Copy> Change<M> {
    /// The same change of members by other names; `None` if one has none.
    pub fn rename<N>(self, mut name: impl FnMut(M) -> Option<N>) -> Option<Change<N>> {
        Some(match self {
            Change::Talk(id, gain) => Change::Talk(name(id)?, gain),
            Change::Mute(id, muted) => Change::Mute(name(id)?, muted),
            Change::Duck(id, gain) => Change::Duck(name(id)?, gain),
            Change::Hear(id, gain) => Change::Hear(name(id)?, gain),
            Change::Place(id, place) => Change::Place(name(id)?, place),
            Change::Move(id, zone) => Change::Move(name(id)?, zone),
            Change::Pair(listener, source, gain) => Change::Pair(name(listener)?, name(source)?, gain),
            Change::Clear(listener, source) => Change::Clear(name(listener)?, name(source)?),
            Change::Leave(id) => Change::Leave(name(id)?),
        })
    }
}

/// A list of changes that was refused. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ChangeError {
    /// Somebody is not in the room.
    #[error("no such member in this room")]
    UnknownMember,
    /// A gain is above +12 dB or no number, or a place is no number.
    #[error("a gain above +12 dB, or not a number")]
    Gain,
    /// There is no such zone.
    #[error("no zone {0} in this room")]
    NoSuchZone(u8),
    /// A member is never an exception to himself.
    #[error("a member does not hear himself")]
    Oneself,
    /// More exceptions than the room was made for.
    #[error("no room for {0} more exceptions")]
    TooManyExceptions(usize),
}

impl Room {
    /// Applies a list of changes from this tick on, gains within `ramp` rounded up to whole ticks.
    ///
    /// Real-time: O(changes · exceptions of a listener).
    pub fn apply(&mut self, changes: &[Change], ramp: Millis) -> Result<(), ChangeError> {
        let mut more = 0;
        for change in changes {
            more += usize::from(self.check(change)?);
        }
        if more > self.pairs.room() {
            return Err(ChangeError::TooManyExceptions(more));
        }
        for change in changes {
            self.change(change, ramp);
        }
        Ok(())
    }

    /// Exceptions in force.
    pub fn exceptions(&self) -> usize {
        self.pairs.used()
    }

    /// Members present, in the order of their slots.
    pub fn members(&self) -> impl Iterator<Item = MemberId> {
        self.members.ids()
    }

    /// Whether a change is possible, and whether it takes another exception.
    fn check(&self, change: &Change) -> Result<bool, ChangeError> {
        let known = |id: MemberId| self.members.find(id).map(|_| ()).ok_or(ChangeError::UnknownMember);
        let fine = |gain: Decibels| factor(gain).map(|_| ()).ok_or(ChangeError::Gain);
        match *change {
            Change::Talk(id, gain) | Change::Duck(id, gain) | Change::Hear(id, gain) => {
                known(id)?;
                fine(gain)?;
            }
            Change::Mute(id, _) | Change::Leave(id) => known(id)?,
            Change::Place(id, place) => {
                known(id)?;
                place.is_finite().then_some(()).ok_or(ChangeError::Gain)?;
            }
            Change::Move(id, zone) => {
                known(id)?;
                (usize::from(zone) < self.zones.len()).then_some(()).ok_or(ChangeError::NoSuchZone(zone))?;
            }
            Change::Pair(listener, source, gain) => {
                known(listener)?;
                known(source)?;
                fine(gain)?;
                (listener != source).then_some(()).ok_or(ChangeError::Oneself)?;
                return Ok(!self.pairs.contains(listener.slot, source.slot));
            }
            Change::Clear(listener, source) => {
                known(listener)?;
                known(source)?;
            }
        }
        Ok(false)
    }

    fn change(&mut self, change: &Change, time: Millis) {
        let (Change::Talk(id, _)
        | Change::Mute(id, _)
        | Change::Duck(id, _)
        | Change::Hear(id, _)
        | Change::Place(id, _)
        | Change::Move(id, _)
        | Change::Pair(id, ..)
        | Change::Clear(id, _)
        | Change::Leave(id)) = *change;
        let tick = self.tick;
        let Some(member) = self.members.find_mut(id) else { return };
        let samples = frames_of(time.0, member.spec.rate);
        let rate = member.rate;
        let linear = |gain| factor(gain).unwrap_or(0.0);
        match *change {
            Change::Talk(_, gain) => member.level.gain = linear(gain),
            Change::Mute(_, muted) => member.level.muted = muted,
            Change::Duck(_, gain) => member.level.ducked = linear(gain),
            Change::Place(_, place) => {
                if member.moved.0 != tick {
                    member.moved = (tick, member.place);
                }
                member.place = pan::place(place, member.spec.says);
            }
            Change::Hear(_, gain) => return member.base.set(linear(gain), samples),
            Change::Move(_, zone) => {
                if zone != member.zone {
                    member.came_from.get_or_insert(member.zone);
                    member.fades_from.get_or_insert(member.zone);
                    member.zone = zone;
                }
                return;
            }
            Change::Leave(_) => {
                member.level.muted = true;
                return member.aim(member.samples() as u32);
            }
            Change::Pair(_, source, gain) => {
                if self.pairs.set(id.slot, source.slot, linear(gain), samples) == Some(true)
                    && let Some(source) = self.members.find_mut(source)
                {
                    source.converted[rate].wanted += u32::from(source.rate != rate);
                }
                return;
            }
            Change::Clear(_, source) => return self.pairs.clear(id.slot, source.slot, samples),
        }
        member.aim(samples);
    }
}
