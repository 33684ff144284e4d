//! How many of an octet's bits are audio.

use super::tables::LOW_LEVELS;

/// Mode of operation (clause 1.3): what of each octet is audio, the rest being an auxiliary data channel.
///
/// Recommendation G.722 knows these three and no other, so it is exhaustive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Mode 1, 64 kbit/s: all eight bits are audio.
    #[default]
    Kbit64,
    /// Mode 2, 56 kbit/s: the lowest bit is auxiliary data.
    Kbit56,
    /// Mode 3, 48 kbit/s: the lowest two bits are auxiliary data.
    Kbit48,
}

impl Mode {
    /// The bits of an octet that carry audio.
    pub(super) const fn audio_bits(self) -> u8 {
        match self {
            Self::Kbit64 => 0xff,
            Self::Kbit56 => 0xfe,
            Self::Kbit48 => 0xfc,
        }
    }

    /// The lower band's output levels by the octet's lower six bits.
    pub(super) fn low_levels(self) -> &'static [i16; 64] {
        let [all, but_one, but_two] = &LOW_LEVELS;
        match self {
            Self::Kbit64 => all,
            Self::Kbit56 => but_one,
            Self::Kbit48 => but_two,
        }
    }
}
