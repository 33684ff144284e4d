//! The meter of EBU R 128.

use super::gate::Histogram;
use super::weighting::KWeighting;
use super::window::Window;
use crate::types::SampleRate;

/// Loudness in units over full scale (LUFS; ITU calls it LKFS). A sine of 1 kHz at full scale has −3.01.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Lufs(pub f32);

impl Lufs {
    /// What silence is given.
    pub const SILENCE: Self = Self(-120.0);

    /// Of a mean square after the K-weighting (BS.1770-4, equation 2).
    pub(crate) fn of(power: f64) -> Self {
        Self((-0.691 + 10.0 * power.max(1e-13).log10()).max(f64::from(Self::SILENCE.0)) as f32)
    }
}

/// Measures audio of one or more channels; a call is mono.
///
/// Momentary and short-term loudness move by 10 ms, integrated loudness and range gather blocks by 100 ms as the
/// Recommendation has it, over any length of time in 15 kB.
#[derive(Clone, Debug)]
pub struct Meter {
    channels: Box<[(KWeighting, f64)]>,
    window: Window,
    blocks: Histogram,
    short_blocks: Histogram,
    /// Samples of a step, of which `filled` have come, with `energy` over all channels.
    step: usize,
    filled: usize,
    energy: f64,
    steps: u64,
}

/// Steps in a hop of the gated measures, in a block, and in a short-term block.
const HOP: u64 = 10;
const BLOCK: u64 = 40;
const SHORT_BLOCK: u64 = 300;

impl Meter {
    /// Of mono audio. Allocates.
    pub fn mono(rate: SampleRate) -> Self {
        Self::new(rate, &[1.0])
    }

    /// Of channels with these weights: 1.0, or 1.41 for those at the sides and behind (BS.1770-4, table 3). Allocates.
    pub fn new(rate: SampleRate, weights: &[f32]) -> Self {
        Self {
            channels: weights.iter().map(|&weight| (KWeighting::new(rate), f64::from(weight))).collect(),
            window: Window::new(),
            blocks: Histogram::new(),
            short_blocks: Histogram::new(),
            step: rate.per_tick(),
            filled: 0,
            energy: 0.0,
            steps: 0,
        }
    }

    /// Begins anew.
    pub fn reset(&mut self) {
        self.channels.iter_mut().for_each(|(filter, _)| filter.reset());
        self.window.reset();
        self.blocks.reset();
        self.short_blocks.reset();
        (self.filled, self.energy, self.steps) = (0, 0.0, 0);
    }

    /// Takes mono audio, of any length. Real-time.
    pub fn push(&mut self, samples: &[f32]) {
        self.push_channels(&[samples]);
    }

    /// Takes audio of all channels, as much as each of them has. Real-time.
    pub fn push_channels(&mut self, channels: &[&[f32]]) {
        let length = channels.iter().map(|samples| samples.len()).min().unwrap_or(0);
        let mut at = 0;
        while at < length {
            let count = (self.step - self.filled).min(length - at);
            for ((filter, weight), samples) in self.channels.iter_mut().zip(channels) {
                self.energy += *weight * filter.energy(&samples[at..at + count]);
            }
            at += count;
            self.filled += count;
            if self.filled == self.step {
                self.turn();
            }
        }
    }

    fn turn(&mut self) {
        self.window.push((self.energy / self.step as f64) as f32);
        (self.filled, self.energy) = (0, 0.0);
        self.steps += 1;
        if self.steps.is_multiple_of(HOP) {
            if self.steps >= BLOCK {
                self.blocks.push(self.window.momentary());
            }
            if self.steps >= SHORT_BLOCK {
                self.short_blocks.push(self.window.short_term());
            }
        }
    }

    /// Of the last 400 ms.
    pub fn momentary(&self) -> Lufs {
        Lufs::of(self.window.momentary())
    }

    /// Of the last 3 s.
    pub fn short_term(&self) -> Lufs {
        Lufs::of(self.window.short_term())
    }

    /// Of all since the start, gated; `None` while nothing was over −70 LUFS. Looks at 800 bins.
    pub fn integrated(&self) -> Option<Lufs> {
        self.blocks.integrated()
    }

    /// The loudness range of all since the start, in LU (EBU Tech 3342); `None` in the first 3 s, or while nothing
    /// was over −70 LUFS. Looks at 800 bins.
    pub fn range(&self) -> Option<f32> {
        self.short_blocks.range()
    }
}
