//! What a spec says of Opus.

use crate::codec::audio::opus::{OpusConfig, OpusFmtp};
use crate::types::SampleRate;

/// How this side encodes, and what fmtp asks for: the peer's wishes where a spec is for sending, our
/// own where it is what we can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpusParams {
    /// How to encode; rate and channels are those of the spec.
    pub config: OpusConfig,
    /// What the receiver asks for. The encoder is held to it ([`OpusFmtp::limit`]).
    pub wishes: OpusFmtp,
    /// Losses in what is received are concealed by libopus's neural concealment. Off by default: a lost 10 ms costs some
    /// 220 µs, at worst 400. Only with the feature `deep-plc`.
    pub deep_plc: bool,
    /// Losses in what is received are repaired out of deep redundancy, where packets carry it. Off by default: a lost
    /// 10 ms costs some 60 µs, a gap up to 100 µs more. Only with the feature `dred`.
    pub dred: bool,
}

impl OpusParams {
    /// Encodes like `config`, for a receiver without wishes.
    pub fn new(config: OpusConfig) -> Self {
        Self { config, wishes: OpusFmtp::default(), deep_plc: false, dred: false }
    }

    /// Conceals losses by neural concealment, where the engine has it.
    pub fn deep_plc(self) -> Self {
        Self { deep_plc: true, ..self }
    }

    /// Repairs losses out of deep redundancy, where the engine has it.
    pub fn dred(self) -> Self {
        Self { dred: true, ..self }
    }

    /// The same for a receiver with these wishes.
    pub fn wishes(self, wishes: OpusFmtp) -> Self {
        Self { wishes, ..self }
    }
}

impl Default for OpusParams {
    fn default() -> Self {
        Self::new(OpusConfig::new(SampleRate::HZ_48000, 1))
    }
}
