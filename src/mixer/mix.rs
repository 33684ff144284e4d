//! The arithmetic of one mix: the bus without oneself, without the exceptions, and the exceptions apart.

use super::member::Member;
use super::pairs::Pair;
use super::room::Room;
use super::say::{MIDDLE, SHORT, after, with_voice};
use super::table::MemberId;
use super::words;
use super::zone::LONGEST;
use crate::processing::dsp::Ramp;

impl Room {
    /// One plane of a zone as a member hears it, before the limiter; returns a bound of the magnitudes, 0.0 only for silence.
    pub(super) fn zone_plane(&self, id: MemberId, member: &Member, zone: u8, plane: usize, out: &mut [f32]) -> f32 {
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
        // Clearing room for the longest frame would cost as much as all else.
        match out.len() {
            0..=SHORT => self.excepted::<SHORT>(id, member, zone, plane, out),
            _ if out.len() <= MIDDLE => self.excepted::<MIDDLE>(id, member, zone, plane, out),
            _ => self.excepted::<LONGEST>(id, member, zone, plane, out),
        }
    }

    /// As [`zone_plane`](Self::zone_plane), for a listener with exceptions and frames of `N` samples at most.
    fn excepted<const N: usize>(&self, id: MemberId, member: &Member, zone: u8, plane: usize, out: &mut [f32]) -> f32 {
        let bus = self.zones[usize::from(zone)].planes[plane].heard(member.rate);
        let own = self.own(member, zone);
        let (mut rest, mut apart) = ([0; N], [0; N]);
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
        let mut direct = [0.0; N];
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
        let Some((said, parts)) = source.before(self.tick) else { return };
        let words = if source.rate == rate { &*said.words } else { &*source.converted[rate].words };
        for gone in parts.iter().flatten().filter(|part| part.zone == zone) {
            // At the listener's rate the ramp is as long in time.
            let gain = line(gone.to[plane].gain(), after(gone.to[plane], source.samples()), samples);
            let out = line(1.0 - pair.through.gain(), 1.0 - after(pair.through, samples), samples);
            with_voice(words, samples, plane, gain, |voice| {
                with_voice(voice, samples, 0, out, |voice| words::take_shifted(rest, voice, shift));
            });
        }
        let (from, place) = source.stands(plane, self.tick);
        let gain = line(pair.direct.gain() * from, after(pair.direct, samples) * place, samples);
        with_voice(words, samples, plane, gain, |voice| words::add_shifted(apart, voice, shift));
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
