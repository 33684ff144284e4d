//! What a noise suppressor is asked for.

use thiserror::Error;

use crate::types::Decibels;

/// How far noise is let down where nobody speaks. Speech keeps its level at each of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum NsLevel {
    /// 6 dB: the room stays audible.
    Low,
    /// 12 dB.
    Moderate,
    /// 18 dB.
    High,
    /// 24 dB: the default.
    #[default]
    VeryHigh,
}

impl NsLevel {
    /// The gain of a pause, a negative number.
    pub const fn attenuation(self) -> Decibels {
        match self {
            Self::Low => Decibels(-6.0),
            Self::Moderate => Decibels(-12.0),
            Self::High => Decibels(-18.0),
            Self::VeryHigh => Decibels(-24.0),
        }
    }
}

/// How noise is told from speech.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NsKind {
    /// Statistics of the spectrum: any rate, a few microseconds a tick, 20 ms late.
    #[default]
    Spectral,
    /// A recurrent net trained on speech and noise (RNNoise): follows noise that changes, at ten times the cost.
    /// It needs the feature `ns-rnn`.
    Recurrent,
}

/// A kind of suppressor that this build does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NsUnavailable {
    /// The feature is off; [`NsKind::Spectral`] is there in every build.
    #[error("the recurrent noise suppressor needs media-core's feature ns-rnn")]
    Recurrent,
}

/// Settings of a noise suppressor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct NsConfig {
    /// How far noise is let down. Default: [`NsLevel::VeryHigh`].
    pub level: NsLevel,
    /// How noise is told from speech. Default: [`NsKind::Spectral`].
    pub kind: NsKind,
}

impl NsConfig {
    /// The defaults.
    pub const fn new() -> Self {
        Self { level: NsLevel::VeryHigh, kind: NsKind::Spectral }
    }

    /// Sets how far noise is let down.
    #[must_use]
    pub const fn level(mut self, level: NsLevel) -> Self {
        self.level = level;
        self
    }

    /// Sets how noise is told from speech.
    #[must_use]
    pub const fn kind(mut self, kind: NsKind) -> Self {
        self.kind = kind;
        self
    }

    /// Whether this build has what is asked for: to be called before a suppressor is made.
    pub const fn check(&self) -> Result<(), NsUnavailable> {
        match self.kind {
            NsKind::Recurrent if !cfg!(feature = "ns-rnn") => Err(NsUnavailable::Recurrent),
            _ => Ok(()),
        }
    }
}
