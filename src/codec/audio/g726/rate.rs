//! The four bit rates.

use super::tables::{KBIT_16, KBIT_24, KBIT_32, KBIT_40, Tables};

/// Bit rate of the codes. Recommendation G.726 knows these four and no other, so it is exhaustive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rate {
    /// 16 kbit/s: two bits a sample.
    Kbit16,
    /// 24 kbit/s: three bits a sample.
    Kbit24,
    /// 32 kbit/s: four bits a sample, as G.721.
    Kbit32,
    /// 40 kbit/s: five bits a sample.
    Kbit40,
}

impl Rate {
    /// All rates, the lowest first.
    pub const ALL: [Self; 4] = [Self::Kbit16, Self::Kbit24, Self::Kbit32, Self::Kbit40];

    /// Bits of a sample's code.
    pub const fn bits(self) -> usize {
        match self {
            Self::Kbit16 => 2,
            Self::Kbit24 => 3,
            Self::Kbit32 => 4,
            Self::Kbit40 => 5,
        }
    }

    pub(super) const fn tables(self) -> &'static Tables {
        match self {
            Self::Kbit16 => &KBIT_16,
            Self::Kbit24 => &KBIT_24,
            Self::Kbit32 => &KBIT_32,
            Self::Kbit40 => &KBIT_40,
        }
    }
}
