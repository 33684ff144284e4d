//! Windowed autocorrelation for LP analysis (G.729 clauses 3.2.1 and A.3.2.1). Real-time.

use multiversion::multiversion;

use super::inner::energy;
use crate::codec::audio::g729::dpf::Dpf;
use crate::codec::audio::g729::ops::norm_l;
use crate::codec::audio::g729::tables_lpc::{LAG_WINDOW, WINDOW};

/// Samples of the analysis window: 15 ms of the past, the frame, and 5 ms to come.
pub const SPAN: usize = 240;

/// Lags 0 to 12: LP analysis takes ten, Annex B twelve.
pub const LAGS: usize = 13;

/// Autocorrelations, normalised by the largest power of two that fits lag 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Autocorrelation {
    /// Of lags 0 to 12, Q31.
    pub lags: [Dpf; LAGS],
    /// They were multiplied by 2^−exponent.
    pub exponent: i16,
}

/// The autocorrelations of the windowed speech (eqs. 4 and 5); lag 0 is at least 1.
pub fn autocorrelate(speech: &[i16; SPAN]) -> Autocorrelation {
    let mut windowed = [0; SPAN];
    let (sums, quarters) = sums(speech, &mut windowed);
    let places = norm_l(sums[0]);
    // By Cauchy and Schwarz no lag exceeds lag 0: the shift fits all of them.
    Autocorrelation { lags: sums.map(|sum| Dpf::new(sum << places)), exponent: 1 + 4 * quarters - places }
}

impl Autocorrelation {
    /// With formants broadened by 60 Hz and a white-noise floor of −40 dB (eqs. 6 and 7).
    pub fn lag_windowed(&self) -> [Dpf; LAGS] {
        let mut lags = self.lags;
        for (lag, &weight) in lags[1..].iter_mut().zip(&LAG_WINDOW) {
            *lag = Dpf::new(lag.times(weight));
        }
        lags
    }
}

/// Doubled sums of products, and how often the signal was divided by four to make lag 0 fit 31 bits.
///
/// Lag 0 bounds all partial sums of the other lags, so they are plain sums.
#[multiversion(targets("x86_64+avx2"))]
fn sums(speech: &[i16; SPAN], y: &mut [i16; SPAN]) -> ([i32; LAGS], i16) {
    for ((y, &x), &weight) in y.iter_mut().zip(speech).zip(&WINDOW) {
        *y = ((i32::from(x) * i32::from(weight) + 0x4000) >> 15) as i16;
    }
    let mut quarters = 0;
    let mut first = 1 + 2 * energy(y);
    while first > i64::from(i32::MAX) {
        y.iter_mut().for_each(|y| *y >>= 2);
        quarters += 1;
        first = 1 + 2 * energy(y);
    }
    let mut sums = [first as i32; LAGS];
    for (lag, sum) in sums.iter_mut().enumerate().skip(1) {
        let products = y.iter().zip(&y[lag..]).map(|(&a, &b)| i32::from(a) * i32::from(b));
        *sum = products.fold(0i32, i32::wrapping_add).wrapping_mul(2);
    }
    (sums, quarters)
}
