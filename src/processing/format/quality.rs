//! Classes of resampling: what delay buys.

use super::prototype::Goal;
use crate::types::SampleRate;

/// How good a resampler is, and how late.
///
/// Of two rates the lower decides on band and delay. Below 16 kHz the edges are fractions of 8 kHz's telephone band.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Quality {
    /// Flat within 0.03 dB to 0.425 of the lower rate (3.4 kHz of 8), from 16 kHz on to 0.4375 (7 kHz of 16); aliases
    /// and images below −90 dB. Delay 2 ms at 8 kHz, 1.25 ms at 16 kHz, less above.
    #[default]
    Voice,
    /// Flat within 0.03 dB to 0.4625 of the lower rate (3.7 kHz of 8), from 16 kHz on to 0.46875 (7.5 kHz of 16);
    /// aliases and images below −100 dB. Delay 4 ms at 8 kHz, 2.5 ms at 16 kHz, less above; twice the cost.
    High,
}

impl Quality {
    /// The filter between two rates of which `low` is the lower.
    pub(super) fn goal(self, low: SampleRate) -> Goal {
        // Telephone speech ends at 3.4 kHz of 4, wide-band speech at 7 of 8: the narrower gap needs the longer filter.
        let (half, pass, weight) = match (self, low.hz() < 16_000) {
            (Self::Voice, true) => (16, 0.425, 1e-4),
            (Self::Voice, false) => (20, 0.4375, 1e-4),
            (Self::High, true) => (32, 0.4625, 1e-5),
            (Self::High, false) => (40, 0.46875, 1e-5),
        };
        // What lies as far above half the rate folds onto the edge of the pass band.
        Goal { half: f64::from(half), pass, stop: 1.0 - pass, weight }
    }

    /// Places between two inputs for which a filter that follows drift holds coefficients. Those between them are
    /// interpolated on a straight line, which leaves noise 96 or 108 dB below the tone at the edge of the band.
    pub(super) fn places(self) -> u32 {
        match self {
            Self::Voice => 128,
            Self::High => 256,
        }
    }
}
