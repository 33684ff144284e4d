//! What listeners must have in common to share an encoder.

use crate::codec::CodecSpec;
use crate::mixer::Mix;
use crate::types::{Millis, PayloadType};

/// A mix, a codec with its rate and settings, and a packet time. Payload types are not part of it: the RTP header
/// is each leg's own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GroupKey {
    mix: Mix,
    codec: CodecSpec,
    ptime: Millis,
}

impl GroupKey {
    /// The key of listeners of `mix` in packets of `ptime`.
    pub fn new(mix: Mix, codec: CodecSpec, ptime: Millis) -> Self {
        const ANY: Option<PayloadType> = PayloadType::new(0);
        Self { mix, codec: ANY.map_or(codec, |any| codec.under(any)), ptime }
    }

    /// The mix.
    pub fn mix(&self) -> Mix {
        self.mix
    }

    /// The codec, under payload type 0.
    pub fn codec(&self) -> &CodecSpec {
        &self.codec
    }

    /// The packet time.
    pub fn ptime(&self) -> Millis {
        self.ptime
    }
}
