//! Whatever the past holds, concealment is finite, in range and bounded.

use super::{PACKET, RATE, conceal, noise};
use crate::processing::audio::plc::{Concealer, past_length};
use crate::types::SampleRate;

#[test]
fn silence_and_garbage_are_concealed_without_a_sound_out_of_range() {
    for value in [0.0f32, 1.0, -1.0, 1e-30, f32::MAX, f32::NAN, f32::INFINITY] {
        let out = conceal(&vec![value; 4_000], PACKET);
        assert!(out[2_000..2_160].iter().all(|s| s.abs() <= 1.0), "{value}");
    }
    assert!(conceal(&vec![0.0; 4_000], PACKET).iter().all(|s| *s == 0.0));
}

#[test]
fn any_length_of_anything_at_any_rate_is_taken() {
    let mut pool = noise(4_000, 1.0);
    pool[3_900..].fill(f32::NAN);
    pool[3_950] = 1.0;
    for hz in [8_000, 11_000, 16_000, 24_000, 32_000, 44_100, 48_000] {
        let rate = SampleRate::new(hz).expect("allowed");
        let mut concealer = Concealer::new(rate);
        for length in [0, 1, 2, 15, 16, 17, 79, 441, past_length(rate), past_length(rate) + 1, 4_000] {
            let mut out = vec![0.0; length];
            for _ in 0..30 {
                concealer.observe(&pool[4_000 - length..]);
            }
            concealer.open(&pool[4_000 - length..]);
            for _ in 0..3 {
                concealer.fill(&mut out);
                assert!(out.iter().all(|s| s.abs() <= 1.0), "{length} at {hz}");
            }
            concealer.merge(&mut out);
            assert!(out.iter().all(|s| s.abs() <= 1.0), "{length} at {hz}");
        }
    }
}

#[test]
fn samples_that_are_no_numbers_do_not_become_the_background() {
    let mut concealer = Concealer::new(RATE);
    for value in [f32::NAN, f32::INFINITY, 0.01] {
        for _ in 0..200 {
            concealer.observe(&[value; PACKET]);
        }
        let mut out = [0.0; 4_000];
        concealer.open(&noise(400, 0.3));
        concealer.fill(&mut out);
        assert!(out.iter().all(|s| s.abs() <= 1.0));
        concealer.close();
    }
}
