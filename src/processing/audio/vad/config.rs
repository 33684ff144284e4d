//! What a voice activity detector goes by.

use crate::types::Millis;

/// How a [`Vad`](super::Vad) works.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct VadConfig {
    /// What it goes by.
    pub method: Method,
    /// Probability from which on a frame is speech, 0 to 1. Default 0.5.
    pub threshold: f32,
    /// Time for which the decision stays after speech. Default 100 ms.
    pub hang_over: Millis,
}

/// What a detector goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Spectrum and pitch, judged by a network.
    Network,
    /// Energy and zero crossings over those of the pauses. Any sound that begins counts as speech.
    Energy,
}

impl Default for VadConfig {
    fn default() -> Self {
        Self { method: Method::Network, threshold: 0.5, hang_over: Millis(100) }
    }
}

impl VadConfig {
    /// Energy and zero crossings.
    pub fn simple() -> Self {
        Self { method: Method::Energy, ..Self::default() }
    }

    /// Probability from which on a frame is speech; one that is no number is taken as 0.5.
    #[must_use]
    pub const fn threshold(self, threshold: f32) -> Self {
        Self { threshold, ..self }
    }

    /// Time for which the decision stays after speech.
    #[must_use]
    pub const fn hang_over(self, hang_over: Millis) -> Self {
        Self { hang_over, ..self }
    }
}
