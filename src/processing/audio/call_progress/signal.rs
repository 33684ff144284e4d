//! What may be heard in place of a voice.

use crate::processing::audio::answering::Answered;
use crate::types::Millis;

/// A signal of the network or of a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Signal {
    /// The exchange waits for digits.
    Dial,
    /// The far telephone rings.
    Ringback,
    /// It is engaged.
    Busy,
    /// The network has no way: reorder tone, in a quicker cadence.
    Congestion,
    /// Three rising tones before an announcement (ITU-T E.180, Q.35).
    SpecialInformation,
    /// A fax calls: CNG, 1 100 Hz for half a second (ITU-T T.30).
    FaxCalling,
    /// A fax or a modem answers: CED or ANS, 2 100 Hz (ITU-T T.30, V.8, V.25).
    FaxAnswer {
        /// Its phase is turned every 450 ms: cancellers of echo have to go (ANSam, G.168).
        reversals: bool,
    },
    /// A single tone that ended in silence, as of an answering machine.
    Beep,
    /// Nothing loud was heard for as long as was asked for.
    Silence(Millis),
    /// It is decided who has answered.
    Answered(Answered),
}

impl Signal {
    /// A machine whose signals must pass as they are.
    pub fn is_machine(self) -> bool {
        matches!(self, Self::FaxCalling | Self::FaxAnswer { .. })
    }
}
