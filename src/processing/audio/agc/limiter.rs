//! A limiter that looks ahead: the gain has fallen before a peak comes, and no true peak passes the ceiling.

use super::config::bounded;
use crate::processing::audio::loudness::TruePeak;
use crate::processing::dsp::make_finite;
use crate::types::{Decibels, SampleRate};

/// How a [`Limiter`] works.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct LimiterConfig {
    /// Highest true peak that goes out, −20 to 0 dBFS. Default −1.
    pub ceiling: Decibels,
}

impl Default for LimiterConfig {
    fn default() -> Self {
        Self { ceiling: Decibels(-1.0) }
    }
}

impl LimiterConfig {
    /// Highest true peak that goes out.
    #[must_use]
    pub const fn ceiling(self, ceiling: Decibels) -> Self {
        Self { ceiling }
    }
}

/// Parts of 0.5 ms over which the gain falls.
const FALL: usize = 4;

/// Parts by which the output lags: those of the fall, the part that is being filled, and two for the filter between
/// samples, which tells of a peak six samples late.
const LAG: usize = FALL + 3;

/// Kept free under the ceiling: other meters read a peak up to this much higher, and the gain moves between the taps.
const MARGIN: f32 = 0.93;

/// Share of the way back to 1.0 in a part: 100 ms to come back by two thirds.
const RELEASE: f32 = 0.005;

/// From here on the gain is 1.0: a step of 0.001 dB.
const NEARLY_UNITY: f32 = 0.9999;

/// Bit-transparent, but for its delay of 3.5 ms, while nothing comes near the ceiling.
#[derive(Clone, Debug)]
pub struct Limiter {
    ceiling: f32,
    /// Samples of a part.
    part: usize,
    /// What has come and not gone, in parts; `turn` is the part to be replaced.
    line: Box<[f32]>,
    turn: usize,
    filled: usize,
    true_peak: TruePeak,
    /// Gains that the last parts allow, the newest last.
    allowed: [f32; LAG],
    /// Lowest of these over times of the fall, of which the mean is the gain.
    lowest: [f32; FALL],
    released: f32,
    gain: f32,
    change: f32,
    limited: u64,
}

impl Limiter {
    /// Allocates.
    pub fn new(rate: SampleRate, config: &LimiterConfig) -> Self {
        let part = (rate.hz() / 2_000) as usize;
        Self {
            ceiling: Decibels(bounded(config.ceiling, -20.0, 0.0, -1.0)).linear() * MARGIN,
            part,
            line: vec![0.0; part * LAG].into(),
            turn: 0,
            filled: 0,
            true_peak: TruePeak::new(),
            allowed: [1.0; LAG],
            lowest: [1.0; FALL],
            released: 1.0,
            gain: 1.0,
            change: 0.0,
            limited: 0,
        }
    }

    /// Samples by which the output lags: 3.5 ms.
    pub fn latency(&self) -> usize {
        self.line.len()
    }

    /// Samples so far whose level it lowered.
    pub const fn limited(&self) -> u64 {
        self.limited
    }

    /// Forgets the audio so far, and what it counted.
    pub fn reset(&mut self) {
        self.line.fill(0.0);
        (self.turn, self.filled, self.limited) = (0, 0, 0);
        (self.allowed, self.lowest) = ([1.0; LAG], [1.0; FALL]);
        (self.released, self.gain, self.change) = (1.0, 1.0, 0.0);
        self.true_peak = TruePeak::new();
    }

    /// Limits in place. Real-time: 48 products for each sample near the ceiling.
    pub fn process(&mut self, frame: &mut [f32]) {
        make_finite(frame);
        self.process_finite(frame);
    }

    pub(super) fn process_finite(&mut self, mut frame: &mut [f32]) {
        while !frame.is_empty() {
            let count = (self.part - self.filled).min(frame.len());
            let (now, later) = frame.split_at_mut(count);
            let start = self.turn * self.part + self.filled;
            now.swap_with_slice(&mut self.line[start..start + count]);
            if self.gain != 1.0 || self.change != 0.0 {
                self.limited += count as u64;
                for sample in now {
                    self.gain += self.change;
                    *sample *= self.gain;
                }
            }
            self.filled += count;
            if self.filled == self.part {
                self.plan();
            }
            frame = later;
        }
    }

    /// A part is complete: finds the gain at the end of the part that goes out next.
    fn plan(&mut self) {
        let start = self.turn * self.part;
        let peak = self.true_peak.peak_over(&self.line[start..start + self.part], self.ceiling);
        self.allowed.rotate_left(1);
        self.allowed[LAG - 1] = if peak > self.ceiling { self.ceiling / peak } else { 1.0 };
        // All that is in the line: each step of the mean then is as low as every part that it touches.
        let lowest = self.allowed.iter().fold(1.0f32, |lowest, &allowed| lowest.min(allowed));
        self.released = lowest.min(self.released + RELEASE * (1.0 - self.released));
        if self.released > NEARLY_UNITY {
            self.released = 1.0;
        }
        self.lowest.rotate_left(1);
        self.lowest[FALL - 1] = self.released;
        let end = self.lowest.iter().sum::<f32>() / FALL as f32;
        // An end of exactly 1.0 is reached without the error of many small steps.
        self.gain = if end == 1.0 && self.gain > NEARLY_UNITY { 1.0 } else { self.gain };
        self.change = (end - self.gain) / self.part as f32;
        self.turn = (self.turn + 1) % LAG;
        self.filled = 0;
    }
}
