//! Samples as f32 and as 16-bit words: the one conversion that codecs, files and processors share.
//!
//! Full scale is 1.0 = 32 768; every word survives the way to f32 and back. Other depths, and dither, are in
//! [`crate::processing::format`].

use multiversion::multiversion;

/// Rounds samples to 16-bit words, as many as both slices hold, each as [`quantize`] does.
///
/// Real-time: O(samples), vectorised, no allocation.
#[multiversion(targets("x86_64+avx2"))]
pub fn to_i16(samples: &[f32], words: &mut [i16]) {
    for (word, &sample) in words.iter_mut().zip(samples) {
        *word = quantize(sample);
    }
}

/// Samples in −1.0..1.0 from 16-bit words, as many as both slices hold; exact.
///
/// Real-time: O(samples), vectorised, no allocation.
#[multiversion(targets("x86_64+avx2"))]
pub fn from_i16(words: &[i16], samples: &mut [f32]) {
    for (sample, &word) in samples.iter_mut().zip(words) {
        *sample = dequantize(word);
    }
}

/// The nearest 16-bit word: ties to the even one, clipped at full scale, 0 for NaN.
///
/// Real-time: a few instructions without a branch, so that loops round it become vectors.
#[inline(always)]
pub fn quantize(sample: f32) -> i16 {
    let number = if sample.is_nan() { 0.0 } else { sample * 32_768.0 };
    let above = if number > -32_768.0 { number } else { -32_768.0 };
    let clipped = if above < 32_767.0 { above } else { 32_767.0 };
    // The sum's lower 16 bits are the integer: faster than a cast, which checks its range again.
    (clipped + ROUND).to_bits() as i16
}

/// A 16-bit word's sample, exact: −1.0 for the lowest word, 1.0 − 2⁻¹⁵ for the highest.
///
/// Real-time: two instructions.
#[inline(always)]
pub fn dequantize(word: i16) -> f32 {
    f32::from(word) * (1.0 / 32_768.0)
}

/// 1.5 · 2²³: adding it leaves no room for a fraction, so the sum is rounded, ties to even.
const ROUND: f32 = 12_582_912.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_survives_the_way_there_and_back() {
        let words: Vec<i16> = (i16::MIN..=i16::MAX).collect();
        let (mut samples, mut back) = (vec![0.0; 65_536], vec![0; 65_536]);
        from_i16(&words, &mut samples);
        assert_eq!((samples[0], samples[32_768], samples[65_535]), (-1.0, 0.0, 32_767.0 / 32_768.0));
        to_i16(&samples, &mut back);
        assert_eq!(back, words);
    }

    #[test]
    fn samples_are_rounded_to_even_clipped_and_nan_is_zero() {
        let word = |x: f32| quantize(x / 32_768.0);
        assert_eq!([0.4, 0.5, 0.6, 1.5, 2.5, -0.5, -1.5, -2.5].map(word), [0, 0, 1, 2, 2, 0, -2, -2]);
        assert_eq!([32_766.5, 32_767.5, -32_768.5, -1.0e9].map(word), [32_766, 32_767, -32_768, -32_768]);
        let odd = [f32::INFINITY, f32::NEG_INFINITY, f32::NAN, -f32::NAN, f32::MAX, f32::MIN_POSITIVE];
        assert_eq!(odd.map(quantize), [32_767, -32_768, 0, 0, 32_767, 0]);
    }

    #[test]
    fn the_nearest_word_is_the_one_that_f64_rounding_gives() {
        // A stride that is prime to all powers of two visits exponents and mantissas alike.
        for bits in (0..u32::MAX).step_by(65_537) {
            let sample = f32::from_bits(bits);
            let exact = (f64::from(sample) * 32_768.0).round_ties_even().clamp(-32_768.0, 32_767.0);
            assert_eq!(quantize(sample), exact as i16, "{sample}");
        }
    }

    #[test]
    fn the_shorter_slice_decides() {
        let mut words = [7; 3];
        to_i16(&[0.5], &mut words);
        assert_eq!(words, [16_384, 7, 7]);
        let mut samples = [7.0];
        from_i16(&[16_384, 1, 2], &mut samples);
        assert_eq!(samples, [0.5]);
    }
}
