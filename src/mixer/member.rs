//! One party of a room: what he said, how loud it goes out, and what he hears.

use super::limiter::Limiter;
use super::pan;
use super::said::{Converted, Part, Said};
use crate::processing::dsp::Ramp;
use crate::processing::format::Resampler;
use crate::types::{Decibels, SampleRate};

/// Planes of a room: mono, left, right.
pub(super) const PLANES: usize = 3;

/// Channels on either side of a member.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Channels {
    /// One.
    #[default]
    Mono,
    /// Left and right, one frame behind the other.
    Stereo,
}

/// What a member is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct MemberSpec {
    /// Rate of his audio both ways: one of the room's.
    pub rate: SampleRate,
    /// Channels that he says. Stereo may be what a binaural renderer made of him: it is added as it is.
    pub says: Channels,
    /// Channels that he hears; stereo only in a stereo room.
    pub hears: Channels,
    /// The zone that he joins.
    pub zone: u8,
    /// He talks on another worker: his audio is here for exceptions only, his part of the sum comes with that worker's.
    pub mirror: bool,
}

impl MemberSpec {
    /// A mono member of zone 0.
    pub const fn new(rate: SampleRate) -> Self {
        Self { rate, says: Channels::Mono, hears: Channels::Mono, zone: 0, mirror: false }
    }

    /// What he says.
    pub const fn says(self, says: Channels) -> Self {
        Self { says, ..self }
    }

    /// What he hears.
    pub const fn hears(self, hears: Channels) -> Self {
        Self { hears, ..self }
    }

    /// The zone that he joins.
    pub const fn zone(self, zone: u8) -> Self {
        Self { zone, ..self }
    }

    /// A source of exceptions whose own place is on another worker.
    pub const fn mirror(self) -> Self {
        Self { mirror: true, ..self }
    }
}

/// A member's state, made before he joins and handed back when he has left: nothing is allocated in between.
///
/// In the order of use, since thousands of members do not fit the caches: who only listens needs the first two lines, who
/// talks two more.
#[derive(Debug)]
#[repr(C, align(64))]
pub struct Member {
    pub(super) said: [Said; 2],
    /// Index of his rate among the room's.
    pub(super) rate: usize,
    pub(super) spec: MemberSpec,
    pub(super) zone: u8,
    /// The zone that he was in until this tick began.
    pub(super) came_from: Option<u8>,
    /// He heard a zone for a tick: the change of zone has to fade.
    pub(super) fades_from: Option<u8>,
    /// He heard the same as everybody in the tick before.
    pub(super) shared: bool,
    /// Gain of the zone in his ears.
    pub(super) base: Ramp,
    pub(super) limiter: Limiter,
    /// Gains into the planes: level times place, as they move.
    pub(super) to: [Ramp; PLANES],
    /// Where the two frames in `said` went.
    pub(super) parts: [[Option<Part>; 2]; 2],
    pub(super) level: Level,
    pub(super) place: [f32; PLANES],
    /// The last change of place: its tick, and where he stood until then.
    pub(super) moved: (u64, [f32; PLANES]),
    /// His voice at the other rates of the room, for exceptions.
    pub(super) converted: Box<[Converted]>,
}

/// Factors of what he says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Level {
    pub gain: f32,
    pub muted: bool,
    pub ducked: f32,
}

impl Level {
    pub fn linear(&self) -> f32 {
        if self.muted { 0.0 } else { self.gain * self.ducked }
    }
}

impl Member {
    /// A member for a room of `rates`, of which his is the `rate`-th. Allocates.
    pub(super) fn new(spec: MemberSpec, rate: usize, rates: &[SampleRate]) -> Self {
        let planes = if spec.says == Channels::Mono { 1 } else { PLANES };
        let said = || Said { stamp: 0, silent: true, words: vec![0; planes * spec.rate.per_tick()].into() };
        let converted = |(other, &to): (usize, &SampleRate)| Converted {
            wanted: 0,
            warm: false,
            stamp: u64::MAX,
            resamplers: (0..if other == rate { 0 } else { planes }).map(|_| Resampler::new(spec.rate, to)).collect(),
            words: vec![0; if other == rate { 0 } else { planes * to.per_tick() }].into(),
        };
        let place = pan::centre(spec.says);
        Self {
            spec,
            rate,
            level: Level { gain: 1.0, muted: false, ducked: 1.0 },
            // He fades in with his first frame.
            to: [Ramp::new(0.0); PLANES],
            place,
            moved: (0, place),
            base: Ramp::new(0.0),
            zone: spec.zone,
            came_from: None,
            fades_from: None,
            said: [said(), said()],
            parts: [[None; 2]; 2],
            limiter: Limiter::new(),
            shared: false,
            converted: rates.iter().enumerate().map(converted).collect(),
        }
    }

    /// Samples of one of his frames.
    pub(super) fn samples(&self) -> usize {
        self.spec.rate.per_tick()
    }

    /// What he said in the tick before `tick`, and where it went, unless that was nothing.
    pub(super) fn before(&self, tick: u64) -> Option<(&Said, &[Option<Part>; 2])> {
        let stamp = tick.checked_sub(1).filter(|stamp| *stamp > 0)?;
        let side = (stamp & 1) as usize;
        let said = &self.said[side];
        (said.stamp == stamp && !said.silent).then_some((said, &self.parts[side]))
    }

    /// Memory that the next tick touches outside of him, if he talks: what he said, and room for what he says.
    pub(crate) fn upcoming(&self) -> Option<[&[i32]; 2]> {
        let [first, second] = &self.said;
        (!first.silent || !second.silent).then_some([&first.words, &second.words])
    }

    /// Where he stands in `tick`, as a line within it. Real-time.
    pub(super) fn stands(&self, plane: usize, tick: u64) -> (f32, f32) {
        let (moved, before) = self.moved;
        (if moved == tick { before[plane] } else { self.place[plane] }, self.place[plane])
    }

    /// Aims the gains at what level and place say, within one frame. Real-time.
    pub(super) fn aim(&mut self, samples: u32) {
        let level = self.level.linear();
        for (ramp, place) in self.to.iter_mut().zip(self.place) {
            ramp.set(level * place, samples);
        }
    }
}

/// Samples of a ramp in whole frames, at least one.
pub(super) fn frames_of(milliseconds: u32, rate: SampleRate) -> u32 {
    milliseconds.div_ceil(crate::types::TICK_MS).clamp(1, 6_000) * rate.per_tick() as u32
}

/// An amplitude factor of at most +12 dB; 0.0 for −∞ dB. `None` for what is no such gain.
pub(super) fn factor(gain: Decibels) -> Option<f32> {
    let linear = gain.linear();
    (gain.0 <= 12.0 && linear.is_finite()).then_some(linear)
}
