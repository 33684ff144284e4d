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
}

impl OpusParams {
    /// Encodes like `config`, for a receiver without wishes.
    pub fn new(config: OpusConfig) -> Self {
        Self { config, wishes: OpusFmtp::default() }
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
