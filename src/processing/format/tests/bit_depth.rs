//! Words of 24 bits and Q8.23: exact where they can be, rounded and clipped where not.

use super::super::{ByteOrder, from_i24, from_packed_i24, from_q23, to_i24, to_packed_i24, to_q23};
use super::noise;

/// The definition: the nearest integer, ties to even, clipped; NaN is 0.
fn reference(sample: f32, lowest: f64, highest: f64) -> i32 {
    let rounded = (f64::from(sample) * 8_388_608.0).round_ties_even();
    if rounded.is_nan() { 0 } else { rounded.clamp(lowest, highest) as i32 }
}

fn floats() -> Vec<f32> {
    // A stride that is prime to all powers of two visits exponents and mantissas alike.
    (0..u32::MAX).step_by(65_537).map(f32::from_bits).chain([f32::NAN, f32::INFINITY, f32::NEG_INFINITY]).collect()
}

#[test]
fn every_float_gets_the_nearest_word() {
    let samples = floats();
    let (mut i24, mut q23) = (vec![7; samples.len()], vec![7; samples.len()]);
    to_i24(&samples, &mut i24);
    to_q23(&samples, &mut q23);
    for ((&sample, i24), q23) in samples.iter().zip(i24).zip(q23) {
        assert_eq!(i24, reference(sample, -8_388_608.0, 8_388_607.0), "{sample}");
        assert_eq!(q23, reference(sample, f64::from(i32::MIN), f64::from(i32::MAX)), "{sample}");
    }
    let ties = [0.5, 1.5, 2.5, -0.5, -1.5].map(|x: f32| x / 8_388_608.0);
    let mut words = [7; 5];
    to_i24(&ties, &mut words);
    assert_eq!(words, [0, 2, 2, 0, -2]);
}

#[test]
fn every_24_bit_word_survives_the_way_there_and_back() {
    let words: Vec<i32> = (-8_388_608..8_388_608).step_by(7).chain([8_388_607]).collect();
    let (mut samples, mut back) = (vec![0.0; words.len()], vec![0; words.len()]);
    from_i24(&words, &mut samples);
    assert_eq!((samples[0], samples[words.len() - 1]), (-1.0, 8_388_607.0 / 8_388_608.0));
    to_i24(&samples, &mut back);
    assert_eq!(back, words);
    from_q23(&words, &mut samples);
    to_q23(&samples, &mut back);
    assert_eq!(back, words);
    for order in [ByteOrder::Little, ByteOrder::Big] {
        let mut bytes = vec![0; words.len() * 3];
        to_packed_i24(&samples, order, &mut bytes);
        let mut unpacked = vec![0.0; words.len()];
        from_packed_i24(&bytes, order, &mut unpacked);
        assert_eq!(unpacked, samples);
    }
}

#[test]
fn packed_words_have_their_bytes_in_the_order_asked_for() {
    let sample = [0x12_3456 as f32 / 8_388_608.0, -1.0 / 8_388_608.0];
    let mut bytes = [0; 7];
    to_packed_i24(&sample, ByteOrder::Little, &mut bytes);
    assert_eq!(bytes, [0x56, 0x34, 0x12, 0xff, 0xff, 0xff, 0]);
    to_packed_i24(&sample, ByteOrder::Big, &mut bytes);
    assert_eq!(bytes, [0x12, 0x34, 0x56, 0xff, 0xff, 0xff, 0]);
    let mut samples = [7.0; 3];
    from_packed_i24(&bytes, ByteOrder::Big, &mut samples);
    assert_eq!(samples, [sample[0], sample[1], 7.0]);
}

#[test]
fn fixed_point_has_room_above_full_scale_and_24_bits_have_none() {
    let samples = [1.0, -1.5, 255.5, 300.0, -300.0];
    let mut words = [0; 5];
    to_q23(&samples, &mut words);
    assert_eq!(words, [1 << 23, -3 << 22, 511 << 22, i32::MAX, i32::MIN]);
    to_i24(&samples, &mut words);
    assert_eq!(words, [8_388_607, -8_388_608, 8_388_607, 8_388_607, -8_388_608]);
    let mut back = [0.0; 2];
    from_q23(&[1 << 23, -3 << 22], &mut back);
    assert_eq!(back, [1.0, -1.5]);
    // The byte above a 24-bit word is the sign of some sources and rubbish of others.
    from_i24(&[0x7f80_0000, 0x0040_0000], &mut back);
    assert_eq!(back, [-1.0, 0.5]);
}

#[test]
fn the_shorter_slice_decides() {
    let samples = noise(10);
    let mut words = [7; 4];
    to_i24(&samples[..3], &mut words);
    assert_eq!(words[3], 7);
    to_q23(&samples, &mut words);
    to_packed_i24(&samples, ByteOrder::Big, &mut [0; 2]);
    from_packed_i24(&[1, 2, 3, 4], ByteOrder::Big, &mut []);
}
