//! What a window holds: silence, one or two sines, or something else.

use std::f32::consts::TAU;

use crate::processing::dsp::{Complex32, Fourier};

/// Samples of a window at 8 kHz: 64 ms, so that 440 and 480 Hz are two tones.
pub(super) const WINDOW: usize = 512;
/// Samples from one window to the next: 20 ms.
pub(super) const HOP: usize = 160;
/// Hertz from one component to the next.
pub(super) const STEP: f32 = 8_000.0 / WINDOW as f32;

/// Power of both sines, as of amplitude 1.0 squared and halved, below which nothing counts: −43 dBm0.
const LEAST: f32 = 1.2e-5;
/// Share of the power that the sines must have.
const PURE: f32 = 0.85;
/// A second sine is one down to 12 dB below the first.
const SECOND: f32 = 0.06;
/// Components on either side that a sine spreads over under the window's weight.
const LOBE: usize = 2;

/// What a window holds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Heard {
    /// Next to nothing.
    #[default]
    Silence,
    /// A sine, by its frequency in hertz.
    One(f32),
    /// Two sines, the lower first.
    Two(f32, f32),
    /// Anything else.
    Other,
}

impl Heard {
    /// The same sines, within 12 Hz.
    pub fn is_like(&self, other: &Self) -> bool {
        let near = |a: f32, b: f32| (a - b).abs() < 12.0;
        match (self, other) {
            (Self::One(a), Self::One(b)) => near(*a, *b),
            (Self::Two(a, b), Self::Two(c, d)) => near(*a, *c) && near(*b, *d),
            _ => self == other,
        }
    }
}

/// Looks at windows.
#[derive(Debug)]
pub(super) struct Ear {
    fourier: Fourier,
    weight: Box<[f32]>,
    block: Box<[f32]>,
    spectrum: Box<[Complex32]>,
    power: Box<[f32]>,
}

impl Ear {
    /// Allocates.
    pub fn new() -> Self {
        let fourier = Fourier::new(WINDOW);
        let bins = fourier.bins();
        let weight = |n: usize| (1.0 - (TAU * (n as f32 + 0.5) / WINDOW as f32).cos()) * (2.0 / WINDOW as f32);
        Self {
            fourier,
            weight: (0..WINDOW).map(weight).collect(),
            block: vec![0.0; WINDOW].into(),
            spectrum: vec![Complex32::default(); bins].into(),
            power: vec![0.0; bins].into(),
        }
    }

    /// What a window holds, and its spectrum. Real-time.
    pub fn listen(&mut self, window: &[f32; WINDOW]) -> (Heard, &[Complex32]) {
        for ((to, x), w) in self.block.iter_mut().zip(window).zip(&self.weight) {
            *to = x * w;
        }
        self.fourier.forward(&mut self.block, &mut self.spectrum);
        for (power, bin) in self.power.iter_mut().zip(&self.spectrum) {
            *power = bin.norm_sqr();
        }
        // A constant is none of the sound.
        self.power[..LOBE].fill(0.0);
        (self.sort_out(), &self.spectrum)
    }

    fn sort_out(&mut self) -> Heard {
        // A sine of amplitude a has a² · 0.375 · 4 in all its components under this weight.
        let total: f32 = self.power.iter().sum();
        if total * (0.5 / 1.5) < LEAST {
            return Heard::Silence;
        }
        let first = loudest(&self.power);
        let one = self.frequency(first);
        let peak = self.power[first];
        let mut share = self.take(first);
        let second = loudest(&self.power);
        // Next to the first one's lobe lies its slope, no sine.
        let tone = self.power[second] > peak * SECOND && self.is_peak(second);
        let other = if tone { Some(self.frequency(second)) } else { None };
        if tone {
            share += self.take(second);
        }
        match other {
            _ if share < total * PURE => Heard::Other,
            None => Heard::One(one),
            Some(other) => Heard::Two(one.min(other), one.max(other)),
        }
    }

    fn is_peak(&self, at: usize) -> bool {
        let beside = [at.wrapping_sub(1), at + 1];
        beside.iter().all(|k| self.spectrum.get(*k).is_some_and(|bin| bin.norm_sqr() <= self.power[at]))
    }

    /// Hertz of the sine at a peak: from its larger neighbour, exact for a Hann window and a single sine.
    fn frequency(&self, peak: usize) -> f32 {
        let at = |k: usize| self.spectrum.get(k).map_or(0.0, |bin| bin.norm());
        let (below, middle, above) = (at(peak.wrapping_sub(1)), at(peak).max(1e-20), at(peak + 1));
        let ratio = below.max(above) / middle;
        let offset = (2.0 * ratio - 1.0) / (ratio + 1.0);
        (peak as f32 + if above >= below { offset } else { -offset }) * STEP
    }

    /// Takes a peak out of the powers; returns what it had.
    fn take(&mut self, peak: usize) -> f32 {
        let end = (peak + LOBE + 1).min(self.power.len());
        let lobe = &mut self.power[peak.saturating_sub(LOBE)..end];
        let sum = lobe.iter().sum();
        lobe.fill(0.0);
        sum
    }
}

fn loudest(power: &[f32]) -> usize {
    power.iter().enumerate().fold((0, 0.0), |most, (k, p)| if *p > most.1 { (k, *p) } else { most }).0
}
