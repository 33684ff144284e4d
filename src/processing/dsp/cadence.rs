//! When a tone is on and when it is off.

use crate::types::{Millis, SampleRate};

/// Most bursts that a cadence can have.
const MAX_BURSTS: usize = 4;

/// Longest on or off time: an hour. It keeps every count of samples within 32 bits.
const LONGEST: u32 = 3_600_000;

/// Bursts that repeat for ever; without any the tone is continuous.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cadence {
    bursts: [(Millis, Millis); MAX_BURSTS],
    count: usize,
}

impl Cadence {
    /// On without end.
    pub const CONTINUOUS: Self = Self { bursts: [(Millis(0), Millis(0)); MAX_BURSTS], count: 0 };

    /// Repeats these (on, off) times, of at most an hour each, in turn. A fifth and later burst, and
    /// bursts of no length at all, are left out.
    pub const fn of(bursts: &[(Millis, Millis)]) -> Self {
        let mut cadence = Self::CONTINUOUS;
        let mut i = 0;
        while i < bursts.len() && cadence.count < MAX_BURSTS {
            let (on, off) = (at_most(bursts[i].0.0), at_most(bursts[i].1.0));
            if on.0 > 0 || off.0 > 0 {
                cadence.bursts[cadence.count] = (on, off);
                cadence.count += 1;
            }
            i += 1;
        }
        cadence
    }

    /// The bursts.
    pub fn bursts(&self) -> &[(Millis, Millis)] {
        &self.bursts[..self.count]
    }
}

const fn at_most(millis: u32) -> Millis {
    if millis > LONGEST { Millis(LONGEST) } else { Millis(millis) }
}

/// The envelope of a cadence, sample by sample: 0.0 off, 1.0 on, a straight edge between them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Envelope {
    cadence: Cadence,
    rate: SampleRate,
    /// Samples of an attack or a release.
    edge: u32,
    burst: usize,
    /// Samples since the burst began.
    at: u32,
}

/// A part of the envelope of one kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Part {
    /// No tone.
    Off,
    /// The tone at full level.
    On,
    /// One sample of an edge, at this gain.
    Edge(f32),
}

impl Envelope {
    pub(super) fn new(cadence: Cadence, rate: SampleRate, edge: Millis) -> Self {
        Self { cadence, rate, edge: samples(edge, rate).max(1), burst: 0, at: 0 }
    }

    /// Goes on where the same envelope is at another rate.
    pub(super) fn go_on_from(&mut self, old: &Self, from: u32, to: u32) {
        self.burst = old.burst;
        self.at = (u64::from(old.at) * u64::from(to) / u64::from(from.max(1))) as u32;
    }

    /// The next part and its samples, at most `limit` (at least 1).
    pub(super) fn next(&mut self, limit: u32) -> (Part, u32) {
        let Some(&(on, off)) = self.cadence.bursts().get(self.burst) else {
            // Continuous: only the attack is counted.
            if self.at >= self.edge {
                return (Part::On, limit);
            }
            self.at += 1;
            return (Part::Edge(self.at as f32 / self.edge as f32), 1);
        };
        let (on, off) = (samples(on, self.rate), samples(off, self.rate));
        let before_end = on.saturating_sub(self.at);
        let nearest = (self.at + 1).min(before_end);
        let (part, run) = if before_end == 0 {
            (Part::Off, on + off - self.at)
        } else if nearest < self.edge {
            (Part::Edge(nearest as f32 / self.edge as f32), 1)
        } else {
            (Part::On, before_end - self.edge + 1)
        };
        let run = run.min(limit);
        self.at += run;
        if self.at >= on + off {
            self.at = 0;
            self.burst = (self.burst + 1) % self.cadence.count;
        }
        (part, run)
    }
}

/// Whole samples in `millis`.
fn samples(millis: Millis, rate: SampleRate) -> u32 {
    (u64::from(millis.0) * u64::from(rate.hz()) / 1_000) as u32
}
