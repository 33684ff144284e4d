//! Call progress and test tones: up to four sines in a cadence, without clicks and without drift.

use crate::processing::dsp::Cadence;
use crate::processing::dsp::cadence::{Envelope, Part};
use crate::processing::dsp::sine::Phase;
use crate::types::{Decibels, Millis, SampleRate};

/// Most sines in a tone.
const MAX_PARTIALS: usize = 4;

/// Attack and release of every burst: long enough to be heard as no click, short against any cadence.
const EDGE: Millis = Millis(5);

/// One sine of a tone.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Partial {
    /// Frequency in hertz. At or above half the sample rate, or below zero, it is left out.
    pub hz: f32,
    /// Level relative to a sine of full scale, which is 0 dBFS.
    pub level: Decibels,
}

/// What a tone sounds like, at any rate.
///
/// Presets follow ITU-T E.180: 425 Hz as most of Europe has it, the United Kingdom's, and the precise
/// tone plan of North America. Levels are dBm0 − 3: G.711's largest sine is 3.1 dBm0.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ToneSpec {
    partials: [Partial; MAX_PARTIALS],
    count: usize,
    cadence: Cadence,
}

impl ToneSpec {
    /// No sine yet, continuous.
    pub const fn new() -> Self {
        let nothing = Partial { hz: 0.0, level: Decibels(0.0) };
        Self { partials: [nothing; MAX_PARTIALS], count: 0, cadence: Cadence::CONTINUOUS }
    }

    /// Adds a sine. A fifth one is left out.
    #[must_use]
    pub const fn partial(mut self, hz: f32, level: Decibels) -> Self {
        if self.count < MAX_PARTIALS {
            self.partials[self.count] = Partial { hz, level };
            self.count += 1;
        }
        self
    }

    /// Sets when the tone is on.
    #[must_use]
    pub const fn cadence(mut self, cadence: Cadence) -> Self {
        self.cadence = cadence;
        self
    }

    /// The sines.
    pub fn partials(&self) -> &[Partial] {
        &self.partials[..self.count]
    }

    /// Dial tone, Europe: 425 Hz.
    pub const DIAL_EUROPE: Self = Self::new().partial(425.0, Decibels(-13.0));
    /// Ringback, Europe: 425 Hz, 1 s in 5.
    pub const RINGBACK_EUROPE: Self = Self::DIAL_EUROPE.cadence(Cadence::of(&[(Millis(1_000), Millis(4_000))]));
    /// Busy, Europe: 425 Hz, 0.5 s in 1.
    pub const BUSY_EUROPE: Self = Self::DIAL_EUROPE.cadence(Cadence::of(&[(Millis(500), Millis(500))]));
    /// Congestion, Europe: 425 Hz, 0.25 s in 0.5.
    pub const CONGESTION_EUROPE: Self = Self::DIAL_EUROPE.cadence(Cadence::of(&[(Millis(250), Millis(250))]));
    /// Ringback, United Kingdom: 400 and 450 Hz, twice 0.4 s in 3.
    pub const RINGBACK_UK: Self = Self::new()
        .partial(400.0, Decibels(-16.0))
        .partial(450.0, Decibels(-16.0))
        .cadence(Cadence::of(&[(Millis(400), Millis(200)), (Millis(400), Millis(2_000))]));
    /// Busy, United Kingdom: 400 Hz, 0.375 s in 0.75.
    pub const BUSY_UK: Self =
        Self::new().partial(400.0, Decibels(-13.0)).cadence(Cadence::of(&[(Millis(375), Millis(375))]));
    /// Dial tone, North America and United Kingdom: 350 and 440 Hz.
    pub const DIAL_NORTH_AMERICA: Self = Self::new().partial(350.0, Decibels(-16.0)).partial(440.0, Decibels(-16.0));
    /// Ringback, North America: 440 and 480 Hz, 2 s in 6.
    pub const RINGBACK_NORTH_AMERICA: Self = Self::new()
        .partial(440.0, Decibels(-22.0))
        .partial(480.0, Decibels(-22.0))
        .cadence(Cadence::of(&[(Millis(2_000), Millis(4_000))]));
    /// Busy, North America: 480 and 620 Hz, 0.5 s in 1.
    pub const BUSY_NORTH_AMERICA: Self = Self::new()
        .partial(480.0, Decibels(-27.0))
        .partial(620.0, Decibels(-27.0))
        .cadence(Cadence::of(&[(Millis(500), Millis(500))]));
    /// Congestion (reorder), North America: 480 and 620 Hz, 0.25 s in 0.5.
    pub const CONGESTION_NORTH_AMERICA: Self =
        Self::BUSY_NORTH_AMERICA.cadence(Cadence::of(&[(Millis(250), Millis(250))]));
    /// Test tone: 1 kHz at −13 dBFS.
    pub const TEST_1_KHZ: Self = Self::new().partial(1_000.0, Decibels(-13.0));
}

#[derive(Clone, Copy, Debug, Default)]
struct Oscillator {
    phase: Phase,
    step: Phase,
    amplitude: f32,
}

/// A tone that plays.
#[derive(Clone, Copy, Debug)]
pub struct Tone {
    oscillators: [Oscillator; MAX_PARTIALS],
    count: usize,
    envelope: Envelope,
}

impl Tone {
    /// The tone from its start, at `rate`. No allocation.
    pub fn new(spec: &ToneSpec, rate: SampleRate) -> Self {
        let mut oscillators = [Oscillator::default(); MAX_PARTIALS];
        let nyquist = rate.hz() as f32 / 2.0;
        let audible = spec.partials().iter().filter(|p| p.hz >= 0.0 && p.hz < nyquist && !p.level.0.is_nan());
        let mut count = 0;
        for (oscillator, partial) in oscillators.iter_mut().zip(audible) {
            oscillator.step = Phase::per_sample(f64::from(partial.hz), rate.hz());
            // Louder than full scale is clipped later in any case.
            oscillator.amplitude = partial.level.linear().min(1.0);
            count += 1;
        }
        Self { oscillators, count, envelope: Envelope::new(spec.cadence, rate, EDGE) }
    }

    /// Goes on where the same tone is at another rate. Real-time.
    pub fn go_on_from(&mut self, old: &Self, from: u32, to: u32) {
        if self.count == old.count {
            for (oscillator, old) in self.oscillators.iter_mut().zip(&old.oscillators) {
                oscillator.phase = old.phase;
            }
        }
        self.envelope.go_on_from(&old.envelope, from, to);
    }

    /// Writes the next samples and tells whether any is other than silence. Real-time.
    pub fn fill(&mut self, out: &mut [f32]) -> bool {
        out.fill(0.0);
        let mut rest = out;
        let mut audible = false;
        while !rest.is_empty() {
            let limit = u32::try_from(rest.len()).unwrap_or(u32::MAX);
            let (part, run) = self.envelope.next(limit);
            let (now, later) = rest.split_at_mut(run as usize);
            match part {
                // Phases stand still while off: nobody hears it, and it costs nothing.
                Part::Off => {}
                Part::On => self.add(now, 1.0),
                Part::Edge(gain) => self.add(now, gain),
            }
            audible |= part != Part::Off;
            rest = later;
        }
        audible && self.count > 0
    }

    fn add(&mut self, out: &mut [f32], gain: f32) {
        for oscillator in &mut self.oscillators[..self.count] {
            let amplitude = oscillator.amplitude * gain;
            for sample in &mut *out {
                *sample += amplitude * oscillator.phase.sine();
                oscillator.phase = oscillator.phase.advance(oscillator.step);
            }
        }
    }
}
