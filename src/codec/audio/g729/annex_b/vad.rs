//! Voice activity detection, one decision for each frame (G.729 Annex B clause B.3).
//!
//! Four features are compared with their running means over the background (`background`); fourteen lines in
//! the planes of their differences decide (`boundaries`); the energy's course smooths the decision here.
//! Levels are decibels over 10 in Q11: 2048 is 10 dB. Wherever the text of the Annex and its software differ,
//! this follows the software, which is normative.

use super::background::Background;
use super::boundaries::{Differences, is_voice};
use super::features::{Features, SpectrumView};
use super::floor::Floor;

/// Frames in which the background is measured before it is compared with.
pub const LEARNING: i16 = 32;

/// Below 15 dB a frame is noise, whatever its shape.
pub const AUDIBLE: i16 = 3072;

/// Frames until the floor of the energy is known.
const FLOOR_KNOWN: i16 = 128;

/// 3 dB.
const STEP: i16 = 614;

/// The detector: what it knows of the background and of its last decisions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vad {
    /// Count of this frame from 1; after 32 767 it goes on at 256, as the software's does.
    frame: i16,
    background: Background,
    floor: Floor,
    /// Energy of the frame before.
    energy: i16,
    /// The last decision and the one before it.
    voice: [bool; 2],
    /// Frames of noise since the last voice.
    noise_run: i16,
    /// Frames in a row that were kept voice because their energy stayed.
    extended: u8,
    may_extend: bool,
}

impl Vad {
    /// A detector at the start of a call, which has heard voice.
    pub const fn new() -> Self {
        Self {
            frame: 0,
            background: Background::new(),
            floor: Floor::new(),
            energy: 0,
            voice: [true; 2],
            noise_run: 0,
            extended: 0,
            may_extend: true,
        }
    }

    /// Whether the frame is voice. Real-time: about a hundred products.
    pub fn detect(&mut self, spectrum: &SpectrumView<'_>) -> bool {
        self.frame = if self.frame == i16::MAX { 256 } else { self.frame + 1 };
        let features = Features::of(spectrum);
        self.floor.track(self.frame, features.energy);
        // Before the frame is learnt, as in the software: this tells in the last frame of learning.
        let distortion = self.background.distortion(&features);
        let mut voice = features.energy >= AUDIBLE;
        if self.frame <= LEARNING {
            self.background.learn(&features, self.frame);
        }
        if self.frame >= LEARNING {
            let differences = self.background.differences(&features, distortion);
            voice = self.decide(&features, &differences, spectrum.second_reflection);
        }
        self.energy = features.energy;
        self.voice = [voice, self.voice[0]];
        voice
    }

    fn decide(&mut self, features: &Features, differences: &Differences, second_reflection: i16) -> bool {
        let raw = features.energy >= AUDIBLE && is_voice(differences);
        let (mut voice, kept) = self.smooth(raw, features.energy, differences.energy);
        let near_background = features.energy.saturating_sub(STEP) < self.background.energy();
        let settled = self.frame > FLOOR_KNOWN;
        if near_background && settled && !kept && second_reflection < 19_661 {
            voice = false;
        }
        if near_background && second_reflection < 24_576 && differences.is_same_spectrum() {
            self.background.follow(features);
        }
        if settled {
            self.background.hold_above(self.floor.lowest(), differences);
        }
        voice
    }

    /// Four-stage smoothing (clause B.3.6). The second value: voice was kept against the boundaries.
    fn smooth(&mut self, raw: bool, energy: i16, difference: i16) -> (bool, bool) {
        let mut voice = raw;
        // Voice falls off slowly: 2 dB above the background it goes on for one frame more.
        if self.voice[0] && !voice && difference.saturating_add(410) < 0 && energy > AUDIBLE {
            voice = true;
        }
        if self.may_extend {
            let steady = self.energy.saturating_sub(energy).saturating_abs() <= STEP;
            if self.voice[1] && self.voice[0] && !voice && steady {
                voice = true;
                self.extended += 1;
                if self.extended > 4 {
                    self.extended = 0;
                    self.may_extend = false;
                }
            }
        } else {
            self.may_extend = true;
        }
        let kept = voice && !raw;
        if !voice {
            // The software's counters are words that wrap, and bit-exactness after minutes of noise needs that.
            self.noise_run = self.noise_run.wrapping_add(1);
        }
        // After a pause, voice has to begin with a rise of energy.
        if voice && self.noise_run > 10 && energy.saturating_sub(self.energy) <= STEP {
            voice = false;
            self.noise_run = 0;
        }
        if voice {
            self.noise_run = 0;
        }
        (voice, kept)
    }
}

impl Default for Vad {
    fn default() -> Self {
        Self::new()
    }
}
