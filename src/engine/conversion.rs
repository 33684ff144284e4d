//! How one party's audio reaches the other: the shortest way that their codecs allow.

use std::fmt;

use crate::codec::{ByteTable, CodecSpec};
use crate::types::{Millis, SampleRate};

/// What happens to audio between two legs, the cheapest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Conversion {
    /// Packets pass as they are.
    Relay,
    /// Packets pass, and each byte becomes another one by a table: bit for bit as decoded and encoded.
    Table,
    /// Decoded and encoded at one rate.
    Transcode {
        /// That rate.
        rate: SampleRate,
    },
    /// Decoded, resampled and encoded.
    Resample {
        /// Rate of the codec received.
        from: SampleRate,
        /// Rate of the codec sent.
        to: SampleRate,
    },
}

/// What the way between two legs depends on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Way {
    /// What comes, and how much of it in each packet.
    pub received: (CodecSpec, Millis),
    /// What goes.
    pub sent: (CodecSpec, Millis),
    /// Nothing between the decoder and the encoder needs the audio.
    pub plain: bool,
}

impl Conversion {
    /// The shortest way.
    pub(crate) fn shortest(way: &Way) -> Self {
        let ((received, ptime), (sent, packets)) = (way.received, way.sent);
        let undecoded = way.plain && ptime == packets;
        if undecoded && received.same_payload(&sent) {
            Self::Relay
        } else if undecoded && received.table_to(&sent).is_some() {
            Self::Table
        } else if received.rate == sent.rate {
            Self::Transcode { rate: sent.rate }
        } else {
            Self::Resample { from: received.rate, to: sent.rate }
        }
    }

    /// Whether packets pass undecoded.
    pub fn passes(self) -> bool {
        matches!(self, Self::Relay | Self::Table)
    }

    /// The table that packets go through.
    pub(crate) fn table(self, received: &CodecSpec, sent: &CodecSpec) -> Option<&'static ByteTable> {
        received.table_to(sent).filter(|_| self == Self::Table)
    }
}

impl fmt::Display for Conversion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Relay => write!(f, "relay"),
            Self::Table => write!(f, "table"),
            Self::Transcode { rate } => write!(f, "transcode at {} Hz", rate.hz()),
            Self::Resample { from, to } => write!(f, "resample {} to {} Hz", from.hz(), to.hz()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_way_is_chosen() {
        let (mu, a) = (CodecSpec::pcmu(), CodecSpec::pcma());
        let wide = CodecSpec::l16(SampleRate::HZ_16000, crate::types::PayloadType::new(96).expect("below 128"));
        let way = |received, ptime, sent, plain| {
            Conversion::shortest(&Way { received: (received, Millis(ptime)), sent: (sent, Millis(20)), plain })
        };
        let rate = SampleRate::HZ_8000;
        assert_eq!(way(mu, 20, mu, true), Conversion::Relay);
        assert_eq!(way(mu, 20, a, true), Conversion::Table);
        assert_eq!(way(mu, 30, a, true), Conversion::Transcode { rate });
        assert_eq!(way(mu, 20, mu, false), Conversion::Transcode { rate });
        assert_eq!(way(wide, 20, mu, true), Conversion::Resample { from: wide.rate, to: rate });
    }
}
