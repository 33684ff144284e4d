//! An echo canceller at the rate at which speech echo lives, 8 to 16 kHz.

use super::blind::Blind;
use super::config::AecConfig;
use super::delay::DelaySearch;
use super::harm::energy;
use super::linear::LinearCanceller;
use super::meter::Meter;
use super::metrics::AecMetrics;
use super::spectrum::Transform;
use super::suppressor::Suppressor;

/// Delay search, linear filters and suppressor, one after the other.
#[derive(Debug)]
pub(super) struct Core {
    transform: Transform,
    search: DelaySearch,
    linear: LinearCanceller,
    blind: Blind,
    suppressor: Option<Suppressor>,
    meter: Meter,
    samples: usize,
}

impl Core {
    /// For blocks of 10 ms of `samples`. Allocates.
    pub fn new(samples: usize, config: &AecConfig) -> Self {
        let hz = samples as u32 * 100;
        let suppressor =
            config.suppression.then(|| Suppressor::new(samples, hz, config.floor.linear(), config.comfort_noise));
        Self {
            transform: Transform::new(2 * samples),
            search: DelaySearch::new(samples, hz),
            linear: LinearCanceller::new(samples),
            blind: Blind::default(),
            suppressor,
            meter: Meter::default(),
            samples,
        }
    }

    /// Takes the echo of `far` out of `mic`, of finite and bounded samples.
    pub fn process(&mut self, far: &[f32], mic: &mut [f32]) {
        self.search.process(far, mic);
        if let Some(delay) = self.search.found() {
            self.linear.align(delay, self.search.path());
        }
        self.linear.process(far, mic, self.search.path(), &mut self.transform);
        let (error, echo) = (self.linear.error(), self.linear.echo());
        let powers = [self.linear.played(), energy(mic), energy(error), energy(echo)];
        let blind = self.blind.update(far, mic, self.linear.helps(), self.linear.restarts());
        if let Some(suppressor) = &mut self.suppressor {
            let left = (!blind).then(|| self.linear.residual());
            suppressor.process(error, echo, left, &mut self.transform, mic);
        } else {
            mic.copy_from_slice(error);
        }
        self.meter.update(powers, mic, self.near(), self.linear.restarts());
    }

    /// Samples by which the output is behind the input.
    pub fn latency(&self) -> usize {
        if self.suppressor.is_some() { self.samples } else { 0 }
    }

    /// The gain that the band above should get.
    pub fn high_gain(&self) -> f32 {
        self.suppressor.as_ref().map_or(1.0, Suppressor::high_gain)
    }

    pub fn metrics(&self) -> AecMetrics {
        self.meter.metrics(self.search.found(), self.near())
    }

    pub fn clear(&mut self) {
        self.search.clear();
        self.linear.clear();
        (self.blind, self.meter) = (Blind::default(), Meter::default());
        if let Some(suppressor) = &mut self.suppressor {
            suppressor.clear();
        }
    }

    /// Without a suppressor nobody asks whether the near end talks.
    fn near(&self) -> f32 {
        self.suppressor.as_ref().map_or(0.0, Suppressor::near)
    }
}
