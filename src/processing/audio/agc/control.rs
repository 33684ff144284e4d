//! The gain control of one signal.

use super::config::{self, AgcConfig, Measure};
use super::limiter::Limiter;
use super::measured::Measured;
use super::simple::Follower;
use crate::processing::audio::loudness::Lufs;
use crate::processing::audio::vad::{Vad, VadConfig};
use crate::processing::dsp::make_finite;
use crate::types::{Decibels, SampleRate};

/// Speech is what a detector gives at least this probability.
const SPEECH: f32 = 0.5;

/// Decibels by which the target moves in a tick: 10 dB a second, faster than the gain does.
const GLIDE: f32 = 0.1;

/// Brings speech to one loudness. While nobody speaks the gain rests, so that neither noise nor echo is raised.
#[derive(Debug)]
pub struct Agc {
    target: f32,
    /// Where that goes.
    wanted: f32,
    range: (f32, f32),
    method: Method,
    gate: Vad,
    limiter: Limiter,
}

#[derive(Debug)]
enum Method {
    Loudness(Box<Measured>),
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
            Measure::Loudness => Method::Loudness(Box::new(Measured::new(rate, config))),
            Measure::Level => Method::Level(Follower::new(config)),
        };
        Self {
            target,
            wanted: target,
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
        if self.target != self.wanted {
            self.target += (self.wanted - self.target).clamp(-GLIDE, GLIDE);
            if let Method::Loudness(measured) = &mut self.method {
                measured.aim(self.target);
            }
        }
        match &mut self.method {
            Method::Loudness(measured) => measured.process(frame, speech, self.target, self.range),
            Method::Level(follower) => follower.process(frame, speech, self.target, self.range),
        }
        self.limiter.process_finite(frame);
    }

    /// Brings speech elsewhere from now on, at the speed of the gain. Real-time.
    pub fn set_target(&mut self, target: Decibels) {
        self.wanted = config::bounded_target(target);
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
            Method::Loudness(measured) => measured.reset(),
            Method::Level(follower) => follower.reset(),
        }
    }

    /// What it does now. Real-time.
    pub fn metrics(&self) -> AgcMetrics {
        let (gain, loudness) = match &self.method {
            Method::Loudness(measured) => (measured.gain(), measured.loudness()),
            Method::Level(follower) => (follower.gain(), Lufs(follower.level())),
        };
        AgcMetrics { gain: Decibels(gain), loudness, limited: self.limiter.limited() }
    }
}
