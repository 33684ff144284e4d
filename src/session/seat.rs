//! A session's place in a room: what it said last, and its way in and out.

use crate::frame::{FrameInfo, Provenance};
use crate::graph::FarFrame;
use crate::processing::dsp::Ramp;
use crate::processing::format::{Quality, Resampler, to_q23};
use crate::types::{Decibels, Millis, RoomId, SampleRate, Tick};

/// Samples of a tick at the largest rate.
const MOST_SAMPLES: usize = 480;

/// A member's side of a room. Goes with its session from worker to worker. Everything but its making is real-time.
pub(crate) struct Seat {
    pub room: RoomId,
    rate: SampleRate,
    /// To the room's rate, where the member speaks at another one.
    resampler: Option<Box<Resampler>>,
    /// How loud the member is in the room, and the room to it.
    said: Ramp,
    heard: Ramp,
    /// It has not heard anything yet: it hears what is said from its first tick on, which is a tick later.
    fresh: bool,
    /// In this tick the member fades out, and after it has gone.
    leaving: bool,
    /// What it said, by the parity of the tick.
    own: [Own; 2],
}

struct Own {
    /// The tick in which it was said; [`NEVER`] for nothing.
    tick: Tick,
    samples: Vec<i32>,
}

const NEVER: Tick = Tick(u64::MAX);

impl Seat {
    /// A seat in a room at `rate` for a member that speaks at `from`. Allocates.
    pub fn new(room: RoomId, rate: SampleRate, from: SampleRate, gain: Decibels) -> Self {
        let own = || Own { tick: NEVER, samples: vec![0; rate.per_tick()] };
        let resampler = (from != rate).then(|| Box::new(Resampler::with_quality(from, rate, Quality::Voice)));
        let mut this = Self {
            room,
            rate,
            resampler,
            said: Ramp::new(0.0),
            heard: Ramp::new(0.0),
            fresh: true,
            leaving: false,
            own: [own(), own()],
        };
        this.said.set(gain.linear(), rate.per_tick() as u32);
        this.heard.set(1.0, rate.per_tick() as u32);
        this
    }

    /// The member goes after the next tick, in which it fades out both ways.
    pub fn leave(&mut self) {
        let length = self.rate.per_tick() as u32;
        self.said.set(0.0, length);
        self.heard.set(0.0, length);
        self.leaving = true;
    }

    /// Whether the member has gone when the tick is over.
    pub fn is_leaving(&self) -> bool {
        self.leaving
    }

    /// How loud the member is in the room from now on.
    pub fn set_gain(&mut self, gain: Decibels, ramp: Millis) {
        let samples = (u64::from(ramp.0) * u64::from(self.rate.hz()) / 1_000).min(u64::from(u32::MAX)) as u32;
        if !self.leaving {
            self.said.set(gain.linear(), samples);
        }
    }

    /// Goes on where `old` was, for a member that now speaks at another rate. `old` is left with what is not needed.
    pub fn succeed(&mut self, old: &mut Self) {
        // One that gets up and sits down again in the same room at once never fades.
        if !old.leaving {
            (self.said, self.heard, self.fresh) = (old.said, old.heard, old.fresh);
        }
        std::mem::swap(&mut self.own, &mut old.own);
    }

    /// What the member says in `tick`, at the room's rate in Q8.23, if it says something.
    pub fn say(&mut self, tick: Tick, frame: &FarFrame) -> Option<&[i32]> {
        let length = self.rate.per_tick();
        let mut room = [0.0; MOST_SAMPLES];
        let room = &mut room[..length];
        let speaks = frame.present && !frame.info.silent;
        match &mut self.resampler {
            Some(resampler) if frame.present && frame.rate == resampler.from() => {
                // The filter still holds the end of what was said.
                let silence = [0.0; MOST_SAMPLES];
                let said = if speaks { &frame.samples } else { &silence };
                resampler.process(&said[..frame.rate.per_tick()], room);
            }
            None if speaks && frame.rate == self.rate => room.copy_from_slice(&frame.samples[..length]),
            _ => {
                self.said.apply(room);
                return None;
            }
        }
        self.said.apply(room);
        let own = &mut self.own[(tick.0 % 2) as usize];
        to_q23(room, &mut own.samples);
        if own.samples.iter().all(|sample| *sample == 0) {
            own.tick = NEVER;
            return None;
        }
        own.tick = tick;
        Some(&own.samples)
    }

    /// What the member hears in `tick`: all that was said in the tick before, but for itself.
    pub fn hear(&mut self, tick: Tick, total: Option<&[i64]>, frame: &mut FarFrame) {
        let length = self.rate.per_tick();
        let fresh = std::mem::take(&mut self.fresh);
        let total = total.filter(|_| !fresh);
        let provenance = if total.is_some() { Provenance::Received } else { Provenance::Silence };
        (frame.present, frame.rate) = (true, self.rate);
        let media_time = tick.0.wrapping_mul(length as u64);
        frame.info = FrameInfo { provenance, silent: total.is_none(), media_time };
        let out = &mut frame.samples[..length];
        match total {
            None => out.fill(0.0),
            Some(total) => {
                let own = &self.own[(tick.0.wrapping_sub(1) % 2) as usize];
                let own = (own.tick.0 == tick.0.wrapping_sub(1)).then_some(&own.samples[..]);
                without(total, own, out);
            }
        }
        if !fresh {
            self.heard.apply(out);
        }
    }
}

/// A sum less what the listener said itself.
fn without(total: &[i64], own: Option<&[i32]>, out: &mut [f32]) {
    let scale = 1.0 / 8_388_608.0;
    match own {
        Some(own) => {
            for ((out, sum), own) in out.iter_mut().zip(total).zip(own) {
                *out = (*sum - i64::from(*own)) as f32 * scale;
            }
        }
        None => {
            for (out, sum) in out.iter_mut().zip(total) {
                *out = *sum as f32 * scale;
            }
        }
    }
}
