//! What a member hears in a tick: his zone without himself, with his exceptions, limited.

use super::limiter::Limiter;
use super::member::{Channels, Member};
use super::room::{Room, unwant};
use super::table::MemberId;
use super::zone::LONGEST;
use crate::processing::dsp::Ramp;

/// Which mix a frame is. Members that hear the same one hear the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mix {
    /// Everybody of a zone, at one of the room's rates.
    Shared {
        /// The zone.
        zone: u8,
        /// Index of the rate in the room's configuration.
        rate: u8,
        /// Mono or stereo.
        channels: Channels,
    },
    /// One member's own.
    Private(MemberId),
    /// Nothing, for good: the member is deaf.
    Silence,
}

/// What a member heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    /// Whose mix it is.
    pub mix: Mix,
    /// All samples are 0.
    pub silent: bool,
}

impl Room {
    /// Writes what a member hears in this tick: mono, or left and right one behind the other. `None`, and nothing is
    /// written, if he is not here or `out` is too short. To be called once a tick.
    ///
    /// Real-time: one pass over the frame, and one for each of his exceptions.
    pub fn hear(&mut self, id: MemberId, out: &mut [f32]) -> Option<Heard> {
        self.hear_unless(id, out, |_| false)
    }

    /// As [`hear`](Self::hear), but writes nothing of a shared mix that the listener does not need: others have passed it on.
    pub(crate) fn hear_unless(
        &mut self,
        id: MemberId,
        out: &mut [f32],
        needless: impl FnOnce(Mix) -> bool,
    ) -> Option<Heard> {
        let mut member = self.members.take(id)?;
        let samples = member.samples();
        let sides = if member.spec.hears == Channels::Mono { 1 } else { 2 };
        let heard = out.get_mut(..samples * sides).map(|out| {
            let heard = self.mix(id, &mut member, out, needless);
            member.base.skip(samples);
            member.fades_from = None;
            let Self { pairs, members, .. } = self;
            pairs.pass(id.slot, samples, |source| unwant(members, source, member.rate));
            heard
        });
        self.members.put(id, member);
        heard
    }

    fn mix(&self, id: MemberId, member: &mut Member, out: &mut [f32], needless: impl FnOnce(Mix) -> bool) -> Heard {
        let plain = self.pairs.is_empty(id.slot) && member.fades_from.is_none();
        if plain && member.base.is_silent() {
            out.fill(0.0);
            (member.shared, member.limiter) = (false, Limiter::new());
            return Heard { mix: Mix::Silence, silent: true };
        }
        let (zone, channels) = (member.zone, member.spec.hears);
        let spoke = self.own(member, zone).is_some();
        let place = &self.zones[usize::from(zone)];
        let shared = match channels {
            Channels::Mono => place.mono.get(member.rate),
            Channels::Stereo => place.stereo.get(member.rate),
        };
        if let Some(shared) = shared.filter(|_| plain && !spoke && member.base.is_unity()) {
            // Another gain than that of all would be a step: who was limited alone comes back when both are done.
            if member.shared || member.limiter == shared.limiter {
                (member.shared, member.limiter) = (true, shared.limiter);
                let mix = Mix::Shared { zone, rate: member.rate as u8, channels };
                if !needless(mix) {
                    out.copy_from_slice(&shared.samples);
                }
                return Heard { mix, silent: shared.silent };
            }
        }
        if let Some(shared) = shared.filter(|_| member.shared) {
            member.limiter = shared.before;
        }
        member.shared = false;
        let samples = member.samples();
        let (left, right) = out.split_at_mut(samples);
        let first = usize::from(channels == Channels::Stereo);
        let mut peak = self.plane(id, member, first, left);
        if !right.is_empty() {
            peak = peak.max(self.plane(id, member, first + 1, right));
        }
        member.limiter.process_peak(peak, left, right);
        Heard { mix: Mix::Private(id), silent: peak == 0.0 }
    }

    /// One plane of a mix of one's own; returns the largest magnitude.
    fn plane(&self, id: MemberId, member: &Member, plane: usize, out: &mut [f32]) -> f32 {
        let Some(before) = member.fades_from else { return self.zone_plane(id, member, member.zone, plane, out) };
        let mut old = [0.0; LONGEST];
        let old = &mut old[..out.len()];
        let peak =
            self.zone_plane(id, member, before, plane, old).max(self.zone_plane(id, member, member.zone, plane, out));
        let step = 1.0 / out.len().max(1) as f32;
        for ((out, old), passed) in out.iter_mut().zip(old).zip(1u16..) {
            *out = *old + (*out - *old) * (f32::from(passed) * step);
        }
        peak
    }

    /// What a member said in the tick before into a zone, and with which gains; `None` when that is nothing.
    pub(super) fn own<'a>(
        &self,
        member: &'a Member,
        zone: u8,
    ) -> Option<(&'a [i32], &'a [Ramp; super::member::PLANES])> {
        let (said, parts) = member.before(self.tick)?;
        let part = parts.iter().flatten().find(|part| part.zone == zone)?;
        // In the mono plane every voice has a gain if it has one anywhere.
        (!part.to[0].is_silent()).then_some((&*said.words, &part.to))
    }
}
