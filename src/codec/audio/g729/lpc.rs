//! LP filters from LSPs, their interpolation and bandwidth expansion (G.729 clauses 3.2.5, 3.2.6, A.3.3).
//!
//! A filter is the coefficients of A(z) in Q12, the first of them 4096. Real-time.

use super::dpf::Dpf;
use super::frame::{ORDER, TAPS};
use super::ops::{add, extract_l, l_add, l_msu, l_mult, l_shl, l_shr_r, l_sub, round, shr};

/// The filters of both subframes: the first from the LSPs half way between `before` and `now` (eq. 24).
pub fn interpolate(before: &[i16; ORDER], now: &[i16; ORDER]) -> [[i16; TAPS]; 2] {
    let middle = std::array::from_fn(|i| add(shr(now[i], 1), shr(before[i], 1)));
    [lsp_to_lpc(&middle), lsp_to_lpc(now)]
}

/// The filter of LSPs in Q15 (clause 3.2.6).
pub fn lsp_to_lpc(lsp: &[i16; ORDER]) -> [i16; TAPS] {
    let (pairs, _) = lsp.as_chunks::<2>();
    let mut sum = polynomial(std::array::from_fn(|i| pairs[i][0]));
    let mut difference = polynomial(std::array::from_fn(|i| pairs[i][1]));
    for i in (1..=5).rev() {
        sum[i] = l_add(sum[i], sum[i - 1]);
        difference[i] = l_sub(difference[i], difference[i - 1]);
    }
    let mut a = [4096; TAPS];
    for i in 1..=5 {
        // From Q24 to Q12, and halved.
        a[i] = extract_l(l_shr_r(l_add(sum[i], difference[i]), 13));
        a[TAPS - i] = extract_l(l_shr_r(l_sub(sum[i], difference[i]), 13));
    }
    a
}

/// Coefficients 0 to 5, in Q24, of the product of 1 − 2q z⁻¹ + z⁻² over the LSPs q (eq. 25).
fn polynomial(lsp: [i16; 5]) -> [i32; 6] {
    let mut f = [0; 6];
    f[0] = l_mult(4096, 2048);
    f[1] = l_msu(0, lsp[0], 512);
    for i in 2..=5 {
        let q = lsp[i - 1];
        f[i] = f[i - 2];
        for j in (2..=i).rev() {
            let twice = l_shl(Dpf::new(f[j - 1]).times_short(q), 1);
            f[j] = l_sub(l_add(f[j], f[j - 2]), twice);
        }
        f[1] = l_msu(f[1], q, 512);
    }
    f
}

/// The powers of γ (Q15) that [`expand`] takes, each rounded before the next is made of it.
pub const fn powers(gamma: i16) -> [i16; ORDER] {
    let mut powers = [gamma; ORDER];
    let mut i = 1;
    while i < ORDER {
        powers[i] = round(l_mult(powers[i - 1], gamma));
        i += 1;
    }
    powers
}

/// A(z/γ) (eq. A.4 and clause 4.2.1).
#[inline(always)]
pub fn expand(a: &[i16; TAPS], powers: &[i16; ORDER]) -> [i16; TAPS] {
    let mut wide = *a;
    for (coefficient, &power) in wide[1..].iter_mut().zip(powers) {
        *coefficient = round(l_mult(*coefficient, power));
    }
    wide
}
