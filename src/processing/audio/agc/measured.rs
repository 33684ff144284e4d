//! Control by loudness: what comes in is measured, and the gain moves while somebody speaks.

use super::bands::Bands;
use super::config::AgcConfig;
use super::level::SpeechLevel;
use super::loss::Loss;
use super::target::Gain;
use crate::processing::audio::loudness::{KWeighting, Lufs};
use crate::types::SampleRate;

/// Decibels a tick by which the gain moves: up and down for a talker who is not known yet (40 and 80 dB a second), and
/// for one who is (3 and 8), which changes no word within itself.
const FIRST: (f32, f32) = (0.4, 0.8);
const KNOWN: (f32, f32) = (0.03, 0.08);

/// Share of what is missing or too much in what goes out that is made up for in a tick of speech, and decibels of that at most: a
/// talker whose loudness wavers comes out softer than the mean of what came in promises.
const TRIM: f32 = 0.003;
const MOST_TRIM: f32 = 4.0;

/// More that is missing counts as this much: the gain itself is on its way then.
const MOST_MISSING: f32 = 2.0;

#[derive(Debug)]
pub(super) struct Measured {
    weighting: KWeighting,
    level: SpeechLevel,
    gain: Gain,
    bands: Option<Bands>,
    /// Of what leaves the bands.
    after: KWeighting,
    loss: Loss,
    /// Loudness of what goes out, and the decibels that are added for it.
    heard: SpeechLevel,
    trim: f32,
}

impl Measured {
    pub(super) fn new(rate: SampleRate, config: &AgcConfig) -> Self {
        Self {
            weighting: KWeighting::new(rate),
            level: SpeechLevel::new(),
            gain: Gain::new(),
            bands: config.compression.then(|| Bands::new(rate, config.bounded_target())),
            after: KWeighting::new(rate),
            loss: Loss::new(),
            heard: SpeechLevel::new(),
            trim: 0.0,
        }
    }

    pub(super) fn reset(&mut self) {
        self.weighting.reset();
        self.after.reset();
        (self.level, self.gain, self.loss) = (SpeechLevel::new(), Gain::new(), Loss::new());
        (self.heard, self.trim) = (SpeechLevel::new(), 0.0);
        if let Some(bands) = &mut self.bands {
            bands.reset();
        }
    }

    /// The bands follow the target; what went out before tells nothing of it.
    pub(super) fn aim(&mut self, target: f32) {
        self.heard = SpeechLevel::new();
        if let Some(bands) = &mut self.bands {
            bands.aim(target);
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
            let wanted = (target - loudness.0 + self.loss.decibels() + self.trim).clamp(least, most);
            let (up, down) = if self.level.is_known() { KNOWN } else { FIRST };
            self.gain.follow(wanted, up, down, frame.len());
        }
        self.gain.apply(frame);
        if let Some(bands) = &mut self.bands {
            bands.process(frame);
        }
        self.look_back(power as f32, frame, speech, target);
    }

    /// Learns from what goes out, of which `power` came in.
    fn look_back(&mut self, power: f32, frame: &[f32], speech: bool, target: f32) {
        let after = (self.after.energy(frame) / frame.len().max(1) as f64) as f32;
        let known = self.level.is_known();
        if speech && self.bands.is_some() {
            self.loss.push(power * self.gain.factor().powi(2), after, known);
        }
        if !known {
            (self.heard, self.trim) = (SpeechLevel::new(), 0.0);
            return;
        }
        self.heard.push(after, speech);
        if let Some(heard) = self.heard.loudness().filter(|_| speech && self.heard.is_known()) {
            self.trim =
                (self.trim + TRIM * (target - heard.0).clamp(-MOST_MISSING, MOST_MISSING)).clamp(-MOST_TRIM, MOST_TRIM);
        }
    }
}
