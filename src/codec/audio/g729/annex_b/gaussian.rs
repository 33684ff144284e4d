//! Gaussian noise of a given level (G.729 Annex B clause B.4.4).

use super::super::dpf::Dpf;
use super::super::frame::SUBFRAME;
use super::super::math::inv_sqrt;
use super::super::noise::Noise;
use super::super::ops::{add, extract_h, extract_l, l_mac, l_shl, l_shr, mult_r, norm_l, shr_r, sub};

/// √40/4 − 1, Q15: half the level, over the root of the sum of squares.
const HALF_LEVEL: i16 = 19_043;

/// A subframe of noise whose root mean square is half of `level`/8. Real-time: 480 random words.
pub fn gaussian(level: i16, random: &mut Noise) -> [i16; SUBFRAME] {
    let noise = [(); SUBFRAME].map(|()| normal(random));
    let energy = noise.iter().fold(0, |sum, &s| l_mac(sum, s, s));
    let inverse = Dpf::new(inv_sqrt(l_shr(energy, 1)));
    let factor = inverse.times_short(add(level, mult_r(level, HALF_LEVEL)));
    let places = norm_l(factor);
    let mantissa = extract_h(l_shl(factor, places));
    noise.map(|s| shr_r(mult_r(s, mantissa), sub(places, 14)))
}

/// A normally distributed number of deviation 512: the sum of twelve even ones.
fn normal(random: &mut Noise) -> i16 {
    let sum: i32 = (0..12).map(|_| i32::from(random.draw())).sum();
    extract_l(sum >> 7)
}
