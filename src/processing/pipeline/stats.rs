//! How a leg's voice fares, as its worker publishes it.

use super::blocks::Blocks;
use crate::processing::audio::aec::AecMetrics;
use crate::processing::audio::agc::AgcMetrics;
use crate::processing::audio::loudness::Lufs;
use crate::processing::audio::ns::NsMetrics;
use crate::processing::audio::vad::VadFrame;
use crate::types::{Decibels, Millis};

/// What the blocks of a leg do: those that are there and not resting.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct VoiceStats {
    /// Frames of 10 ms that were worked on.
    pub frames: u64,
    /// Samples by which the voice is later for it, at the rate of the codec received.
    pub latency_samples: u32,
    /// A fax or a modem was heard, or the leg is on hold or has a fixed jitter buffer: nothing is changed.
    pub clean: bool,
    /// Echo: attenuation, delay, double talk.
    pub echo: Option<AecMetrics>,
    /// Noise: its level, and how far it is let down.
    pub noise: Option<NsMetrics>,
    /// Gain: how much, and the loudness that it goes by.
    pub gain: Option<AgcMetrics>,
    /// Samples by which what is told of the voice is older than what came last, at that rate.
    pub voice_age_samples: u32,
    /// Voice: its probability, and the decision.
    pub voice: Option<VadFrame>,
}

impl VoiceStats {
    /// What the blocks say. Real-time.
    pub(super) fn read(&mut self, blocks: &Blocks) {
        self.echo = blocks.echo.heard().map(|echo| echo.metrics());
        self.noise = blocks.noise.heard().map(|noise| noise.metrics());
        self.gain = blocks.gain.heard().map(|gain| gain.metrics());
        let echo = blocks.echo.heard().map_or(0, |echo| echo.latency());
        self.voice_age_samples = (echo + blocks.voice.as_ref().map_or(0, |voice| voice.latency())) as u32;
    }
}

impl VoiceStats {
    /// Words in which they are published.
    pub const WORDS: usize = 12;

    /// As words. Real-time.
    pub fn to_words(&self) -> [u64; Self::WORDS] {
        let two = |a: f32, b: f32| u64::from(a.to_bits()) << 32 | u64::from(b.to_bits());
        let there = [self.echo.is_some(), self.noise.is_some(), self.gain.is_some(), self.voice.is_some(), self.clean];
        let mut flags = there.iter().enumerate().fold(0, |flags, (at, on)| flags | u64::from(*on) << at);
        let mut words = [0; Self::WORDS];
        (words[1], words[2]) = (self.frames, self.latency_samples.into());
        words[11] = self.voice_age_samples.into();
        if let Some(echo) = &self.echo {
            let delay = echo.delay.map_or(0, |delay| u64::from(delay.0) + 1);
            flags |= u64::from(echo.diverged) << 8 | u64::from(echo.double_talk) << 9;
            let erl = u64::from(echo.erl.map_or(0.0, |erl| erl.0).to_bits());
            flags |= u64::from(echo.erl.is_some()) << 11;
            (words[3], words[4]) = (two(echo.erle.0, echo.linear_erle.0), erl << 32 | delay);
            words[5] = echo.restarts.into();
        }
        if let Some(noise) = &self.noise {
            (words[6], words[7]) = (two(noise.noise.0, noise.suppression.0), two(noise.speech, 0.0));
        }
        if let Some(gain) = &self.gain {
            (words[8], words[9]) = (two(gain.gain.0, gain.loudness.0), gain.limited);
        }
        if let Some(voice) = &self.voice {
            flags |= u64::from(voice.speech) << 10;
            words[10] = two(voice.probability, 0.0);
        }
        words[0] = flags;
        words
    }

    /// Back from words.
    pub fn from_words(words: &[u64; Self::WORDS]) -> Self {
        let high = |at: usize| f32::from_bits((words[at] >> 32) as u32);
        let low = |at: usize| f32::from_bits(words[at] as u32);
        let flag = |at: u32| words[0] >> at & 1 == 1;
        Self {
            frames: words[1],
            latency_samples: words[2] as u32,
            clean: flag(4),
            voice_age_samples: words[11] as u32,
            echo: flag(0).then(|| AecMetrics {
                erl: flag(11).then(|| Decibels(high(4))),
                erle: Decibels(high(3)),
                linear_erle: Decibels(low(3)),
                delay: (words[4] as u32).checked_sub(1).map(Millis),
                diverged: flag(8),
                double_talk: flag(9),
                restarts: words[5] as u32,
            }),
            noise: flag(1).then(|| NsMetrics {
                noise: Decibels(high(6)),
                suppression: Decibels(low(6)),
                speech: high(7),
            }),
            gain: flag(2).then(|| AgcMetrics { gain: Decibels(high(8)), loudness: Lufs(low(8)), limited: words[9] }),
            voice: flag(3).then(|| VadFrame { probability: high(10), speech: flag(10) }),
        }
    }
}
