//! Logarithm, exponential and the gain of an exponential integral, without branches, so that loops round them
//! become vectors. No standard function does.

/// e^x within 1e-6 of its value; x beyond ±87 counts as ±87.
#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    // 1.5·2²³: what is added to it is rounded to an integer in the lower bits.
    const ROUND: f32 = 12_582_912.0;
    let turns = x.clamp(-87.0, 87.0) * std::f32::consts::LOG2_E;
    let rounded = turns + ROUND;
    let rest = (turns - (rounded - ROUND)) * std::f32::consts::LN_2;
    let mut sum = 1.0 / 720.0;
    for coefficient in [1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
        sum = sum * rest + coefficient;
    }
    f32::from_bits(sum.to_bits().wrapping_add(rounded.to_bits() << 23))
}

/// ln x within 1e-6 (absolute, or relative to a greater result), for normal positive x.
#[inline(always)]
pub(super) fn ln(x: f32) -> f32 {
    const HALF_ROOT: u32 = std::f32::consts::FRAC_1_SQRT_2.to_bits();
    let exponent = (x.to_bits().wrapping_sub(HALF_ROOT) as i32) >> 23;
    let mantissa = f32::from_bits(x.to_bits().wrapping_sub((exponent << 23) as u32));
    // ln((1 + s) / (1 − s)) = 2 (s + s³/3 + s⁵/5 + …), |s| < 0.172.
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let square = s * s;
    let series = 1.0 + square * (1.0 / 3.0 + square * (1.0 / 5.0 + square * (1.0 / 7.0)));
    2.0 * s * series + exponent as f32 * std::f32::consts::LN_2
}

/// ½ E₁(v), given v > 0 and e^−v: the logarithm of what the log-spectral estimator adds to Wiener's gain.
/// e^(½E₁) is within 2.5 % (0.2 dB).
///
/// E₁ lies between ½ e^−v ln(1 + 2/v) and e^−v ln(1 + 1/v) (Abramowitz and Stegun, 5.1.20). The factor here goes
/// from e^−γ, which is exact for small v, to 1.
#[inline(always)]
pub(super) fn half_exponential_integral(v: f32, exp_minus_v: f32) -> f32 {
    let factor = (0.561_459_5 + 1.7 * v) / (1.0 + 1.7 * v);
    0.5 * exp_minus_v * ln(1.0 + factor / v)
}
