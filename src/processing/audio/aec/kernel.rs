//! The loops over bins that a canceller spends its time in, built for vector units.
//!
//! All rows are equally long. No fused multiply-add, so that every machine computes the same.

// Rows are cut to one length first, so that the compiler sees indices that need no check.
#![allow(clippy::needless_range_loop)]

use multiversion::multiversion;

/// Adds the product of two spectra to a third.
#[multiversion(targets("x86_64+avx2"))]
pub(super) fn accumulate(sum: (&mut [f32], &mut [f32]), a: (&[f32], &[f32]), b: (&[f32], &[f32])) {
    let n = sum.0.len();
    let ((yr, yi), (ar, ai), (br, bi)) = (sum, (&a.0[..n], &a.1[..n]), (&b.0[..n], &b.1[..n]));
    let yi = &mut yi[..n];
    for k in 0..n {
        yr[k] += ar[k] * br[k] - ai[k] * bi[k];
        yi[k] += ar[k] * bi[k] + ai[k] * br[k];
    }
}

/// Adds the power of a spectrum, weighted bin by bin.
#[multiversion(targets("x86_64+avx2"))]
pub(super) fn weigh(sum: &mut [f32], weight: &[f32], x: (&[f32], &[f32])) {
    let n = sum.len();
    let (weight, xr, xi) = (&weight[..n], &x.0[..n], &x.1[..n]);
    for k in 0..n {
        sum[k] += weight[k] * (xr[k] * xr[k] + xi[k] * xi[k]);
    }
}

/// One step of one partition of the Kalman filter: its coefficients `w` and their uncertainty `p`.
///
/// `e` is the error, already over the expected power of it (`inverse`, for the uncertainty). `forget` is the share of
/// a coefficient's power that turns into uncertainty in a block.
#[multiversion(targets("x86_64+avx2"))]
pub(super) fn learn(
    w: (&mut [f32], &mut [f32]),
    p: &mut [f32],
    x: (&[f32], &[f32]),
    e: (&[f32], &[f32]),
    inverse: &[f32],
    forget: f32,
) {
    let n = p.len();
    let (wr, wi) = (&mut w.0[..n], &mut w.1[..n]);
    let (xr, xi, er, ei) = (&x.0[..n], &x.1[..n], &e.0[..n], &e.1[..n]);
    let inverse = &inverse[..n];
    let keep = 1.0 - forget;
    for k in 0..n {
        let u = p[k];
        wr[k] += u * (xr[k] * er[k] + xi[k] * ei[k]);
        wi[k] += u * (xr[k] * ei[k] - xi[k] * er[k]);
        let gain = 0.5 * u * inverse[k] * (xr[k] * xr[k] + xi[k] * xi[k]);
        p[k] = keep * u * (1.0 - gain) + forget * (wr[k] * wr[k] + wi[k] * wi[k]) + 1e-12;
    }
}
