//! Decoding of the pitch delay (G.729 clause 4.1.3). Real-time.

use super::frame::{LAG_MAX, LAG_MIN};

/// A pitch delay: `whole + third/3` samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PitchLag {
    /// 19 to 144.
    pub whole: i16,
    /// −1, 0 or 1.
    pub third: i16,
}

impl PitchLag {
    /// Of P1: thirds from 19⅓ to 84⅔, whole samples from 85 to 143.
    pub const fn first(index: u8) -> Self {
        let index = index as i16;
        if index < 197 {
            let whole = (index + 2) / 3 + 19;
            Self { whole, third: index - 3 * whole + 58 }
        } else {
            Self { whole: index - 112, third: 0 }
        }
    }

    /// Of P2: thirds from 5⅔ below to 4⅔ above the first subframe's `around`.
    pub const fn second(index: u8, around: i16) -> Self {
        let index = (index & 31) as i16;
        let lowest = if around - 5 < LAG_MIN { LAG_MIN } else { around - 5 };
        let lowest = if lowest + 9 > LAG_MAX { LAG_MAX - 9 } else { lowest };
        let steps = (index + 2) / 3 - 1;
        Self { whole: lowest + steps, third: index - 2 - 3 * steps }
    }
}
