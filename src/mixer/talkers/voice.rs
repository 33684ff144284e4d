//! A member's side of the choice: his activity, what he said before he was chosen, his loudness.

use super::activity::{Activity, Dbov};
use super::choice::Choice;
use super::lookback::Lookback;
use super::loudness::Loudness;
use super::selection::Candidate;
use crate::types::SampleRate;

/// Ticks that a talker begins before he was chosen: two that earn it, one to choose, and three of a soft beginning.
const LOOKBACK: usize = 6;

/// What is done to what members say.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VoiceConfig {
    /// Below this nothing is speech.
    pub gate: Dbov,
    /// The level that all are brought to, and by how many decibels at most.
    pub loudness: Option<(Dbov, f32)>,
}

/// Where a member is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Who hears him.
    pub zone: u8,
    /// Nobody there does, but for exceptions.
    pub muted: bool,
}

/// What a member says in a tick.
#[derive(Debug)]
pub struct Said<'a> {
    /// His audio, empty for silence.
    pub frame: &'a mut [f32],
    /// Whether it is speech, where a detector has listened; his level decides otherwise.
    pub speech: Option<bool>,
}

/// A member's voice. Goes with him from worker to worker.
#[derive(Debug)]
pub struct Voice {
    key: u64,
    activity: Activity,
    lookback: Lookback,
    loudness: Option<Loudness>,
    /// The factor of the last sample.
    gain: f32,
}

impl Voice {
    /// Of the member that `key` names on every worker. Allocates.
    pub fn new(key: u64, rate: SampleRate, config: VoiceConfig) -> Self {
        Self {
            key,
            activity: Activity::new(config.gate),
            lookback: Lookback::new(LOOKBACK, rate.per_tick()),
            loudness: config.loudness.map(|(target, range)| Loudness::new(target, range)),
            gain: 1.0,
        }
    }

    /// Takes what he says in a tick, empty for silence, and writes what of it is to be heard; `false`: nothing. One who is
    /// `muted` in his zone is no talker: those hear him for whom he is an exception.
    ///
    /// Real-time.
    pub fn tick(&mut self, choice: &mut Choice, place: Place, said: Said<'_>, out: &mut [f32]) -> bool {
        let Place { zone, muted } = place;
        let Said { frame, speech } = said;
        let level = Dbov::of(frame);
        let edge = self.activity.tick(level, speech.map(|speech| f32::from(u8::from(speech))));
        debug_assert!(edge.is_none_or(|_| level.0.is_finite()));
        self.level(level, frame);
        let talking = self.activity.is_talking() && !muted;
        choice.note(zone, Candidate { key: self.key, talking, level: self.activity.level(), moderator: false });
        match (choice.hears(zone, self.key), muted) {
            (true, _) => self.lookback.admit(true),
            (false, true) => self.lookback.admit_now(),
            (false, false) => self.lookback.admit(false),
        }
        self.lookback.tick(frame, self.activity.is_pausing(), out)
    }

    /// Nothing of him is heard, or about to be.
    pub fn may_rest(&self, choice: &Choice, zone: u8) -> bool {
        !self.activity.is_talking() && self.lookback.is_idle() && !choice.hears(zone, self.key)
    }

    /// A tick of which is only known that he does not talk. Real-time.
    pub fn rest(&mut self, choice: &mut Choice, zone: u8) {
        self.activity.rest();
        let level = self.activity.level();
        choice.note(zone, Candidate { key: self.key, talking: false, level, moderator: false });
        self.lookback.tick(&[], true, &mut []);
    }

    /// Brings a frame to the common level.
    fn level(&mut self, level: Dbov, frame: &mut [f32]) {
        let Some(loudness) = &mut self.loudness else { return };
        let gain = 10f32.powf(loudness.tick(level, self.activity.is_talking()) / 20.0);
        let step = (gain - self.gain) / frame.len().max(1) as f32;
        if gain != 1.0 || step != 0.0 {
            for (sample, n) in frame.iter_mut().zip(1u16..) {
                *sample *= self.gain + f32::from(n) * step;
            }
        }
        self.gain = gain;
    }

    /// Bytes on the heap.
    pub fn heap_bytes(&self) -> usize {
        self.lookback.heap_bytes()
    }
}
