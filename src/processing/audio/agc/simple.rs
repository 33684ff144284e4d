//! The classic control: the mean level of speech, and a gain with attack and release.

use super::config::AgcConfig;
use super::target::Gain;
use crate::types::Millis;

/// Share by which the mean follows in a tick: 0.5 s, two or three syllables. For the first ones it is their mean.
const FOLLOW: f32 = 0.02;

/// Share of the mean under which speech does not count, −15 dB: what a detector of energy takes for speech in a pause.
const QUIET: f32 = 0.03;

/// What is left of the mean after a tick of that: somebody who is softer by 20 dB counts after a second or two.
const FADE: f32 = 0.99;

/// Follows the level of speech frame by frame.
#[derive(Clone, Debug)]
pub(super) struct Follower {
    attack: f32,
    release: f32,
    power: f32,
    share: f32,
    gain: Gain,
}

impl Follower {
    pub(super) fn new(config: &AgcConfig) -> Self {
        let share = |time: Millis| 1.0 - (-10.0 / time.0.max(1) as f32).exp();
        let (attack, release) = (share(config.attack), share(config.release));
        Self { attack, release, power: 0.0, share: 1.0, gain: Gain::new() }
    }

    pub(super) fn reset(&mut self) {
        (self.power, self.share, self.gain) = (0.0, 1.0, Gain::new());
    }

    pub(super) const fn gain(&self) -> f32 {
        self.gain.decibels()
    }

    /// The level that it goes by, in dBFS.
    pub(super) fn level(&self) -> f32 {
        10.0 * self.power.max(1e-12).log10()
    }

    pub(super) fn process(&mut self, frame: &mut [f32], speech: bool, target: f32, (least, most): (f32, f32)) {
        if speech {
            let power = frame.iter().map(|sample| sample * sample).sum::<f32>() / frame.len().max(1) as f32;
            if power < self.power * QUIET {
                self.power *= FADE;
                return self.gain.apply(frame);
            }
            self.power += self.share * (power - self.power);
            self.share = (self.share / (1.0 + self.share)).max(FOLLOW);
            let away = (target - self.level()).clamp(least, most) - self.gain.decibels();
            let step = away.abs() * if away < 0.0 { self.attack } else { self.release };
            self.gain.follow(self.gain.decibels() + away, step, step, frame.len());
        }
        self.gain.apply(frame);
    }
}
