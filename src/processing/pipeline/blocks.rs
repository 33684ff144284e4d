//! The blocks that change the audio, in their order.

use super::spec::ProcessingSpec;
use super::stage::{LONGEST, Slot, Stage};
use crate::processing::audio::aec::EchoCanceller;
use crate::processing::audio::agc::{Agc, AgcConfig};
use crate::processing::audio::effects::{Compressor, Equalizer, HighPass};
use crate::processing::audio::ns::NoiseSuppressor;
use crate::processing::audio::vad::{Vad, VadFrame};
use crate::types::SampleRate;

/// The blocks of one leg.
#[derive(Debug)]
pub(super) struct Blocks {
    pub high_pass: Slot<HighPass>,
    pub echo: Slot<EchoCanceller>,
    pub noise: Slot<NoiseSuppressor>,
    equalizer: Slot<Equalizer>,
    compressor: Slot<Compressor>,
    pub gain: Slot<Agc>,
    pub voice: Option<Box<Vad>>,
}

impl Blocks {
    /// Allocates.
    pub fn new(rate: SampleRate, spec: &ProcessingSpec) -> Self {
        let tick = rate.per_tick();
        Self {
            high_pass: Slot::new(spec.high_pass.map(|config| Stage::new(HighPass::new(rate, &config), 0, tick))),
            echo: Slot::new(spec.echo.map(|config| {
                let echo = EchoCanceller::new(rate, &config);
                let latency = echo.latency();
                Stage::new(echo, latency, tick)
            })),
            noise: Slot::new(spec.noise.map(|config| {
                let noise = NoiseSuppressor::new(rate, &config);
                let latency = noise.latency();
                Stage::new(noise, latency, tick)
            })),
            equalizer: Slot::new(spec.equalizer.map(|config| Stage::new(Equalizer::new(rate, &config), 0, tick))),
            compressor: Slot::new(spec.compressor.map(|config| Stage::new(Compressor::new(rate, &config), 0, tick))),
            gain: Slot::new(spec.gain.map(|config| {
                let gain = Agc::new(rate, &config);
                let latency = gain.latency();
                Stage::new(gain, latency, tick)
            })),
            voice: spec.voice.map(|config| Box::new(Vad::new(rate, &config))),
        }
    }

    /// Goes on with the blocks of `old` that are to do the same. Real-time.
    pub fn succeed(&mut self, old: &mut Self, spec: &ProcessingSpec, before: &ProcessingSpec, tick: usize) {
        self.high_pass.succeed(&mut old.high_pass, spec.high_pass == before.high_pass, tick);
        self.echo.succeed(&mut old.echo, spec.echo == before.echo, tick);
        self.noise.succeed(&mut old.noise, spec.noise == before.noise, tick);
        self.equalizer.succeed(&mut old.equalizer, spec.equalizer == before.equalizer, tick);
        self.compressor.succeed(&mut old.compressor, spec.compressor == before.compressor, tick);
        // A gain control that only aims elsewhere goes on, and moves there.
        let aims = |from: Option<AgcConfig>, to: AgcConfig| from.map(|from| from.target(to.target)) == Some(to);
        self.gain.succeed(&mut old.gain, spec.gain.is_some_and(|to| aims(before.gain, to)), tick);
        if let (Some(gain), Some(config)) = (&mut self.gain.now, spec.gain) {
            gain.block.set_target(config.target);
        }
        if spec.voice == before.voice {
            std::mem::swap(&mut self.voice, &mut old.voice);
        }
    }

    /// Lets all that changes the audio come or go. Real-time.
    pub fn want(&mut self, wanted: bool, tick: usize) {
        self.high_pass.want(wanted, tick);
        self.echo.want(wanted, tick);
        self.noise.want(wanted, tick);
        self.equalizer.want(wanted, tick);
        self.compressor.want(wanted, tick);
        self.gain.want(wanted, tick);
    }

    /// Works on a frame in place, with what the party was sent in the tick before; what is `dialled` is no speech. Real-time.
    pub fn process(&mut self, far: Option<&[f32]>, dialled: bool, frame: &mut [f32]) -> Option<VadFrame> {
        let silence = [0.0; LONGEST];
        let far = far.unwrap_or(&silence[..frame.len()]);
        self.high_pass.process(frame, HighPass::process);
        self.echo.process(frame, |echo, frame| echo.process(far, frame));
        let voice = self.voice.as_mut().map(|voice| voice.process_unless(dialled, frame));
        self.noise.process(frame, NoiseSuppressor::process);
        self.equalizer.process(frame, Equalizer::process);
        self.compressor.process(frame, Compressor::process);
        let speech = voice.map(|voice| voice.probability).or(dialled.then_some(0.0));
        self.gain.process(frame, |gain, frame| gain.process(frame, speech));
        voice
    }

    /// Samples by which what is heard of the blocks delays. Real-time.
    pub fn latency(&self) -> usize {
        sum(self.echo.heard(), self.noise.heard(), self.gain.heard())
    }

    /// Samples by which all of them delay.
    pub fn declared_latency(&self) -> usize {
        sum(self.echo.there(), self.noise.there(), self.gain.there())
    }
}

fn sum(echo: Option<&EchoCanceller>, noise: Option<&NoiseSuppressor>, gain: Option<&Agc>) -> usize {
    let (echo, noise) = (echo.map_or(0, EchoCanceller::latency), noise.map_or(0, NoiseSuppressor::latency));
    echo + noise + gain.map_or(0, Agc::latency)
}
