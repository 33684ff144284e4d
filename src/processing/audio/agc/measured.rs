//! Control by loudness: what comes in is measured, and the gain moves while somebody speaks.

use super::bands::Bands;
use super::config::AgcConfig;
use super::level::SpeechLevel;
use super::target::Gain;
use crate::processing::audio::loudness::{KWeighting, Lufs};
use crate::types::SampleRate;

/// Decibels a tick by which the gain moves: up and down for a talker who is not known yet (40 and 80 dB a second), and
/// for one who is (3 and 8), which changes no word within itself.
const FIRST: (f32, f32) = (0.4, 0.8);
const KNOWN: (f32, f32) = (0.03, 0.08);

#[derive(Debug)]
pub(super) struct Measured {
    weighting: KWeighting,
    level: SpeechLevel,
    gain: Gain,
    bands: Option<Bands>,
}

impl Measured {
    pub(super) fn new(rate: SampleRate, config: &AgcConfig) -> Self {
        Self {
            weighting: KWeighting::new(rate),
            level: SpeechLevel::new(),
            gain: Gain::new(),
            bands: config.compression.then(|| Bands::new(rate, config.bounded_target())),
        }
    }

    pub(super) fn reset(&mut self) {
        self.weighting.reset();
        (self.level, self.gain) = (SpeechLevel::new(), Gain::new());
        if let Some(bands) = &mut self.bands {
            bands.reset();
        }
    }

    pub(super) const fn gain(&self) -> f32 {
        self.gain.decibels()
    }

    pub(super) fn loudness(&self) -> Lufs {
        self.level.loudness().unwrap_or(Lufs::SILENCE)
    }

    pub(super) fn process(&mut self, frame: &mut [f32], speech: bool, target: f32, (least, most): (f32, f32)) {
        let power = self.weighting.energy(frame) / frame.len().max(1) as f64;
        self.level.push(power as f32, speech);
        if let Some(loudness) = self.level.loudness().filter(|_| speech) {
            // What the bands take away is given back before it is taken.
            let lost = self.bands.as_ref().map_or(0.0, Bands::loss);
            let wanted = (target - loudness.0 + lost).clamp(least, most);
            let (up, down) = if self.level.is_known() { KNOWN } else { FIRST };
            self.gain.follow(wanted, up, down, frame.len());
        }
        self.gain.apply(frame);
        if let Some(bands) = &mut self.bands {
            bands.process(frame, speech);
        }
    }
}
