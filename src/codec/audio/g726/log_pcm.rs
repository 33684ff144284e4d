//! G.711 codes at either end: expansion, compression, and the adjustment that keeps tandems in step
//! (clauses 4.2.1 and 4.2.8).

use crate::codec::audio::g711::Law;

/// A G.711 code taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LogPcm {
    negative: bool,
    /// Segment and interval, 0 to 127, growing with the magnitude.
    step: i32,
}

impl LogPcm {
    /// Reads a code as it stands in an octet.
    #[inline(always)]
    pub(super) fn from_octet(octet: u8, law: Law) -> Self {
        let straight = octet ^ inversion(law);
        Self { negative: straight & 0x80 == 0, step: i32::from(straight & 0x7f) }
    }

    #[inline(always)]
    pub(super) fn octet(self, law: Law) -> u8 {
        (self.step as u8 | if self.negative { 0 } else { 0x80 }) ^ inversion(law)
    }

    /// The code of a reconstructed sample of 16 bits (block COMPRESS).
    #[inline(always)]
    pub(super) fn compressed(sample: i32, law: Law) -> Self {
        let negative = sample < 0;
        // −32 768 has no magnitude of 15 bits; what it becomes is the Recommendation's choice.
        let magnitude = match (sample, law) {
            (-32_768, Law::A) => 2,
            _ => sample.abs() & 0x7fff,
        };
        let step = match law {
            Law::A => {
                let halved = (magnitude - i32::from(negative)).max(0) >> 1;
                let halved = halved.min(4095);
                let segment = (27 - halved.leading_zeros() as i32).max(0);
                segment << 4 | halved >> segment.max(1) & 15
            }
            Law::Mu => {
                let biased = magnitude.min(8158) + 33;
                let segment = 26 - biased.leading_zeros() as i32;
                segment << 4 | biased >> (segment + 1) & 15
            }
        };
        Self { negative, step }
    }

    /// The 14-bit sample that it stands for (block EXPAND).
    #[inline(always)]
    pub(super) fn expanded(self, law: Law) -> i32 {
        let (segment, interval) = (self.step >> 4, self.step & 15);
        let magnitude = match law {
            Law::A if segment == 0 => (2 * interval + 1) << 1,
            Law::A => (2 * interval + 33) << segment,
            Law::Mu => ((2 * interval + 33) << segment) - 33,
        };
        if self.negative { -magnitude } else { magnitude }
    }

    /// The next code upwards, or this one where there is none (block SYNC).
    #[inline(always)]
    pub(super) fn above(self) -> Self {
        match self {
            Self { negative: false, step } => Self { negative: false, step: (step + 1).min(127) },
            Self { negative: true, step: 0 } => Self { negative: false, step: 0 },
            Self { negative: true, step } => Self { negative: true, step: step - 1 },
        }
    }

    /// The next code downwards, or this one where there is none. µ-law's two zeros are one value (block SYNC).
    #[inline(always)]
    pub(super) fn below(self, law: Law) -> Self {
        match self {
            Self { negative: true, step } => Self { negative: true, step: (step + 1).min(127) },
            Self { negative: false, step: 0 } => Self { negative: true, step: i32::from(law == Law::Mu) },
            Self { negative: false, step } => Self { negative: false, step: step - 1 },
        }
    }
}

/// A-law inverts every other bit, µ-law all bits of the magnitude; the sign bit stands for plus in both.
#[inline(always)]
const fn inversion(law: Law) -> u8 {
    match law {
        Law::A => 0x55,
        Law::Mu => 0x7f,
    }
}
