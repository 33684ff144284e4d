//! What is taken from one session, and what its host wishes all the while.

use crate::engine::overload::OverloadStep;
use crate::processing::audio::aec::AecConfig;
use crate::processing::format::Quality;
use crate::processing::pipeline::ProcessingSpec;

/// What a session does without.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cuts {
    pub resampling: bool,
    pub noise: bool,
    pub echo: bool,
    pub effects: bool,
    /// The most effort of its encoder.
    pub effort: Option<u8>,
}

/// A session's cuts, and what it would have without them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Curtailed {
    pub cuts: Cuts,
    /// What the host wishes, where that is not what runs.
    pub wished: Option<Box<Wished>>,
    /// The effort of the encoder that the host has set; `None`: the codec's own.
    pub effort: Option<i32>,
}

/// What the host wishes.
#[derive(Clone, Debug)]
pub(crate) struct Wished {
    pub processing: ProcessingSpec,
    pub resampling: Quality,
}

impl Cuts {
    /// What these steps take from a session.
    pub fn of(steps: &[OverloadStep]) -> Self {
        let mut cuts = Self::default();
        for step in steps {
            match *step {
                OverloadStep::Resampling => cuts.resampling = true,
                OverloadStep::Noise => cuts.noise = true,
                OverloadStep::EchoSuppression => cuts.echo = true,
                OverloadStep::Effects => cuts.effects = true,
                OverloadStep::Effort(most) => cuts.effort = Some(cuts.effort.map_or(most, |before| before.min(most))),
                OverloadStep::Figures | OverloadStep::Talkers(_) | OverloadStep::Refuse => {}
            }
        }
        cuts
    }

    /// What is left of what a host wishes to be done with a voice.
    pub fn processing(&self, wished: &ProcessingSpec) -> ProcessingSpec {
        let mut left = wished.clone();
        if self.noise {
            left.noise = None;
        }
        if self.effects {
            (left.equalizer, left.compressor) = (None, None);
        }
        if self.echo {
            left.echo = left.echo.map(|_| AecConfig::linear_only());
        }
        left
    }

    pub fn resampling(&self, wished: Quality) -> Quality {
        if self.resampling { Quality::Voice } else { wished }
    }

    pub fn effort(&self, wished: i32) -> i32 {
        self.effort.map_or(wished, |most| wished.min(most.into()))
    }
}
