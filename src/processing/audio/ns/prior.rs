//! The a-priori signal-to-noise ratio of each bin, smoothed where speech does not move.
//!
//! In the cepstrum speech is a few low coefficients and one at the pitch; the rest is chance, which is what musical
//! noise is made of, and is smoothed hard. Source: Breithaupt, Gerkmann and Martin, "A novel a priori SNR estimation
//! approach based on selective cepstro-temporal smoothing", ICASSP 2008.

use multiversion::multiversion;

use super::approximations::{exp, ln};
use crate::processing::dsp::{Complex32, Fourier};
use crate::types::SampleRate;

/// Lowest ratio, −18 dB: below, estimates are chance.
pub(super) const LEAST: f32 = 0.015_85;

/// Share of the old cepstrum that stays, by quefrency: the spectrum's tilt and formants, its finer shape, the rest.
const MEMORIES: [(f32, f32); 3] = [(0.000_16, 0.2), (0.001_22, 0.4), (f32::INFINITY, 0.92)];

/// The same at the pitch.
const PITCH_MEMORY: f32 = 0.2;

/// Least cepstral peak, in nepers of power, that counts as pitch.
const VOICED: f32 = 0.2;

/// Makes up for the mean of a logarithm being below the logarithm of the mean, in nepers.
const BIAS: f32 = 0.5;

/// Smooths the estimate of speech's power in the cepstrum.
#[derive(Debug)]
pub(super) struct Prior {
    /// One quefrency a sample, up to half the block.
    cepstrum: Box<[f32]>,
    memory: Box<[f32]>,
    /// Periods of pitch from 300 to 70 Hz, in samples.
    periods: (usize, usize),
    logarithms: Box<[Complex32]>,
    quefrencies: Box<[f32]>,
    ratio: Box<[f32]>,
}

impl Prior {
    /// For blocks of `block` samples at `rate`. Allocates.
    pub(super) fn new(rate: SampleRate, block: usize) -> Self {
        let (hz, bins) = (rate.hz() as f32, block / 2 + 1);
        let memory =
            |q: usize| MEMORIES.iter().find(|(end, _)| q as f32 / hz <= *end).map_or(0.0, |(_, memory)| *memory);
        Self {
            cepstrum: vec![0.0; bins].into(),
            memory: (0..bins).map(memory).collect(),
            periods: ((hz / 300.0) as usize, ((hz / 70.0) as usize).min(bins - 3)),
            logarithms: vec![Complex32::default(); bins].into(),
            quefrencies: vec![0.0; block].into(),
            ratio: vec![LEAST; bins].into(),
        }
    }

    /// Forgets the speech.
    pub(super) fn reset(&mut self) {
        self.cepstrum.fill(0.0);
    }

    /// The ratio of speech to `noise` in each bin of `spectrum`; all three are powers.
    ///
    /// Real-time: two transforms and O(bins).
    pub(super) fn estimate(&mut self, fourier: &mut Fourier, spectrum: &[f32], noise: &[f32]) -> &[f32] {
        logarithms(&mut self.logarithms, spectrum, noise);
        fourier.inverse(&mut self.logarithms, &mut self.quefrencies);
        self.smooth();
        let (half, mirrored) = self.quefrencies.split_at_mut(self.cepstrum.len());
        half.copy_from_slice(&self.cepstrum);
        for (mirror, value) in mirrored.iter_mut().rev().zip(&self.cepstrum[1..]) {
            *mirror = *value;
        }
        fourier.forward(&mut self.quefrencies, &mut self.logarithms);
        ratios(&mut self.ratio, &self.logarithms, noise);
        &self.ratio
    }

    fn smooth(&mut self) {
        let fresh = &self.quefrencies[..self.cepstrum.len()];
        let (shortest, longest) = self.periods;
        let peak = |q: usize| fresh[q - 1] + fresh[q] + fresh[q + 1];
        let (mut pitch, mut height) = (shortest, f32::NEG_INFINITY);
        for q in shortest..longest {
            if peak(q) > height {
                (pitch, height) = (q, peak(q));
            }
        }
        let before: [f32; 5] = std::array::from_fn(|i| self.cepstrum[pitch - 2 + i]);
        for ((value, fresh), memory) in self.cepstrum.iter_mut().zip(fresh).zip(&self.memory) {
            *value = fresh + memory * (*value - fresh);
        }
        if fresh[pitch] > VOICED {
            for (i, before) in before.iter().enumerate() {
                let fresh = fresh[pitch - 2 + i];
                self.cepstrum[pitch - 2 + i] = fresh + PITCH_MEMORY * (before - fresh);
            }
        }
    }
}

/// Logarithms of what speech's power would be by this tick alone.
#[multiversion(targets("x86_64+avx2"))]
fn logarithms(out: &mut [Complex32], spectrum: &[f32], noise: &[f32]) {
    for ((out, &power), &noise) in out.iter_mut().zip(spectrum).zip(noise) {
        *out = Complex32::new(ln((power - noise).max(LEAST * noise)), 0.0);
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn ratios(ratio: &mut [f32], logarithms: &[Complex32], noise: &[f32]) {
    for ((ratio, logarithm), &noise) in ratio.iter_mut().zip(logarithms).zip(noise) {
        *ratio = (exp(logarithm.re + BIAS) / (OVER_SUBTRACTION * noise)).clamp(LEAST, 1e6);
    }
}

/// Noise counts as this much stronger than it was measured: what is left of it is better gone than heard.
pub(super) const OVER_SUBTRACTION: f32 = 1.5;
