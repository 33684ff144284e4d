//! The gain of each bin: the optimally modified log-spectral amplitude estimator.
//!
//! Sources: Ephraim and Malah, "Speech enhancement using a minimum mean-square error log-spectral amplitude
//! estimator", IEEE TASSP 33(2), 1985; Cohen and Berdugo, "Speech enhancement for non-stationary noise environments",
//! Signal Processing 81, 2001: what speech would get to the power of its probability, and the floor to that of its
//! absence.

use multiversion::multiversion;

use super::approximations::{exp, half_exponential_integral, ln};
use super::prior::OVER_SUBTRACTION;

/// Writes the gain of each bin.
///
/// `ratio` is the a-priori signal-to-noise ratio, `absence` the prior probability that there is no speech, `floor`
/// the natural logarithm of the gain where there is none. Real-time: O(bins).
#[multiversion(targets("x86_64+avx2"))]
pub(super) fn gains(gains: &mut [f32], spectrum: &[f32], noise: &[f32], ratio: &[f32], absence: &[f32], floor: f32) {
    let measured = spectrum.iter().zip(noise);
    for (((gain, (&power, &noise)), &ratio), &absence) in gains.iter_mut().zip(measured).zip(ratio).zip(absence) {
        let wiener = ratio / (1.0 + ratio);
        let posterior = (power / (OVER_SUBTRACTION * noise)).min(1_000.0);
        let v = (wiener * posterior).max(1e-6);
        let unlikely = exp(-v);
        let present = (ln(wiener) + half_exponential_integral(v, unlikely)).min(0.0).max(floor);
        let speech = 1.0 / (1.0 + absence / (1.0 - absence) * (1.0 + ratio) * unlikely);
        *gain = exp(floor + speech * (present - floor));
    }
}
