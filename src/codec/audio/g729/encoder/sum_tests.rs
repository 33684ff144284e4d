//! Sums whose order is free against the chains of saturating operators that they stand for.

use super::acelp_matrix::CorrelationMatrix;
use super::closed_loop::backward_filtered;
use super::inner::{Sum, inner};
use crate::codec::audio::g729::frame::SUBFRAME;
use crate::codec::audio::g729::ops::{extract_h, l_mac, mult, norm_l};

type Vector = [i16; SUBFRAME];

#[test]
fn an_inner_product_is_the_chain_of_saturating_products() {
    let mut saturated = 0;
    for (x, y) in pairs() {
        for start in [0, 1] {
            let chain = x.iter().zip(&y).fold(start, |sum, (&x, &y)| l_mac(sum, x, y));
            let wide = x.iter().zip(&y).fold(i64::from(start), |sum, (&x, &y)| sum + 2 * i64::from(x) * i64::from(y));
            let Sum { value, saturated: met } = inner(start, &x, &y);
            assert_eq!(value, chain);
            assert!(met || i64::from(value) == wide);
            saturated += usize::from(met);
        }
    }
    assert!(saturated > 20, "{saturated}");
}

#[test]
fn backward_filtering_saturates_as_the_reference_does() {
    for (x, h) in pairs() {
        let sums: [i32; SUBFRAME] = std::array::from_fn(|i| (i..SUBFRAME).fold(0, |sum, j| l_mac(sum, x[j], h[j - i])));
        let peak = sums.iter().map(|sum| sum.saturating_abs()).max().unwrap_or(0);
        let places = 18 - norm_l(peak).min(16);
        assert_eq!(backward_filtered(&x, &h), sums.map(|sum| (sum >> places) as i16));
    }
}

#[test]
fn the_correlation_matrix_saturates_as_the_reference_does() {
    for (h, x) in pairs() {
        let minus = x.map(|x| x < 0);
        let mut matrix = CorrelationMatrix::new();
        matrix.set(&h, &x);
        let loudness = h.iter().fold(0, |sum, &h| l_mac(sum, h, h));
        let h = if extract_h(loudness) > 32_000 { h.map(|h| h >> 1) } else { h.map(|h| h << (norm_l(loudness) / 2)) };
        for i in 0..SUBFRAME {
            for j in i..SUBFRAME {
                let sum = extract_h((0..SUBFRAME - j).fold(0, |sum, k| l_mac(sum, h[k], h[k + j - i])));
                if i == j {
                    assert_eq!(matrix.diagonal[i % 5][i / 5], sum);
                } else if i % 5 != j % 5 {
                    let signed = mult(sum, if minus[i] == minus[j] { i16::MAX } else { i16::MIN });
                    assert_eq!([matrix.row(i, j % 5)[j / 5], matrix.row(j, i % 5)[i / 5]], [signed; 2]);
                }
            }
        }
    }
}

/// Vectors of all levels, among them of full scale throughout.
fn pairs() -> impl Iterator<Item = (Vector, Vector)> {
    let mut state = 3u32;
    let mut draw = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) as i16
    };
    (0..200).map(move |i| {
        let mut vector = |shift: u32, full: bool| -> Vector {
            std::array::from_fn(|_| match draw() {
                sample if full => {
                    if sample < 0 {
                        i16::MIN
                    } else {
                        i16::MAX
                    }
                }
                sample => sample >> shift,
            })
        };
        let x = vector(i % 16, i % 23 == 0);
        // Alike, so that sums grow.
        let y = if i % 3 == 0 { x } else { vector(i / 16, i % 29 == 0) };
        (x, y)
    })
}
