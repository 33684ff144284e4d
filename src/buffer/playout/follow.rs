//! Playout by the sender's clock, where nothing may be stretched: on a leg of fixed delay, and on one that plays tones or
//! music.
//!
//! What is played is read at a speed that follows the drift, and brings the delay back to where it belongs. Reading
//! begins and ends on a sample, faded over a tick from and to the samples themselves, so neither can be heard.

use crate::buffer::playout::Playout;
use crate::buffer::playout::pull::Produced;
use crate::buffer::{Entry, Follows};
use crate::processing::format::{Quality, SteeredFilter};
use crate::types::{SampleRate, TICK_US, Tick};

/// Stretches tried in vain, each after a longer wait, that say what plays is no voice: 2 s of it.
const REFUSED: u8 = 12;
/// How far the delay of a leg that must not be stretched runs away before it is followed: less than drops a packet.
const AWAY_US: f32 = 7_000.0;
/// Parts per million of speed for each microsecond that the delay is off: back in 100 s.
const PULL: f32 = 0.01;
const MOST_PULL: f32 = 300.0;
/// Change of speed in a tick, in parts per million: a third of a cent in 10 s.
const SLEW: f32 = 0.2;
/// Speed at which a sample is looked for to end on.
const APPROACH: f32 = 40.0;
/// What a fixed delay leaves, since packets no longer begin with ticks: a tick, and what the filter looks ahead.
const LEAST_US: i64 = 15_000;
/// Share of a packet's delay in the mean: 2 s of 20 ms packets.
const MEAN: f32 = 0.01;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Off,
    /// It begins as soon as enough is decoded.
    Starting,
    On,
    /// It looks for a sample to end on.
    Landing,
}

/// How a leg follows its sender.
#[derive(Debug)]
pub(super) struct Follow {
    filter: SteeredFilter,
    state: State,
    /// The speed aimed at, in parts per million of samples more.
    wanted: f32,
    /// Mean of how far the delay is off, in microseconds; `None` before the first packet.
    off_us: Option<f32>,
}

impl Follow {
    /// Off. Allocates.
    pub fn new(rate: SampleRate) -> Self {
        let filter = SteeredFilter::new(rate, rate, Quality::Voice);
        Self { filter, state: State::Off, wanted: 0.0, off_us: None }
    }

    /// A stretch was done: what plays can be stretched.
    pub fn accept(&mut self) {
        self.state = match self.state {
            State::Off | State::Starting => State::Off,
            State::On | State::Landing => State::Landing,
        };
    }

    /// Whether playout follows no clock but ours.
    pub fn is_off(&self) -> bool {
        self.state == State::Off
    }

    /// Off at once: nothing is heard of the leg, or another rate comes.
    pub fn stop(&mut self) {
        (self.state, self.off_us) = (State::Off, None);
        self.filter.reset();
    }

    /// Sets the speed of the next `samples`. Returns where they end.
    fn hurry(&mut self, samples: usize) -> End {
        let (speed, behind) = (self.filter.drift(), self.filter.fraction());
        let landing = self.state == State::Landing;
        if landing && behind == 0.0 && speed.abs() <= APPROACH {
            self.filter.set_drift(0.0);
            self.state = State::Off;
            return End::Out;
        }
        let exactly = behind / samples.max(1) as f32 * 1e6;
        if landing && speed.abs() <= APPROACH && exactly.abs() <= APPROACH {
            self.filter.set_drift(exactly);
            return End::Sample;
        }
        let aim = if landing { APPROACH.copysign(behind) } else { self.wanted };
        if aim != speed {
            self.filter.set_drift(speed + (aim - speed).clamp(-SLEW, SLEW));
        }
        End::Between
    }
}

/// Where a tick's reading ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Between,
    /// On a sample.
    Sample,
    /// On a sample as it began, faded to the samples themselves.
    Out,
}

