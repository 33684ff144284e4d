//! Logarithms that are fast enough to take one of every bin.

/// Ten of these are a decibel each: the common logarithm of a positive normal number, within 0.0003.
#[inline]
pub(super) fn bels(power: f32) -> f32 {
    const LOG10_OF_2: f32 = std::f32::consts::LOG10_2;
    let bits = power.to_bits();
    let exponent = (bits >> 23) as i32 - 127;
    let t = f32::from_bits(bits & 0x007f_ffff | 0x3f80_0000) - 1.0;
    // Exact at both ends of an octave, the least squares of the error between.
    let curve = t + t * (1.0 - t) * (C0 + t * (C1 + t * C2));
    LOG10_OF_2 * (exponent as f32 + curve)
}

const C0: f32 = 0.438_073_25;
const C1: f32 = -0.236_693_42;
const C2: f32 = 0.080_307_3;
