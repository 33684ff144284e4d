//! The gain control of one signal.

use super::bands::Bands;
use super::config::{AgcConfig, Measure};
use super::level::SpeechLevel;
use super::limiter::Limiter;
use super::simple::Follower;
use super::target::Gain;
use crate::processing::audio::loudness::{KWeighting, Lufs};
use crate::processing::audio::vad::{Vad, VadConfig};
use crate::processing::dsp::make_finite;
use crate::types::{Decibels, SampleRate};

/// Speech is what a detector gives at least this probability.
const SPEECH: f32 = 0.5;

/// Decibels a tick by which the gain moves: up and down for a talker who is not known yet (40 and 80 dB a second), and
/// for one who is (3 and 8), which changes no word within itself.
const FIRST: (f32, f32) = (0.4, 0.8);
const KNOWN: (f32, f32) = (0.03, 0.08);

/// Brings speech to one loudness. While nobody speaks the gain rests, so that neither noise nor echo is raised.
#[derive(Debug)]
pub struct Agc {
    target: f32,
    range: (f32, f32),
    method: Method,
    gate: Vad,
    limiter: Limiter,
}

#[derive(Debug)]
enum Method {
    Loudness { weighting: KWeighting, level: SpeechLevel, gain: Gain, bands: Option<Bands> },
    Level(Follower),
}

/// What a gain control does.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct AgcMetrics {
    /// The gain.
    pub gain: Decibels,
    /// Loudness of the speech that comes in, by which it goes: LUFS, or mean dBFS with
    /// [`Measure::Level`]; [`Lufs::SILENCE`] before any.
    pub loudness: Lufs,
    /// Samples so far whose level the limiter lowered.
    pub limited: u64,
}

impl Agc {
    /// At a gain of 0 dB. Allocates.
    pub fn new(rate: SampleRate, config: &AgcConfig) -> Self {
        let target = config.bounded_target();
        let method = match config.measure {
            Measure::Loudness => Method::Loudness {
                weighting: KWeighting::new(rate),
                level: SpeechLevel::new(),
                gain: Gain::new(),
                bands: config.compression.then(|| Bands::new(rate, target)),
            },
            Measure::Level => Method::Level(Follower::new(config)),
        };
        Self {
            target,
            range: config.range(),
            method,
            gate: Vad::new(rate, &VadConfig::simple()),
            limiter: Limiter::new(rate, &config.limiter()),
        }
    }

    /// Works on 10 ms in place. `speech` is the probability of speech in this frame where a detector ran; without one it
    /// goes by the energy detector of its own.
    ///
    /// Real-time: no allocation; see ARCHITECTURE.md for the cost.
    pub fn process(&mut self, frame: &mut [f32], speech: Option<f32>) {
        let audible = make_finite(frame);
        let speech = match speech {
            Some(probability) => probability >= SPEECH,
            None => self.gate.process(frame).speech,
        } && audible;
        match &mut self.method {
            Method::Loudness { weighting, level, gain, bands } => {
                let power = weighting.energy(frame) / frame.len().max(1) as f64;
                level.push(power as f32, speech);
                if let Some(loudness) = level.loudness().filter(|_| speech) {
                    let lost = bands.as_ref().map_or(0.0, Bands::loss);
                    let wanted = (self.target - loudness.0 + lost).clamp(self.range.0, self.range.1);
                    let (up, down) = if level.is_known() { KNOWN } else { FIRST };
                    gain.follow(wanted, up, down, frame.len());
                }
                gain.apply(frame);
                if let Some(bands) = bands {
                    bands.process(frame, speech);
                }
            }
            Method::Level(follower) => follower.process(frame, speech, self.target, self.range),
        }
        self.limiter.process_finite(frame);
    }

    /// Samples by which the output lags: 3.5 ms.
    pub fn latency(&self) -> usize {
        self.limiter.latency()
    }

    /// Forgets the audio so far: as made.
    pub fn reset(&mut self) {
        self.gate.reset();
        self.limiter.reset();
        match &mut self.method {
            Method::Loudness { weighting, level, gain, bands } => {
                weighting.reset();
                (*level, *gain) = (SpeechLevel::new(), Gain::new());
                if let Some(bands) = bands {
                    bands.reset();
                }
            }
            Method::Level(follower) => follower.reset(),
        }
    }

    /// What it does now. Real-time.
    pub fn metrics(&self) -> AgcMetrics {
        let (gain, loudness) = match &self.method {
            Method::Loudness { level, gain, .. } => (gain.decibels(), level.loudness().unwrap_or(Lufs::SILENCE)),
            Method::Level(follower) => (follower.gain(), Lufs(follower.level())),
        };
        AgcMetrics { gain: Decibels(gain), loudness, limited: self.limiter.limited() }
    }
}
