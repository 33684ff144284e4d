//! What is to be done with a leg's voice.

use crate::processing::audio::dtmf::DtmfConfig;

/// What is done with what comes from a leg, before anybody hears it; nothing by default.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ProcessingSpec {
    /// Digits in the audio, and what the far party and this one get of digits.
    pub digits: DigitPolicy,
    /// Finds dial tone, ringback, busy, congestion, fax tones and beeps.
    pub signals: bool,
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

    /// Whether anything is to be done with what comes from the leg.
    pub fn is_needed(&self) -> bool {
        self.signals || self.digits.limits().is_some()
    }
}
