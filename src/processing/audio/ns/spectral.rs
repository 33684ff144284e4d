//! The spectral suppressor: 40 ms of the past, a gain for every 25 Hz, 10 ms out.

use super::config::NsLevel;
use super::gain::gains;
use super::limit::Limit;
use super::metrics::NsMetrics;
use super::noise::NoiseTracker;
use super::presence::Presence;
use super::prior::Prior;
use super::signalling;
use super::windows::{BLOCK_TICKS, TAIL_TICKS, Windows};
use crate::processing::dsp::{Complex32, Fourier};
use crate::types::SampleRate;

/// Added to every power of a spectrum, so that nothing is divided by zero: 20 dB and more below what the rounding to
/// 16 bits leaves.
pub(super) const POWER_FLOOR: f32 = 1e-10;

/// Samples beyond count as this much: the engine's headroom is 12 dB.
const LOUDEST: f32 = 4.0;

/// Samples below count as silence: denormal numbers would cost ten times the time.
const INAUDIBLE: f32 = 1e-12;

/// How fast a change of level is followed: 2 dB a tick, in nepers.
const GLIDE: f32 = 0.23;

/// A noise suppressor by the statistics of the spectrum.
#[derive(Debug)]
pub(super) struct Spectral {
    tick: usize,
    windows: Windows,
    fourier: Fourier,
    /// The last block of input.
    heard: Box<[f32]>,
    block: Box<[f32]>,
    bins: Box<[Complex32]>,
    spectrum: Box<[f32]>,
    gains: Box<[f32]>,
    /// Sums of what is to come out, from the next tick on.
    ahead: Box<[f32]>,
    noise: NoiseTracker,
    prior: Prior,
    presence: Presence,
    limit: Limit,
    /// Logarithm of the least gain, and where it goes.
    floor: f32,
    target: f32,
    /// Mean square of the noise, before and after.
    powers: (f32, f32),
}

impl Spectral {
    /// At `rate`. Allocates.
    pub(super) fn new(rate: SampleRate, level: NsLevel) -> Self {
        let tick = rate.per_tick();
        let block = BLOCK_TICKS * tick;
        let bins = block / 2 + 1;
        let floor = log_gain(level);
        Self {
            tick,
            windows: Windows::new(tick),
            fourier: Fourier::new(block),
            heard: vec![0.0; block].into(),
            block: vec![0.0; block].into(),
            bins: vec![Complex32::default(); bins].into(),
            spectrum: vec![0.0; bins].into(),
            gains: vec![1.0; bins].into(),
            ahead: vec![0.0; TAIL_TICKS * tick].into(),
            noise: NoiseTracker::new(bins),
            prior: Prior::new(rate, block),
            presence: Presence::new(bins),
            limit: Limit::default(),
            floor,
            target: floor,
            powers: (0.0, 0.0),
        }
    }

    /// Samples from the way in to the way out.
    pub(super) fn latency(&self) -> usize {
        (TAIL_TICKS - 1) * self.tick
    }

    /// Goes to another level within 10 ticks.
    pub(super) fn set_level(&mut self, level: NsLevel) {
        self.target = log_gain(level);
    }

    /// As new, at the level that was set last.
    pub(super) fn reset(&mut self) {
        self.heard.fill(0.0);
        self.ahead.fill(0.0);
        self.noise.reset();
        self.prior.reset();
        self.presence.reset();
        self.limit.reset();
        self.floor = self.target;
        self.powers = (0.0, 0.0);
    }

    /// Figures of the last tick.
    pub(super) fn metrics(&self) -> NsMetrics {
        NsMetrics::of(self.powers.0, self.powers.1, self.presence.talking())
    }

    /// One tick, in place. Real-time: four transforms and O(bins).
    pub(super) fn process(&mut self, frame: &mut [f32]) {
        if frame.len() != self.tick {
            return;
        }
        self.take(frame);
        self.fourier.forward(&mut self.block, &mut self.bins);
        for (power, bin) in self.spectrum.iter_mut().zip(&self.bins) {
            *power = bin.norm_sqr() + POWER_FLOOR;
        }
        self.floor += (self.target - self.floor).clamp(-GLIDE, GLIDE);
        self.weigh();
        for (bin, gain) in self.bins.iter_mut().zip(&self.gains) {
            *bin *= *gain;
        }
        self.fourier.inverse(&mut self.bins, &mut self.block);
        self.give(frame);
    }

    fn take(&mut self, frame: &[f32]) {
        let keep = self.heard.len() - self.tick;
        self.heard.copy_within(self.tick.., 0);
        for (heard, sample) in self.heard[keep..].iter_mut().zip(frame) {
            let audible = sample.is_finite() && sample.abs() > INAUDIBLE;
            *heard = if audible { sample.clamp(-LOUDEST, LOUDEST) } else { 0.0 };
        }
        for ((block, heard), window) in self.block.iter_mut().zip(&self.heard).zip(&self.windows.analysis) {
            *block = heard * window;
        }
    }

    /// Writes the gains of this tick's spectrum.
    fn weigh(&mut self) {
        let lines = signalling::lines(&self.spectrum);
        // A tone, and the pauses of a sender that sends digital silence, tell nothing of the noise.
        let digital_silence = self.spectrum.iter().all(|&power| power < 4.0 * POWER_FLOOR);
        if lines.is_none() && !digital_silence {
            self.noise.update(&self.spectrum);
            self.limit.update(&self.spectrum);
        }
        let floor = self.floor * self.limit.share();
        let noise = self.noise.power();
        let ratio = self.prior.estimate(&mut self.fourier, &self.spectrum, noise);
        let absence = self.presence.absence(ratio);
        gains(&mut self.gains, &self.spectrum, noise, ratio, absence, floor);
        for line in lines.into_iter().flatten() {
            self.gains[line].fill(1.0);
        }
        let (before, after) = (noise.iter().zip(&self.gains))
            .fold((0.0, 0.0), |(before, after), (noise, gain)| (before + noise, after + noise * gain * gain));
        // Parseval's theorem; every bin but the outer two stands for two.
        let scale = 2.0 / (self.block.len() as f32 * self.windows.power());
        self.powers = (before * scale, after * scale);
    }

    fn give(&mut self, frame: &mut [f32]) {
        let tail = self.block.len() - self.ahead.len();
        for ((ahead, block), window) in self.ahead.iter_mut().zip(&self.block[tail..]).zip(&self.windows.synthesis) {
            *ahead += block * window;
        }
        for (sample, ahead) in frame.iter_mut().zip(&self.ahead) {
            *sample = *ahead;
        }
        let rest = self.ahead.len() - self.tick;
        self.ahead.copy_within(self.tick.., 0);
        self.ahead[rest..].fill(0.0);
    }
}

/// The least gain's natural logarithm.
fn log_gain(level: NsLevel) -> f32 {
    level.attenuation().linear().ln()
}
