//! A compressor: what is louder than a threshold grows by a part only.

use crate::processing::dsp::make_finite;
use crate::types::{Decibels, Millis, SampleRate};

/// How a [`Compressor`] works.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct CompressorConfig {
    /// Mean level from which on it works, in dBFS (a sine of full scale has −3). Default −20.
    pub threshold: Decibels,
    /// Decibels in for a decibel out above the threshold, 1 to 20. Default 2.
    pub ratio: f32,
    /// Time in which it follows a rising level by two thirds. Default 5 ms.
    pub attack: Millis,
    /// Time in which it follows a falling level by two thirds. Default 100 ms.
    pub release: Millis,
    /// Gain of all that comes out. Default 0 dB.
    pub makeup: Decibels,
}

impl Default for CompressorConfig {
    fn default() -> Self {
        Self { threshold: Decibels(-20.0), ratio: 2.0, attack: Millis(5), release: Millis(100), makeup: Decibels(0.0) }
    }
}

impl CompressorConfig {
    /// Mean level from which on it works, in dBFS.
    #[must_use]
    pub const fn threshold(self, threshold: Decibels) -> Self {
        Self { threshold, ..self }
    }

    /// Decibels in for a decibel out.
    #[must_use]
    pub const fn ratio(self, ratio: f32) -> Self {
        Self { ratio, ..self }
    }

    /// Time of rising.
    #[must_use]
    pub const fn attack(self, attack: Millis) -> Self {
        Self { attack, ..self }
    }

    /// Time of falling.
    #[must_use]
    pub const fn release(self, release: Millis) -> Self {
        Self { release, ..self }
    }

    /// Gain of all that comes out.
    #[must_use]
    pub const fn makeup(self, makeup: Decibels) -> Self {
        Self { makeup, ..self }
    }
}

/// Follows the mean square by steps of 1 ms; the gain moves in straight lines between them.
#[derive(Clone, Debug, PartialEq)]
pub struct Compressor {
    /// Samples of a step, and those of it that have passed with `energy`.
    step: usize,
    passed: usize,
    energy: f32,
    attack: f32,
    release: f32,
    /// The threshold as a mean square.
    threshold: f32,
    /// Power of the level over the threshold that is the gain: half of 1/ratio − 1, as squares are compared.
    slope: f32,
    makeup: f32,
    level: f32,
    gain: f32,
    change: f32,
}

impl Compressor {
    /// No allocation.
    pub fn new(rate: SampleRate, config: &CompressorConfig) -> Self {
        let share = |time: Millis| 1.0 - (-1.0 / time.0.max(1) as f32).exp();
        Self {
            step: (rate.hz() / 1_000) as usize,
            passed: 0,
            energy: 0.0,
            attack: share(config.attack),
            release: share(config.release),
            threshold: mean_square(config.threshold),
            slope: 0.5 * (1.0 / within(config.ratio, 1.0, 20.0) - 1.0),
            makeup: Decibels(within(config.makeup.0, -40.0, 40.0)).linear(),
            level: 0.0,
            gain: 1.0,
            change: 0.0,
        }
    }

    /// Compresses in place. Real-time: a power function for each millisecond over the threshold.
    pub fn process(&mut self, frame: &mut [f32]) {
        make_finite(frame);
        self.process_finite(frame);
    }

    /// Of samples that are finite.
    pub(crate) fn process_finite(&mut self, mut frame: &mut [f32]) {
        while !frame.is_empty() {
            let count = (self.step - self.passed).min(frame.len());
            let (now, later) = frame.split_at_mut(count);
            for sample in now {
                self.energy += *sample * *sample;
                self.gain += self.change;
                *sample *= self.gain * self.makeup;
            }
            self.passed += count;
            if self.passed == self.step {
                self.turn();
            }
            frame = later;
        }
    }

    fn turn(&mut self) {
        let power = self.energy / self.step as f32;
        let share = if power > self.level { self.attack } else { self.release };
        // The least keeps a level that fades out from becoming denormal.
        self.level += share * (power - self.level) + 1e-20;
        let over = self.level / self.threshold;
        let wanted = if over > 1.0 { over.powf(self.slope) } else { 1.0 };
        self.change = (wanted - self.gain) / self.step as f32;
        (self.passed, self.energy) = (0, 0.0);
    }

    /// Works from another level on, within a millisecond. Real-time.
    pub fn set_threshold(&mut self, threshold: Decibels) {
        self.threshold = mean_square(threshold);
    }

    /// Decibels by which it lowers the level now: 0 or less.
    pub fn reduction(&self) -> Decibels {
        Decibels(20.0 * self.gain.max(1e-6).log10())
    }

    /// Samples by which the output lags: none; a peak meets a gain that comes a millisecond late.
    pub const fn latency(&self) -> usize {
        0
    }

    /// Forgets the audio so far.
    pub fn reset(&mut self) {
        (self.passed, self.energy, self.level, self.gain, self.change) = (0, 0.0, 0.0, 1.0, 0.0);
    }
}

/// A threshold as a mean square.
fn mean_square(threshold: Decibels) -> f32 {
    Decibels(within(threshold.0, -80.0, 0.0)).linear().powi(2)
}

fn within(value: f32, low: f32, high: f32) -> f32 {
    if value.is_finite() { value.clamp(low, high) } else { low }
}
