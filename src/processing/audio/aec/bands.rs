//! The bands in which a suppressor estimates: narrow where a voice's harmonics are, a seventh of the frequency above.

use std::ops::Range;

/// Least width in hertz.
const WIDTH: f32 = 150.0;

/// Width of a high band over its frequency.
const RELATIVE: f32 = 0.15;

/// The bands of `bins` bins that are `step` hertz apart, from 0 up; every bin is in one.
pub(super) fn bands(bins: usize, step: f32) -> Box<[Range<usize>]> {
    let mut all = Vec::new();
    let mut from = 0;
    while from < bins {
        let width = WIDTH.max(RELATIVE * from as f32 * step) / step;
        let to = (from + (width.round() as usize).max(1)).min(bins);
        all.push(from..to);
        from = to;
    }
    all.into()
}

/// Mean of a row over a band.
pub(super) fn mean(row: &[f32], band: &Range<usize>) -> f32 {
    row[band.clone()].iter().sum::<f32>() / band.len() as f32
}
