//! What is to be done with a leg's voice.

use crate::processing::audio::aec::AecConfig;
use crate::processing::audio::agc::AgcConfig;
use crate::processing::audio::answering::{AnswerConfig, SilenceConfig};
use crate::processing::audio::dtmf::DtmfConfig;
use crate::processing::audio::effects::{CompressorConfig, EqualizerConfig, HighPassConfig};
use crate::processing::audio::ns::{NsConfig, NsUnavailable};
use crate::processing::audio::vad::VadConfig;

/// What is done with what comes from a leg, before anybody hears it; nothing by default.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ProcessingSpec {
    /// Takes hum and rumble away.
    pub high_pass: Option<HighPassConfig>,
    /// Takes the echo of what the party is sent out of what comes from it.
    pub echo: Option<AecConfig>,
    /// Suppresses noise.
    pub noise: Option<NsConfig>,
    /// Lifts and lowers parts of the band.
    pub equalizer: Option<EqualizerConfig>,
    /// Evens out the level.
    pub compressor: Option<CompressorConfig>,
    /// Brings the party to one loudness.
    pub gain: Option<AgcConfig>,
    /// Tells when the party speaks; without it the gain goes by a simpler detector of its own.
    pub voice: Option<VadConfig>,
    /// Digits in the audio, and what the far party and this one get of digits.
    pub digits: DigitPolicy,
    /// Finds dial tone, ringback, busy, congestion, fax tones and beeps.
    pub signals: bool,
    /// Tells a silence.
    pub silence: Option<SilenceConfig>,
    /// Decides whether a person or a machine has answered, from the first frame on.
    pub answer: Option<AnswerConfig>,
}

/// What happens to digits in a leg's audio, and to telephone events of the far one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DigitPolicy {
    /// Finds digits in the audio, within these limits; each is told once, also where telephone events come as well.
    pub detect: Option<DtmfConfig>,
    /// What the far party gets of them.
    pub to_far: DigitsToFar,
    /// Plays telephone events of the far party as tones, where this leg has no telephone events.
    pub render: bool,
}

/// What the far party gets of the digits in a leg's audio.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DigitsToFar {
    /// The tones, as they are.
    #[default]
    Pass,
    /// Silence in their place, from their first sample on: for that what it hears is 30 ms late.
    Block,
    /// Silence as well, and telephone events. Where the far party has none, the tones pass.
    Convert,
}

impl DigitsToFar {
    /// What of it holds while no far party is known that takes telephone events.
    pub(crate) fn alone(self) -> Self {
        if self == Self::Convert { Self::Pass } else { self }
    }
}

impl DigitPolicy {
    /// Digits are not looked for, telephone events not played.
    pub fn new() -> Self {
        Self::default()
    }

    /// Finds digits in the audio.
    pub fn detect(mut self, config: DtmfConfig) -> Self {
        self.detect = Some(config);
        self
    }

    /// What the far party gets of them; for all but the tones themselves they are looked for, too.
    pub fn to_far(mut self, to_far: DigitsToFar) -> Self {
        self.to_far = to_far;
        self
    }

    /// Whether telephone events of the far party are played as tones, where this leg has no telephone events.
    pub fn render(mut self, render: bool) -> Self {
        self.render = render;
        self
    }

    /// The limits within which digits are looked for, if they are.
    pub fn limits(&self) -> Option<DtmfConfig> {
        self.detect.or((self.to_far != DigitsToFar::Pass).then(DtmfConfig::default))
    }
}

impl ProcessingSpec {
    /// Nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes hum and rumble away.
    pub fn high_pass(mut self, config: HighPassConfig) -> Self {
        self.high_pass = Some(config);
        self
    }

    /// Takes the echo of what the party is sent out of what comes from it.
    pub fn echo(mut self, config: AecConfig) -> Self {
        self.echo = Some(config);
        self
    }

    /// Suppresses noise.
    pub fn noise(mut self, config: NsConfig) -> Self {
        self.noise = Some(config);
        self
    }

    /// Lifts and lowers parts of the band.
    pub fn equalizer(mut self, config: EqualizerConfig) -> Self {
        self.equalizer = Some(config);
        self
    }

    /// Evens out the level.
    pub fn compressor(mut self, config: CompressorConfig) -> Self {
        self.compressor = Some(config);
        self
    }

    /// Brings the party to one loudness.
    pub fn gain(mut self, config: AgcConfig) -> Self {
        self.gain = Some(config);
        self
    }

    /// Tells when the party speaks, by `VoiceStarted` and `VoiceStopped` events.
    pub fn voice(mut self, config: VadConfig) -> Self {
        self.voice = Some(config);
        self
    }

    /// Digits in the audio.
    pub fn digits(mut self, digits: DigitPolicy) -> Self {
        self.digits = digits;
        self
    }

    /// Whether signals of networks, faxes and machines are looked for.
    pub fn signals(mut self, signals: bool) -> Self {
        self.signals = signals;
        self
    }

    /// Tells a silence of this length.
    pub fn silence(mut self, config: SilenceConfig) -> Self {
        self.silence = Some(config);
        self
    }

    /// Decides whether a person or a machine has answered.
    pub fn answer(mut self, config: AnswerConfig) -> Self {
        self.answer = Some(config);
        self
    }

    /// Whether anything is to be done with what comes from the leg.
    pub fn is_needed(&self) -> bool {
        let Self { voice, silence, answer, digits, .. } = self;
        let listens = self.signals || silence.is_some() || answer.is_some();
        self.changes_audio() || listens || voice.is_some() || digits.limits().is_some()
    }

    /// Whether any block but detectors and the line of digits is asked for.
    pub(crate) fn changes_audio(&self) -> bool {
        let Self { high_pass, echo, noise, equalizer, compressor, gain, .. } = self;
        let filters = high_pass.is_some() || equalizer.is_some() || compressor.is_some();
        filters || echo.is_some() || noise.is_some() || gain.is_some()
    }

    /// Whether this build has all that is asked for.
    pub fn check(&self) -> Result<(), NsUnavailable> {
        self.noise.map_or(Ok(()), |noise| noise.check())
    }
}
