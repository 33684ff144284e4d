//! Keeps the level through the post-filter (Annex A clause A.4.2.4). Real-time.

use super::frame::SUBFRAME;
use super::math::inv_sqrt;
use super::ops::{add, div_s, l_deposit_l, l_saturate, l_shl, l_shr, mult, norm_l, round};

/// Share of the last sample's gain: 0.9 in Q15 (eq. A.17).
const INERTIA: i16 = 29_491;
/// The rest of it.
const STEP: i16 = 32_767 - INERTIA;

/// Adaptive gain, smoothed sample by sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GainControl {
    /// Of the last sample, Q12.
    gain: i16,
}

impl GainControl {
    /// Starts at one.
    pub const fn new() -> Self {
        Self { gain: 4096 }
    }

    /// Gives `signal` the level of `model`.
    pub fn process(&mut self, model: &[i16; SUBFRAME], signal: &mut [i16; SUBFRAME]) {
        let energy_out = energy(signal);
        if energy_out == 0 {
            self.gain = 0;
            return;
        }
        let target = target(energy(model), energy_out);
        for sample in signal {
            self.gain = add(mult(self.gain, INERTIA), target);
            // The gain is not negative: clipping once is what the reference's saturating shift does.
            let scaled = (i32::from(*sample) * i32::from(self.gain)) >> 12;
            *sample = scaled.clamp(-32_768, 32_767) as i16;
        }
    }
}

/// (1 − 0.9) · √(wanted / present) in Q12.
fn target(wanted: i32, present: i32) -> i16 {
    if wanted == 0 {
        return 0;
    }
    let places_out = norm_l(present) - 1;
    let places_in = norm_l(wanted);
    let mantissa_out = round(l_shl(present, places_out));
    let mantissa_in = round(l_shl(wanted, places_in));
    let ratio = l_shl(l_deposit_l(div_s(mantissa_out, mantissa_in)), 7);
    let ratio = l_shr(ratio, places_out - places_in);
    mult(round(l_shl(inv_sqrt(ratio), 9)), STEP)
}

/// Energy of the signal 12 dB down, in the doubled units of l_mac, clipped.
fn energy(signal: &[i16; SUBFRAME]) -> i32 {
    // A quarter of a sample is at most 2^13, forty squares below 2^32: only the doubling can pass 32 bits.
    let sum: u32 = signal.iter().map(|&s| i32::from(s >> 2)).map(|s| (s * s).cast_unsigned()).sum();
    l_saturate(2 * i64::from(sum))
}
