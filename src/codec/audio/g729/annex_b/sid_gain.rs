//! The level in a silence descriptor: 5 bits, −12 to 66 dB (G.729 Annex B clause B.4.2.1).

use super::super::dpf::Dpf;
use super::super::math::log2;
use super::super::ops::{add, l_add, l_deposit_l, l_shl, mult, mult_r, shl, shr, sub};

/// An energy as mantissa · 2^−shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Energy {
    /// 0 to 32 767.
    pub mantissa: i16,
    /// Places that it was shifted to the left.
    pub shift: i16,
}

/// A quantised level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SidGain {
    /// What is transmitted, 0 to 31.
    pub index: u8,
    /// What it means, in dB.
    pub decibels: i16,
}

/// Quantises the mean of one or two residual energies, each of an LP analysis of two frames.
pub fn quantise(energies: &[Energy]) -> SidGain {
    /// 0.9 over 80 samples, by the count of energies, Q15 and shifted like the energies.
    const FACTOR: [i16; 2] = [26, 13];
    let two = usize::from(energies.len() > 1);
    // Room for the sum.
    let margin = 16 - two as i16;
    let shift = add(energies.iter().map(|e| e.shift).min().unwrap_or(0), margin);
    let sum = energies.iter().fold(0, |sum, e| l_add(sum, l_shl(l_deposit_l(e.mantissa), sub(shift, e.shift))));
    of_level(Dpf::new(sum).times_short(FACTOR[two]), shift)
}

/// Quantises the energy of one frame's excitation, mantissa · 2^shift: what a decoder that lost the
/// descriptor has (clause B.4.5).
pub fn quantise_excitation(mantissa: i16, shift: i16) -> SidGain {
    // 1/80 in Q15.
    of_level(Dpf::new(l_shl(l_deposit_l(mantissa), shift)).times_short(410), 0)
}

/// The nearest level: steps of 4 dB up to 14 dB, of 2 dB above.
fn of_level(energy: i32, shift: i16) -> SidGain {
    let (whole, fraction) = log2(energy);
    // log2 in Q10; 10 log10 is 3.0103 of it.
    let level = add(shl(sub(whole, shift), 10), mult_r(fraction, 1024));
    if level <= -2721 {
        SidGain { index: 0, decibels: -12 }
    } else if level > 22_111 {
        SidGain { index: 31, decibels: 66 }
    } else if level <= 4762 {
        let index = mult(add(level, 3401), 24).max(1);
        SidGain { index: index as u8 & 31, decibels: sub(shl(index, 2), 8) }
    } else {
        let index = sub(shr(mult(sub(level, 340), 193), 2), 1).max(6);
        SidGain { index: index as u8 & 31, decibels: add(shl(index, 1), 4) }
    }
}
