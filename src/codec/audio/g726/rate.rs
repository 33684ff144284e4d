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

    /// The fewest samples whose codes fill octets.
    pub const fn group(self) -> usize {
        match self {
            Self::Kbit16 => 4,
            Self::Kbit24 | Self::Kbit40 => 8,
            Self::Kbit32 => 2,
        }
    }

    /// Octets that the codes of so many samples take.
    pub const fn octets(self, samples: usize) -> usize {
        (samples * self.bits()).div_ceil(8)
    }

    /// Samples in so many octets; `None` if no count of whole groups fills them.
    pub const fn samples(self, octets: usize) -> Option<usize> {
        let samples = octets * 8 / self.bits();
        if self.octets(samples) == octets && samples.is_multiple_of(self.group()) { Some(samples) } else { None }
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
