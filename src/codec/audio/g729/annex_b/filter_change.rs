//! Whether the spectrum has moved away from a filter: the Itakura distance (G.729 Annex B clause B.4.1.3).

use super::super::frame::TAPS;
use super::super::ops::{
    add, l_add, l_deposit_l, l_mac, l_mult, l_saturate, l_shl, l_shr, l_sub, mult_r, norm_l, round, shr, sub,
};
use super::averages::Scaled;

/// A filter, as the autocorrelation of its coefficients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferenceFilter {
    correlation: [i16; TAPS],
    shift: i16,
}

impl ReferenceFilter {
    /// No filter yet.
    pub const fn none() -> Self {
        Self { correlation: [0; TAPS], shift: 0 }
    }

    /// Of the coefficients of A(z), Q12 (eq. B.10, without its factor of two).
    pub fn of(filter: &[i16; TAPS]) -> Self {
        let sum = |lag: usize| filter.iter().zip(&filter[lag..]).fold(0, |sum, (&a, &b)| l_mac(sum, a, b));
        let shift = norm_l(sum(0));
        Self { correlation: std::array::from_fn(|lag| round(l_shl(sum(lag), shift))), shift }
    }

    /// Whether this filter leaves more than 1 + `threshold` (Q15) of the energy `error` that a signal's own
    /// filter leaves (eq. B.9).
    pub fn differs(&self, signal: &Scaled, error: i16, threshold: i16) -> bool {
        let (residual, places) = self.residual(signal);
        let allowed = l_add(l_deposit_l(mult_r(error, threshold)), l_deposit_l(error));
        // 9: from the formats of filter and signal to that of the error.
        let allowed = l_shl(allowed, sub(add(self.shift, 9), places));
        l_sub(residual, allowed) > 0
    }

    /// The energy that this filter leaves of the signal, and by how many places it had to be lowered: one
    /// factor and the other in turn, until the sum fits.
    fn residual(&self, signal: &Scaled) -> (i32, i16) {
        let mut places = [0i16; 2];
        // Sixteen words of 31 bits fit after four places; with twice as many turns there is no overflow left.
        for turn in 0..8 {
            if let Some(sum) = self.weighted(signal, places) {
                return (sum, places[0] + places[1]);
            }
            places[1 - turn % 2] += 1;
        }
        (i32::MAX, places[0] + places[1])
    }

    /// The sum in 32 bits, or none if any step does not fit.
    fn weighted(&self, signal: &Scaled, places: [i16; 2]) -> Option<i32> {
        let term = |i: usize| (shr(self.correlation[i], places[0]), shr(signal.lags[i], places[1]));
        let fits = |(a, b): (i16, i16)| (a, b) != (i16::MIN, i16::MIN);
        let first = term(0);
        let start = fits(first).then(|| i64::from(l_shr(l_mult(first.0, first.1), 1)))?;
        let sum = (1..TAPS).try_fold(start, |sum, i| {
            let (a, b) = term(i);
            let next = sum + i64::from(l_mult(a, b));
            (fits((a, b)) && i64::from(l_saturate(next)) == next).then_some(next)
        })?;
        Some(l_saturate(sum))
    }
}
