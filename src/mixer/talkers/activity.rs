//! Whether one member talks, from the level of his frames.

use multiversion::multiversion;

/// A level relative to overload, −127.0 to 0.0 dB: a square wave at full scale is 0 (RFC 6465 §3).
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Dbov(pub f32);

impl Dbov {
    /// Nothing at all.
    pub const SILENCE: Self = Self(-127.0);

    /// The level of a frame; what is not finite counts as silence. Real-time.
    pub fn of(frame: &[f32]) -> Self {
        let mean = power(frame) / frame.len().max(1) as f32;
        Self(if mean.is_finite() { (10.0 * mean.max(1e-13).log10()).clamp(-127.0, 0.0) } else { -127.0 })
    }
}

/// A talk spurt begins or ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Edge {
    /// It begins, with the level of its first frame.
    Start(Dbov),
    /// It has ended, with the mean level that it had.
    Stop(Dbov),
}

/// Finds talk spurts in a member's levels: one number per tick in, edges out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Activity {
    /// Below this nothing is speech: the member's gate.
    gate: f32,
    floor: f32,
    level: f32,
    mean: f32,
    talking: bool,
    quiet: u32,
    loud: u32,
}

/// Decibels above the floor of noise at which speech begins, and below which it pauses.
const ONSET: f32 = 9.0;
const PAUSE: f32 = 5.0;

/// Ticks of pause that end a talk spurt: 300 ms, longer than the gaps within words.
const HANG_OVER: u32 = 30;

/// Noise that is sure to be no speech.
const CALM: f32 = -65.0;

/// Decibels by which the floor rises in one tick: 6 dB a second, slower than speech fades.
const RISE: f32 = 0.06;

impl Activity {
    /// Silent so far; what is below `gate` never counts. −127 dBov: no gate.
    pub fn new(gate: Dbov) -> Self {
        let gate = if gate.0.is_finite() { gate.0.clamp(-127.0, 0.0) } else { -127.0 };
        Self { gate, floor: -60.0, level: -127.0, mean: -127.0, talking: false, quiet: 0, loud: 0 }
    }

    /// Takes one tick's level, and a detector's probability of speech where there is one. Real-time.
    pub fn tick(&mut self, level: Dbov, speech: Option<f32>) -> Option<Edge> {
        let level = if level.0.is_finite() { level.0.clamp(-127.0, 0.0) } else { -127.0 };
        self.floor = if level < self.floor { level.max(-90.0) } else { (self.floor + RISE).min(-30.0) };
        // Up at once, down by 0.3 dB a tick: words keep their talker's level.
        self.level = level.max(self.level - 0.3);
        let above = level - self.floor;
        let (begins, goes_on) = match speech {
            Some(p) => (p >= 0.6, p >= 0.3),
            None => (above >= ONSET && level > -60.0, above >= PAUSE),
        };
        let (begins, goes_on) = (begins && level >= self.gate, goes_on && level >= self.gate);
        if self.talking {
            self.mean += (level - self.mean) * if goes_on { 0.05 } else { 0.0 };
            self.quiet = if goes_on { 0 } else { self.quiet + 1 };
            if self.quiet < HANG_OVER {
                return None;
            }
            (self.talking, self.loud) = (false, 0);
            return Some(Edge::Stop(Dbov(self.mean)));
        }
        // Two ticks: a click is no speech. The look-back holds both. A detector knows clicks, and is late already.
        self.loud = if begins { self.loud + 1 } else { 0 };
        if self.loud < if speech.is_some() { 1 } else { 2 } {
            return None;
        }
        (self.talking, self.quiet, self.mean) = (true, 0, level);
        Some(Edge::Start(Dbov(level)))
    }

    /// A tick of which is only known that nobody talks in it: the floor may be as high as such a tick's noise.
    pub fn rest(&mut self) {
        self.floor = self.floor.max((self.floor + RISE).min(CALM));
        (self.level, self.loud) = ((self.level - 0.3).max(-127.0), 0);
    }

    /// He talks, or paused a moment ago.
    pub fn is_talking(&self) -> bool {
        self.talking
    }

    /// He talks, but not in this tick.
    pub fn is_pausing(&self) -> bool {
        !self.talking || self.quiet > 1
    }

    /// His level: the loudest of late.
    pub fn level(&self) -> Dbov {
        Dbov(self.level)
    }
}

/// Sum of squares in sixteen lanes, so that every instruction set gives the same bits.
#[multiversion(targets("x86_64+avx2"))]
fn power(frame: &[f32]) -> f32 {
    let mut lanes = [0.0f32; 16];
    let (blocks, rest) = frame.as_chunks::<16>();
    for block in blocks {
        for (lane, x) in lanes.iter_mut().zip(block) {
            *lane += x * x;
        }
    }
    lanes.iter().sum::<f32>() + rest.iter().map(|x| x * x).sum::<f32>()
}
