//! Sums of autocorrelations over some frames (G.729 Annex B clauses B.4.1 and B.4.2).

use super::super::dpf::Dpf;
use super::super::frame::TAPS;
use super::super::ops::{add, extract_h, l_add, l_deposit_l, l_shl, norm_l, sub};
use crate::codec::audio::g729::encoder::{Autocorrelation, LAGS};

/// Autocorrelations of lags 0 to 10, multiplied by 2^shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scaled {
    /// As 16-bit words.
    pub lags: [i16; TAPS],
    /// Places to the left.
    pub shift: i16,
}

impl Scaled {
    /// Of silence; any signal outweighs it.
    pub const fn zero() -> Self {
        Self { lags: [0; TAPS], shift: 40 }
    }

    /// The upper halves of a frame's, before the lag window.
    pub fn of(autocorrelation: &Autocorrelation) -> Self {
        Self { lags: std::array::from_fn(|i| autocorrelation.lags[i].hi), shift: -16 - autocorrelation.exponent }
    }

    /// The sum over frames, normalised.
    pub fn sum(frames: &[Self]) -> Self {
        // Two bits of room for three summands.
        let shift = add(frames.iter().map(|f| f.shift).min().unwrap_or(0), 14);
        let mut sums = [0; TAPS];
        for frame in frames {
            let places = sub(shift, frame.shift);
            for (sum, &lag) in sums.iter_mut().zip(&frame.lags) {
                *sum = l_add(*sum, l_shl(l_deposit_l(lag), places));
            }
        }
        let places = norm_l(sums[0]);
        Self { lags: sums.map(|sum| extract_h(l_shl(sum, places))), shift: add(shift, sub(places, 16)) }
    }

    /// As the Levinson-Durbin recursion takes them; none of silence.
    pub fn to_lags(self) -> Option<[Dpf; LAGS]> {
        let mut lags = [Dpf::default(); LAGS];
        for (wide, &lag) in lags.iter_mut().zip(&self.lags) {
            wide.hi = lag;
        }
        (self.lags[0] > 0).then_some(lags)
    }
}
