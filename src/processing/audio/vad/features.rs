//! What the network is told of each tick: levels over the floor, the spectrum's shape, harmonicity, flatness.

use super::decibel::bels;
use super::floor::Floor;
use super::pitch::Pitch;
use super::spectrum::{BANDS, NARROW, NARROW_BINS, Spectrum};
use crate::types::SampleRate;

/// Numbers in a description.
pub(super) const FEATURES: usize = 2 * BANDS + 6;

/// Samples below this are none.
const INAUDIBLE: f32 = 1e-5;

/// Describes the audio by the tick. All of it is relative: a gain, and the sample rate, change (nearly) nothing.
#[derive(Debug)]
pub(super) struct Describer {
    spectrum: Spectrum,
    floor: Floor,
    pitch: Pitch,
}

impl Describer {
    pub(super) fn new(rate: SampleRate) -> Self {
        Self { spectrum: Spectrum::new(rate), floor: Floor::new(), pitch: Pitch::new() }
    }

    pub(super) fn reset(&mut self) {
        self.spectrum.reset();
        self.floor = Floor::new();
    }

    /// Takes a tick. `None` before the first sound, and where the line was off. Real-time: three transforms, at most one of them
    /// of more than 160 points.
    pub(super) fn describe(&mut self, frame: &[f32]) -> Option<[f32; FEATURES]> {
        self.spectrum.push(frame);
        let Spectrum { power, level, bands, .. } = &self.spectrum;
        let narrow = &power[4..NARROW_BINS];
        let sum = narrow.iter().sum::<f32>() + 1e-9;
        let total = bels(sum);
        // Less than a bit of 16, or no number.
        let silent = !frame.iter().any(|sample| sample.abs() >= INAUDIBLE);
        self.floor.follow(level, total, silent);
        if self.floor.is_unknown() {
            return None;
        }
        let harmony = self.pitch.find(power);

        let mut features = [0.0; FEATURES];
        let (over, rest) = features.split_at_mut(BANDS);
        let (shape, rest) = rest.split_at_mut(BANDS);
        let mean = level[..NARROW].iter().sum::<f32>() / NARROW as f32;
        for band in 0..*bands {
            over[band] = (level[band] - self.floor.noise[band]).clamp(-1.0, 5.0);
            shape[band] = (level[band] - mean).clamp(-4.0, 4.0);
        }
        let mean_log = narrow.iter().map(|power| bels(power + 1e-12)).sum::<f32>() / narrow.len() as f32;
        rest[0] = over[..NARROW].iter().sum::<f32>() / NARROW as f32;
        rest[1] = (total - self.floor.peak).clamp(-6.0, 1.0);
        rest[2] = harmony.plain;
        rest[3] = harmony.flat;
        rest[4] = harmony.lag;
        // Spectral flatness: the geometric mean over the arithmetic one.
        rest[5] = mean_log - bels(sum / narrow.len() as f32);
        Some(features)
    }
}
