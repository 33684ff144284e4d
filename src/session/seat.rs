//! A session's place in a room: who it is there, and its way in and out.

use crate::graph::FarFrame;
use crate::mixer::talkers::{Choice, Place, Said, Voice};
use crate::mixer::{Change, Channels, Member, MemberId, Room};
use crate::processing::dsp::Ramp;
use crate::processing::format::{Quality, Resampler};
use crate::types::{Millis, RoomId, SampleRate};

/// Samples of a tick at the largest rate.
const MOST_SAMPLES: usize = 480;

/// Bytes that a filter between two rates takes at most: its past and a block.
const FILTER: usize = size_of::<Resampler>() + 2 * MOST_SAMPLES * size_of::<f32>();

/// Ticks between sitting down and taking part, the same wherever that is: filters hold less than one of the room's past.
const WAIT: u8 = 2;

/// A member's side of a room. Goes with its session from worker to worker. Everything but its making is real-time.
pub(crate) struct Seat {
    pub room: RoomId,
    /// The rate at which it hears and is heard.
    pub(super) rate: SampleRate,
    /// To that rate, where the session speaks at another one.
    resampler: Option<Box<Resampler>>,
    /// Where it hears left and right: the gain that they have on their way.
    pub(super) stereo: Option<Ramp>,
    /// In a room that chooses talkers.
    pub(super) voice: Option<Box<Voice>>,
    /// While it is not in the share of a worker: before it sits down, on its way, after it has got up.
    member: Option<Box<Member>>,
    pub(super) place: Option<MemberId>,
    /// Ticks until it takes part: a worker that is new to the room has heard it for as long by then.
    pub(super) waits: u8,
    /// It comes from another worker.
    moved: bool,
    leaving: bool,
}

impl Seat {
    /// A seat for a session that speaks at `from`. Allocates.
    pub fn new(
        room: RoomId,
        member: Box<Member>,
        rate: SampleRate,
        from: SampleRate,
        voice: Option<Box<Voice>>,
    ) -> Self {
        let resampler = (from != rate).then(|| Box::new(Resampler::with_quality(from, rate, Quality::Voice)));
        Self {
            room,
            rate,
            resampler,
            stereo: None,
            voice,
            member: Some(member),
            place: None,
            waits: WAIT,
            moved: false,
            leaving: false,
        }
    }

    /// Bytes of a seat whose member has not sat down yet; of its own filter a bound.
    pub fn bytes(&self) -> usize {
        let member = self.member.as_ref().map_or(0, |member| member.bytes());
        let voice = self.voice.as_ref().map_or(0, |voice| size_of::<Voice>() + voice.heap_bytes());
        size_of::<Self>() + member + voice + self.resampler.as_ref().map_or(0, |_| FILTER)
    }

    /// Sits down in a worker's share of the room. `false`: it has no place.
    pub fn enter(&mut self, room: &mut Room) -> bool {
        let Some(member) = self.member.take() else {
            // It goes on where another seat was, which may have heard otherwise.
            let hears = if self.stereo.is_some() { Channels::Stereo } else { Channels::Mono };
            self.place.inspect(|place| room.set_hears(*place, hears));
            return self.place.is_some();
        };
        let entered = if self.moved { room.settle(member) } else { room.join(member) };
        self.moved = false;
        match entered {
            Ok(place) => self.place = Some(place),
            Err(member) => self.member = Some(member),
        }
        self.place.is_some()
    }

    /// Gets up, and takes along who it is.
    pub fn depart(&mut self, room: &mut Room) {
        if let Some(member) = self.place.take().and_then(|place| room.leave(place)) {
            (self.member, self.moved) = (Some(member), true);
        }
    }

    /// Falls silent within the next tick, and gets up after it.
    pub fn leave(&mut self, room: &mut Room) {
        if let Some(place) = self.place {
            let gone = [Change::Leave(place), Change::Hear(place, crate::types::Decibels(f32::NEG_INFINITY))];
            // Both are of a member that is there.
            let _ = room.apply(&gone, Millis(0));
        }
        self.leaving = true;
    }

    /// Whether the member has gone when the tick is over.
    pub fn is_leaving(&self) -> bool {
        self.leaving
    }

    /// Who it is in the worker's share of the room.
    pub fn place(&self) -> Option<MemberId> {
        self.place
    }

    /// Goes on where `old` is, which is left with what is not needed: the session speaks at another rate.
    pub fn succeed(&mut self, old: &mut Self) {
        std::mem::swap(&mut self.member, &mut old.member);
        std::mem::swap(&mut self.voice, &mut old.voice);
        (self.place, self.waits) = (old.place.take(), old.waits);
        (self.moved, self.leaving) = (old.moved, old.leaving);
        self.stereo = self.stereo.map(|gain| old.stereo.unwrap_or(gain));
    }

    /// Whether it can go on where `old` is.
    pub fn is_like(&self, old: &Self) -> bool {
        self.room == old.room && self.rate == old.rate && !old.leaving
    }

    /// Says what the session says in this tick, or what is chosen to be heard of it.
    pub fn say(&mut self, room: &mut Room, choice: Option<&mut Choice>, frame: &FarFrame) {
        let Some(place) = self.place.filter(|_| self.waits == 0) else { return };
        if self.resampler.is_none() && self.voice.is_none() {
            // As most do: nothing is copied.
            return room.say(place, self.plain(frame).unwrap_or(&[]));
        }
        let (mut said, length) = ([0.0; MOST_SAMPLES], self.rate.per_tick());
        let said = &mut said[..length];
        let speaks = self.convert(frame, said);
        let (Some(voice), Some(choice), Some((zone, muted))) = (&mut self.voice, choice, room.standing(place)) else {
            return room.say(place, if speaks { said } else { &[] });
        };
        let mut chosen = [0.0; MOST_SAMPLES];
        let heard = voice.tick(
            choice,
            Place { zone, muted },
            Said { frame: said, speech: frame.info.speech },
            &mut chosen[..length],
        );
        room.say(place, if heard { &chosen[..length] } else { &[] });
    }

    /// What the session says, if it says something at the room's rate.
    fn plain<'a>(&self, frame: &'a FarFrame) -> Option<&'a [f32]> {
        let speaks = frame.present && !frame.info.silent && frame.rate == self.rate;
        speaks.then(|| &frame.samples[..self.rate.per_tick()])
    }

    /// Writes what the session says at the room's rate. `false`: that is silence.
    fn convert(&mut self, frame: &FarFrame, said: &mut [f32]) -> bool {
        let speaks = frame.present && !frame.info.silent;
        match &mut self.resampler {
            Some(resampler) if frame.present && frame.rate == resampler.from() => {
                // The filter still holds the end of what was said.
                let silence = [0.0; MOST_SAMPLES];
                let samples = if speaks { &frame.samples } else { &silence };
                resampler.process(&samples[..frame.rate.per_tick()], said);
                true
            }
            None => self.plain(frame).map(|frame| said.copy_from_slice(frame)).is_some(),
            Some(_) => false,
        }
    }
}
