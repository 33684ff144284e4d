//! What is listened for in a leg's voice, without touching what is done with it.

use crate::engine::Reject;
use crate::engine::staging::Staging;
use crate::processing::audio::answering::{AnswerConfig, SilenceConfig};
use crate::processing::audio::dtmf::DtmfConfig;
use crate::processing::audio::vad::VadConfig;
use crate::types::SessionId;

/// Detectors of a leg; by default there are none.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Detectors {
    /// Tells when the party speaks, by `VoiceStarted` and `VoiceStopped`.
    pub voice: Option<VadConfig>,
    /// Tells signals of networks, faxes and machines, their beep among them, by `Detected`.
    pub signals: bool,
    /// Tells digits in the audio, by `DigitStarted` and `Digit`.
    pub digits: Option<DtmfConfig>,
    /// Tells a silence, by `Detected`.
    pub silence: Option<SilenceConfig>,
    /// Decides whether a person or a machine has answered, told by `Detected`, from when it is asked for on.
    pub answer: Option<AnswerConfig>,
}

impl Detectors {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }

    /// Tells when the party speaks.
    pub fn voice(mut self, config: VadConfig) -> Self {
        self.voice = Some(config);
        self
    }

    /// Tells signals of networks, faxes and machines.
    pub fn signals(mut self) -> Self {
        self.signals = true;
        self
    }

    /// Tells digits in the audio.
    pub fn digits(mut self, config: DtmfConfig) -> Self {
        self.digits = Some(config);
        self
    }

    /// Tells a silence.
    pub fn silence(mut self, config: SilenceConfig) -> Self {
        self.silence = Some(config);
        self
    }

    /// Decides whether a person or a machine has answered.
    pub fn answer(mut self, config: AnswerConfig) -> Self {
        self.answer = Some(config);
        self
    }
}

impl Staging<'_> {
    /// These detectors and no others; all else that the host wishes stays.
    pub fn detect(&mut self, id: SessionId, detectors: Detectors) -> Result<(), Reject> {
        let draft = self.draft(id)?;
        let wished = draft.leg.curtailed.wished.as_ref().map(|wished| &wished.processing);
        let mut processing = wished.unwrap_or(&draft.spec.processing).clone();
        let Detectors { voice, signals, digits, silence, answer } = detectors;
        (processing.voice, processing.signals, processing.digits.detect) = (voice, signals, digits);
        (processing.silence, processing.answer) = (silence, answer);
        self.process(id, processing)
    }
}
