//! What a member hears in a tick: his zone without himself, with his exceptions, limited.

use super::limiter::Limiter;
use super::member::{Channels, Member};
use super::pairs::Pair;
use super::room::{Room, unwant};
use super::say::{after, with_voice};
use super::table::MemberId;
use super::words;
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
        let mut member = self.members.take(id)?;
        let samples = member.samples();
        let sides = if member.spec.hears == Channels::Mono { 1 } else { 2 };
        let heard = out.get_mut(..samples * sides).map(|out| {
            let heard = self.mix(id, &mut member, out);
            member.base.skip(samples);
            member.fades_from = None;
            let Self { pairs, members, .. } = self;
            pairs.pass(id.slot, samples, |source| unwant(members, source, member.rate));
            heard
        });
        self.members.put(id, member);
        heard
    }

    fn mix(&self, id: MemberId, member: &mut Member, out: &mut [f32]) -> Heard {
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
                out.copy_from_slice(&shared.samples);
                let mix = Mix::Shared { zone, rate: member.rate as u8, channels };
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
        let peak = self.zone_plane(id, member, before, plane, old).max(self.zone_plane(id, member, member.zone, plane, out));
        let step = 1.0 / out.len().max(1) as f32;
        for ((out, old), passed) in out.iter_mut().zip(old).zip(1u16..) {
            *out = *old + (*out - *old) * (f32::from(passed) * step);
        }
        peak
    }

    fn zone_plane(&self, id: MemberId, member: &Member, zone: u8, plane: usize, out: &mut [f32]) -> f32 {
        let bus = self.zones[usize::from(zone)].planes[plane].heard(member.rate);
        let own = self.own(member, zone);
        if self.pairs.is_empty(id.slot) {
            let mut peak = None;
            if let Some((said, to)) = own {
                with_voice(said, member.samples(), plane, to[plane], |own| {
                    peak = Some(words::without(bus.words, own, bus.shift, out));
                });
            }
            let peak = peak.unwrap_or_else(|| words::to_samples(bus.words, bus.shift, out));
            return peak * faded(member.base, out, peak);
        }
        let (mut rest, mut apart) = ([0; LONGEST], [0; LONGEST]);
        let (rest, apart) = (&mut rest[..out.len()], &mut apart[..out.len()]);
        rest.copy_from_slice(bus.words);
        if let Some((said, to)) = own {
            with_voice(said, member.samples(), plane, to[plane], |own| words::take_shifted(rest, own, bus.shift));
        }
        for pair in self.pairs.row(id.slot) {
            self.except(pair, member.rate, zone, plane, bus.shift, rest, apart);
        }
        if member.base.is_unity() {
            words::add_shifted(rest, apart, 0);
            return words::to_samples(rest, bus.shift, out);
        }
        words::to_samples(rest, bus.shift, out);
        member.base.clone().apply(out);
        let mut direct = [0.0; LONGEST];
        words::to_samples(apart, bus.shift, &mut direct[..out.len()]);
        let mut peak = 0;
        for (out, direct) in out.iter_mut().zip(direct) {
            *out += direct;
            peak = peak.max(words::magnitude(*out));
        }
        f32::from_bits(peak)
    }

    /// Takes a pair's source out of `rest` and adds to `apart` what is heard of it instead.
    #[expect(clippy::too_many_arguments, reason = "one step of a loop")]
    fn except(
        &self,
        pair: &Pair,
        rate: usize,
        zone: u8,
        plane: usize,
        shift: u32,
        rest: &mut [i32],
        apart: &mut [i32],
    ) {
        let samples = rest.len();
        let Some(source) = self.members.at(pair.source) else { return };
        let Some(said) = source.before(self.tick) else { return };
        let words = if source.rate == rate { &*said.words } else { &*source.converted[rate].words };
        for gone in said.parts.iter().flatten().filter(|part| part.zone == zone) {
            // At the listener's rate the ramp is as long in time.
            let gain = line(gone.to[plane].gain(), after(gone.to[plane], source.samples()), samples);
            let out = line(1.0 - pair.through.gain(), 1.0 - after(pair.through, samples), samples);
            with_voice(words, samples, plane, gain, |voice| {
                with_voice(voice, samples, 0, out, |voice| words::take_shifted(rest, voice, shift));
            });
        }
        let place = source.place[plane];
        let gain = line(pair.direct.gain() * place, after(pair.direct, samples) * place, samples);
        with_voice(words, samples, plane, gain, |voice| words::add_shifted(apart, voice, shift));
    }

    /// What a member said in the tick before into a zone, and with which gains; `None` when that is nothing.
    #[expect(clippy::type_complexity, reason = "words and gains")]
    fn own<'a>(&self, member: &'a Member, zone: u8) -> Option<(&'a [i32], &'a [Ramp; super::member::PLANES])> {
        let said = member.before(self.tick)?;
        let part = said.parts.iter().flatten().find(|part| part.zone == zone)?;
        // In the mono plane every voice has a gain if it has one anywhere.
        (!part.to[0].is_silent()).then_some((&*said.words, &part.to))
    }
}

/// A gain on a straight line over one frame.
fn line(from: f32, to: f32, samples: usize) -> Ramp {
    let mut ramp = Ramp::new(from);
    ramp.set(to, samples as u32);
    ramp
}

/// Applies the gain of the zone; returns a factor that the peak did not pass.
fn faded(base: Ramp, out: &mut [f32], peak: f32) -> f32 {
    if base.is_unity() || peak == 0.0 {
        return 1.0;
    }
    base.clone().apply(out);
    base.gain().max(base.target())
}