/// Adds `plain` to `frame` in place of as much of it as the line from `first` to `last` says.
fn blend(frame: &mut [f32], plain: &[f32], first: f32, last: f32) {
    let step = (last - first) / frame.len().max(1) as f32;
    for (index, (sample, plain)) in frame.iter_mut().zip(plain).enumerate() {
        *sample += (plain - *sample) * (first + step * (index as f32 + 0.5));
    }
}

impl Playout {
    /// A packet will be heard at `heard_us`: steers by that.
    pub(super) fn steer(&mut self, heard_us: i64, media_us: i64) {
        let fixed = self.delay.is_fixed();
        let lead = self.delay.relative(heard_us.wrapping_sub(media_us));
        let look_us = self.to_us(self.follow.filter.reach().1 as u64);
        let target = i64::from(self.delay.target_us());
        let room = if fixed { TICK_US as i64 / 2 } else { TICK_US as i64 + look_us };
        let off = lead.saturating_sub((target + room).max(LEAST_US)).clamp(-1_000_000, 1_000_000) as f32;
        let drift = self.drift.matters();
        let follow = &mut self.follow;
        let mean = follow.off_us.map_or(off, |mean| mean + MEAN * (off - mean));
        follow.off_us = Some(mean);
        let runs_away =
            if fixed { drift.is_some_and(|ppm| mean * ppm.signum() > AWAY_US) } else { self.futile >= REFUSED };
        follow.state = match (follow.state, drift) {
            (State::Off | State::Landing, Some(_)) if runs_away => {
                if follow.state == State::Off {
                    State::Starting
                } else {
                    State::On
                }
            }
            (State::Starting, None) => State::Off,
            (State::On, None) => State::Landing,
            (state, _) => state,
        };
        // A fast sender sends more than is heard: it is read faster, in fewer samples.
        follow.wanted = match follow.state {
            State::On => -self.drift.ppm().unwrap_or(0.0) - (PULL * mean).clamp(-MOST_PULL, MOST_PULL),
            _ => 0.0,
        };
        self.drifts = drift.is_some() || !self.follow.is_off();
    }

    /// Fills `frame` by the sender's clock, if the leg follows that; `false`: it does not.
    pub(super) fn read(&mut self, now: Tick, frame: &mut [f32], produced: &mut Produced) -> bool {
        let (before, after) = self.follow.filter.reach();
        let starts = self.follow.state == State::Starting;
        let next = |head: &Entry| self.relation(head.epoch, head.sequence, head.timestamp) == Follows::Next;
        // Packets of a tick leave nothing to look ahead at.
        if starts
            && self.fifo.len() < self.per_tick + after
            && self.packets.head().is_some_and(|h| h.is_audio() && next(h))
        {
            self.play(now, produced);
        }
        if self.follow.is_off() || self.fifo.len() < self.per_tick + after || frame.len() < self.per_tick {
            return false;
        }
        let end = self.follow.hurry(frame.len());
        let known = self.fifo.around(before);
        let mut passed = self.follow.filter.read(known, frame);
        let plain = known.get(before..).unwrap_or_default();
        if starts {
            self.follow.state = State::On;
            blend(frame, plain, 1.0, 0.0);
        }
        match end {
            End::Between => {}
            End::Sample => passed += self.follow.filter.snap(),
            End::Out => blend(frame, plain, 0.0, 1.0),
        }
        self.need = if self.follow.is_off() { self.per_tick } else { self.per_tick + after };
        // As it is booked: what was invented is heard before what was decoded.
        let invented = produced.concealed + produced.silent;
        let decoded = self.fifo.len().saturating_sub(invented);
        self.fifo.drop_front(passed);
        let left = self.fifo.len().saturating_sub(invented.saturating_sub(self.per_tick));
        self.account.steered(decoded - left, self.per_tick.saturating_sub(invented));
        true
    }

    /// Plays by our own clock at once.
    pub(super) fn unfollow(&mut self) {
        self.follow.stop();
        self.need = self.per_tick;
    }
}
