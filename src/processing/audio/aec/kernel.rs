//! The loops over bins that a canceller spends its time in, built for vector units.
//!
//! All rows are equally long, a whole number of vectors: taken vector by vector, loops have no scalar tails. No fused
//! multiply-add, so that every machine computes the same.

// Rows are cut to one length first, so that the compiler sees indices that need no check.
#![allow(clippy::needless_range_loop)]

use multiversion::multiversion;

/// Sums that are kept side by side.
const LANES: usize = 16;

/// Three rows of numbers, one of each for every bin.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rows<'a> {
    pub re: &'a [f32],
    pub im: &'a [f32],
    /// A power, or what a power is multiplied by.
    pub weight: &'a [f32],
}

impl<'a> Rows<'a> {
    fn cut(self, n: usize) -> Self {
        Self { re: &self.re[..n], im: &self.im[..n], weight: &self.weight[..n] }
    }
}

/// Writes the power of a spectrum.
#[multiversion(targets("x86_64+avx2"))]
pub(super) fn power(out: &mut [f32], re: &[f32], im: &[f32]) {
    for ((out, re), im) in out.iter_mut().zip(re).zip(im) {
        *out = re * re + im * im;
    }
}

/// Adds to an echo, `yr` and `yi`, what a filter makes of the far end `x`, and to `residual` the power of `x` weighted by
/// the filter's uncertainty.
#[multiversion(targets("x86_64+avx2"))]
pub(super) fn predict(yr: &mut [f32], yi: &mut [f32], residual: &mut [f32], filter: Rows, x: Rows) {
    let n = residual.len();
    let (yr, yi, w, x) = (&mut yr[..n], &mut yi[..n], filter.cut(n), x.cut(n));
    for k in 0..n {
        yr[k] += w.re[k] * x.re[k] - w.im[k] * x.im[k];
        yi[k] += w.re[k] * x.im[k] + w.im[k] * x.re[k];
        residual[k] += w.weight[k] * x.weight[k];
    }
}

/// One step of one partition of the Kalman filter: its coefficients `wr` and `wi`, and their uncertainty `p`.
///
/// The error `e` is already over its expected power, and its weight is one over that. `forget` is the share of a
/// coefficient's power that turns into uncertainty in a block.
#[multiversion(targets("x86_64+avx2"))]
pub(super) fn learn(wr: &mut [f32], wi: &mut [f32], p: &mut [f32], x: Rows, e: Rows, forget: f32) {
    let (n, keep) = (p.len(), 1.0 - forget);
    let (wr, wi, x, e) = (&mut wr[..n], &mut wi[..n], x.cut(n), e.cut(n));
    for k in 0..n {
        let u = p[k];
        wr[k] += u * (x.re[k] * e.re[k] + x.im[k] * e.im[k]);
        wi[k] += u * (x.re[k] * e.im[k] - x.im[k] * e.re[k]);
        let gain = 0.5 * u * e.weight[k] * x.weight[k];
        p[k] = keep * u * (1.0 - gain) + forget * (wr[k] * wr[k] + wi[k] * wi[k]) + 1e-12;
    }
}

/// Raises an uncertainty to at least a `share` of the power of a neighbour's coefficients.
#[multiversion(targets("x86_64+avx2"))]
pub(super) fn expect(p: &mut [f32], re: &[f32], im: &[f32], share: f32) {
    for ((p, re), im) in p.iter_mut().zip(re).zip(im) {
        *p = p.max(share * (re * re + im * im));
    }
}

/// Turns the phase of each bin.
#[multiversion(targets("x86_64+avx2"))]
pub(super) fn rotate(re: &mut [f32], im: &mut [f32], cos: &[f32], sin: &[f32]) {
    let n = re.len();
    let (im, cos, sin) = (&mut im[..n], &cos[..n], &sin[..n]);
    for k in 0..n {
        (re[k], im[k]) = (re[k] * cos[k] - im[k] * sin[k], re[k] * sin[k] + im[k] * cos[k]);
    }
}

/// The energy of a spectrum.
pub(super) fn energy(re: &[f32], im: &[f32]) -> f32 {
    dot(re, re) + dot(im, im)
}

/// The sum of products of two rows of any length.
#[multiversion(targets("x86_64+avx2"))]
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let mut sums = [0.0f32; LANES];
    for (a, b) in a.iter().zip(b) {
        for k in 0..LANES {
            sums[k] += a[k] * b[k];
        }
    }
    sums.iter().sum::<f32>() + a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f32>()
}
