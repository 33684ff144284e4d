//! Speech-like audio from integer arithmetic alone: pitched pulses, two resonances, syllables and pauses.

use crate::Random;

/// One seeded talker. The same samples on every machine.
#[derive(Clone, Debug)]
pub struct Voice {
    random: Random,
    rate: u32,
    at: u64,
    phase: u32,
    pitch: u32,
    formants: [Resonance; 2],
}

/// A two-pole resonator in Q14.
#[derive(Clone, Copy, Debug)]
struct Resonance {
    a1: i64,
    a2: i64,
    y1: i64,
    y2: i64,
}

impl Resonance {
    fn step(&mut self, x: i64) -> i64 {
        let y = x + ((self.a1 * self.y1 - self.a2 * self.y2) >> 14);
        (self.y1, self.y2) = (y.clamp(-1 << 24, 1 << 24), self.y1);
        y
    }
}

impl Voice {
    /// A talker at `rate` Hz.
    pub fn new(seed: u64, rate: u32) -> Self {
        let mut random = Random::new(seed);
        let pitch = 90 + random.below(120) as u32;
        // r² = 0.9 and 2r·cos(θ), for poles far inside the circle at any rate.
        let formant = |a1| Resonance { a1, a2: 14_746, y1: 0, y2: 0 };
        let formants = [formant(25_000 + random.below(3_000) as i64), formant(4_000 + random.below(8_000) as i64)];
        Self { random, rate, at: 0, phase: 0, pitch, formants }
    }

    /// The next `count` samples, −1.0..=1.0.
    pub fn take(&mut self, count: usize) -> Vec<f32> {
        (0..count).map(|_| f32::from(self.sample()) / 32_768.0).collect()
    }

    fn sample(&mut self) -> i16 {
        let syllable = u64::from(self.rate) / 5;
        let (number, place) = (self.at / syllable, self.at % syllable);
        self.at += 1;
        // A pitch of its own for every syllable, and a pulse when its phase wraps.
        let step = (u64::from(self.pitch + (number * 37 % 31) as u32) << 32) / u64::from(self.rate);
        let (phase, pulse) = self.phase.overflowing_add(step as u32);
        self.phase = phase;
        let noise = (self.random.below(401) as i64) - 200;
        let source = if pulse { 9_000 } else { noise };
        let shaped: i64 = self.formants.iter_mut().map(|f| f.step(source)).sum();
        // A parabola over each syllable; every sixth is a pause with a little room noise.
        let (p, s) = (place as i64, syllable as i64);
        let envelope = if number % 6 == 5 { 200 } else { 4 * p * (s - p) * 16_384 / (s * s) };
        ((shaped * envelope) >> 15).clamp(-28_000, 28_000) as i16
    }
}
