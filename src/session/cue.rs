//! How a source is played: from where, how often, how loud, and what is told on the way.

use crate::graph::nodes::Cues;
use crate::types::{Decibels, Millis, SampleRate};

/// How something is played; every field has a default.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cue {
    pub(crate) start: Millis,
    pub(crate) times: Option<u32>,
    pub(crate) gain: Decibels,
    pub(crate) marks: Vec<Millis>,
    pub(crate) duck: Option<Decibels>,
}

impl Cue {
    /// Once from the start, or as the source says, as loud as it is.
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins at this place.
    pub fn start(mut self, at: Millis) -> Self {
        self.start = at;
        self
    }

    /// Plays so often, 0 for ever; every time but the first from the start.
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// −96 dB (silence) to +24 dB.
    pub fn gain(mut self, gain: Decibels) -> Self {
        self.gain = gain;
        self
    }

    /// Tells with a `Mark` event when the source has been played up to here; the marks are counted from 0 in order of time.
    pub fn mark(mut self, at: Millis) -> Self {
        self.marks.push(at);
        self.marks.sort_unstable();
        self
    }

    /// While it plays, what the party hears otherwise is quieter by so much.
    pub fn duck(mut self, by: Decibels) -> Self {
        self.duck = Some(by);
        self
    }

    /// The same in samples of a source that by itself is played once or for ever.
    pub(crate) fn cues(&self, rate: SampleRate, repeat: bool) -> Cues {
        let place = |at: &Millis| (u64::from(at.0) * u64::from(rate.hz()) / 1_000) as usize;
        Cues {
            start: place(&self.start),
            times: self.times.unwrap_or(u32::from(!repeat)),
            marks: self.marks.iter().map(place).collect(),
        }
    }
}
