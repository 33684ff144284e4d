//! What every source has: a gain, and a pause.

use crate::graph::{ParamId, ParamInfo};
use crate::processing::dsp::Ramp;
use crate::types::{Decibels, Millis, SampleRate};

/// Fade of a pause or a seek.
const FADE: Millis = Millis(10);

/// What to do at which place of the samples; both at the source's rate.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cues {
    /// Where to begin.
    pub start: usize,
    /// How often to play, 0 for ever.
    pub times: u32,
    /// Places that are told with a `Mark` event when they have been played, ascending.
    pub marks: Box<[usize]>,
}

/// A source's gain and pause.
#[derive(Clone, Debug)]
pub(in crate::graph::nodes) struct Playhead {
    rate: SampleRate,
    pub gain: Ramp,
    level: f32,
    pub paused: bool,
}

impl Playhead {
    pub const GAIN_DB: ParamId = ParamId(0);
    pub const PAUSE: ParamId = ParamId(1);
    pub const SEEK_MS: ParamId = ParamId(2);
    pub const PARAMS: &[ParamInfo] = &[
        ParamInfo { id: Self::GAIN_DB, name: "gain_db", min: -96.0, max: 24.0 },
        ParamInfo { id: Self::PAUSE, name: "pause", min: 0.0, max: 1.0 },
        ParamInfo { id: Self::SEEK_MS, name: "seek_ms", min: 0.0, max: 16_000_000.0 },
    ];

    pub fn new(rate: SampleRate) -> Self {
        Self { rate, gain: Ramp::new(1.0), level: 1.0, paused: false }
    }

    /// Changes gain or pause; `false` if it is something else. Real-time.
    pub fn set(&mut self, param: ParamId, value: f32, ramp: Millis) -> bool {
        let fade = match param {
            Self::GAIN_DB => {
                self.level = if value <= -96.0 { 0.0 } else { Decibels(value).linear() };
                ramp
            }
            Self::PAUSE => {
                self.paused = value >= 0.5;
                FADE
            }
            _ => return false,
        };
        let samples = (u64::from(fade.0) * u64::from(self.rate.hz()) / 1_000).min(u64::from(u32::MAX)) as u32;
        self.gain.set(if self.paused { 0.0 } else { self.level }, samples);
        true
    }

    /// Paused, and faded out: nothing moves.
    pub fn rests(&self) -> bool {
        self.paused && self.gain.is_silent()
    }

    /// The same at another rate.
    pub fn succeed(&mut self, old: &Self) {
        (self.level, self.paused) = (old.level, old.paused);
        self.gain = old.gain.at_rate(old.rate.hz(), self.rate.hz());
    }

    /// Begins again from silence, as after a seek.
    pub fn fade_in(&mut self) {
        if !self.paused {
            self.gain = Ramp::new(0.0);
            self.gain.set(self.level, self.rate.per_tick() as u32);
        }
    }
}
