//! Words are the nearest to the samples.

use crate::mixer::words::{LOUDEST, nearest};

#[test]
fn words_are_rounded_to_even_and_clipped_12_db_above_full_scale() {
    for bits in (0..u32::MAX).step_by(65_537) {
        let number = f32::from_bits(bits);
        let bound = f64::from(LOUDEST);
        let exact = f64::from(number).round_ties_even().clamp(-bound, bound);
        let exact = if number.is_nan() { 0 } else { exact as i32 };
        assert_eq!(nearest(number), exact, "{number}");
    }
    let halves = [0.5, 1.5, 2.5, -0.5, -1.5, 2_047.5, 2_048.5, 4_095.5, -4_096.5, 4_194_303.5];
    assert_eq!(halves.map(nearest), [0, 2, 2, 0, -2, 2_048, 2_048, 4_096, -4_096, 4_194_304]);
}
