//! A noise suppressor of either kind.

use super::config::{NsConfig, NsKind, NsLevel};
use super::metrics::NsMetrics;
#[cfg(feature = "ns-rnn")]
use super::recurrent::Recurrent;
use super::spectral::Spectral;
use crate::types::SampleRate;

/// Lets noise down and speech pass, 10 ms at a time.
#[derive(Debug)]
pub struct NoiseSuppressor {
    path: Path,
}

#[derive(Debug)]
enum Path {
    Spectral(Box<Spectral>),
    #[cfg(feature = "ns-rnn")]
    Recurrent(Box<Recurrent>),
}

impl NoiseSuppressor {
    /// At any rate of the engine. A kind that this build does not have ([`NsConfig::check`]) is the spectral one.
    /// The spectral kind holds 21 KB at 8 kHz, 41 KB at 16 kHz and 121 KB at 48 kHz, the recurrent one some 42 KB.
    /// Allocates.
    pub fn new(rate: SampleRate, config: &NsConfig) -> Self {
        let path = match config.kind {
            #[cfg(feature = "ns-rnn")]
            NsKind::Recurrent => Path::Recurrent(Box::new(Recurrent::new(rate, config.level))),
            #[cfg(not(feature = "ns-rnn"))]
            NsKind::Recurrent => Path::Spectral(Box::new(Spectral::new(rate, config.level))),
            NsKind::Spectral => Path::Spectral(Box::new(Spectral::new(rate, config.level))),
        };
        Self { path }
    }

    /// One tick of mono audio, in place. Samples that are not finite count as silence, those beyond ±4.0 as ±4.0.
    /// A frame of another length than the rate's tick is left as it is.
    ///
    /// Real-time: no allocation, the same work for every frame.
    pub fn process(&mut self, frame: &mut [f32]) {
        match &mut self.path {
            Path::Spectral(spectral) => spectral.process(frame),
            #[cfg(feature = "ns-rnn")]
            Path::Recurrent(recurrent) => recurrent.process(frame),
        }
    }

    /// Samples by which the audio is later: two ticks for the spectral kind.
    pub fn latency(&self) -> usize {
        match &self.path {
            Path::Spectral(spectral) => spectral.latency(),
            #[cfg(feature = "ns-rnn")]
            Path::Recurrent(recurrent) => recurrent.latency(),
        }
    }

    /// Goes to another level within 100 ms, without a click. Real-time.
    pub fn set_level(&mut self, level: NsLevel) {
        match &mut self.path {
            Path::Spectral(spectral) => spectral.set_level(level),
            #[cfg(feature = "ns-rnn")]
            Path::Recurrent(recurrent) => recurrent.set_level(level),
        }
    }

    /// As new, at the level that was set last. Real-time.
    pub fn reset(&mut self) {
        match &mut self.path {
            Path::Spectral(spectral) => spectral.reset(),
            #[cfg(feature = "ns-rnn")]
            Path::Recurrent(recurrent) => recurrent.reset(),
        }
    }

    /// Figures of the last tick. Real-time.
    pub fn metrics(&self) -> NsMetrics {
        match &self.path {
            Path::Spectral(spectral) => spectral.metrics(),
            #[cfg(feature = "ns-rnn")]
            Path::Recurrent(recurrent) => recurrent.metrics(),
        }
    }
}
