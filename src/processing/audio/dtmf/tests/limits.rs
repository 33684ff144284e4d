//! What ITU-T Q.24 has receivers take, and what not.

use super::{codes, found, pair, plain, silence};

const LEVELS: [f64; 2] = [-9.0, -7.0];

/// Tones of every digit behind offsets that put their start anywhere within a frame.
fn row(rate: u32, mut tone: impl FnMut(u8) -> Vec<f32>, pause: u32) -> Vec<f32> {
    let mut audio = silence(rate, 30);
    for code in 0..16 {
        audio.extend(tone(code));
        audio.extend(silence(rate, pause));
        audio.extend(vec![0.0; usize::from(code) * rate as usize / 1_300]);
    }
    audio
}

fn all() -> Vec<u8> {
    (0..16).collect()
}

#[test]
fn tones_of_40_ms_with_pauses_of_40_ms_are_digits_at_every_rate() {
    for rate in [8_000, 16_000, 32_000, 48_000] {
        let digits = found(rate, &row(rate, |code| plain(rate, code, 40), 40));
        assert_eq!(digits.iter().map(|d| d.0).collect::<Vec<_>>(), all(), "{rate} Hz");
        assert!(digits.iter().all(|d| d.1.abs_diff(40) <= 10), "{digits:?}");
    }
}

#[test]
fn tones_of_23_ms_are_none() {
    assert_eq!(codes(8_000, &row(8_000, |code| plain(8_000, code, 23), 60)), Vec::<u8>::new());
}

#[test]
fn frequencies_within_one_and_a_half_per_cent_are_taken_and_beyond_three_and_a_half_are_not() {
    for (low, high) in [(0.015, 0.015), (-0.015, -0.015), (0.015, -0.015), (-0.015, 0.015), (0.015, 0.0)] {
        assert_eq!(codes(8_000, &row(8_000, |code| pair(8_000, code, [low, high], LEVELS, 50), 50)), all());
    }
    for (low, high) in [(0.035, 0.0), (0.0, 0.035), (-0.035, 0.0), (0.0, -0.035), (0.045, 0.045)] {
        assert_eq!(codes(8_000, &row(8_000, |code| pair(8_000, code, [low, high], LEVELS, 90), 50)), Vec::<u8>::new());
    }
}

#[test]
fn levels_from_0_to_25_below_are_taken_and_55_below_is_not() {
    for level in [0.0, -3.0, -12.0, -25.0] {
        assert_eq!(codes(8_000, &row(8_000, |code| pair(8_000, code, [0.0; 2], [level; 2], 50), 50)), all());
    }
    assert_eq!(codes(8_000, &row(8_000, |code| pair(8_000, code, [0.0; 2], [-55.0; 2], 90), 50)), Vec::<u8>::new());
}

#[test]
fn the_high_tone_may_be_4_db_above_the_low_one_and_8_below() {
    for twist in [4.0, -8.0] {
        let tone = |code| pair(8_000, code, [0.0; 2], [-14.0, -14.0 + twist], 50);
        assert_eq!(codes(8_000, &row(8_000, tone, 50)), all());
    }
    for twist in [12.0, -16.0] {
        let tone = |code| pair(8_000, code, [0.0; 2], [-18.0, -18.0 + twist], 90);
        assert_eq!(codes(8_000, &row(8_000, tone, 50)), Vec::<u8>::new());
    }
}

#[test]
fn a_break_of_10_ms_ends_no_digit_and_one_of_40_ms_does() {
    let broken = |pause| [plain(8_000, 5, 60), silence(8_000, pause), plain(8_000, 5, 60)].concat();
    assert_eq!(codes(8_000, &broken(10)), [5]);
    assert_eq!(codes(8_000, &broken(40)), [5, 5]);
}

#[test]
fn another_digit_may_follow_without_a_pause() {
    assert_eq!(codes(8_000, &[plain(8_000, 1, 60), plain(8_000, 9, 60), plain(8_000, 1, 60)].concat()), [1, 9, 1]);
}

#[test]
fn one_tone_two_of_a_group_and_three_tones_are_none() {
    let sum = |tones: &[f64]| -> Vec<f32> {
        let sine = |n: u32, hz: f64| (std::f64::consts::TAU * f64::from(n) / 8_000.0 * hz).sin() * 0.15;
        (0..800).map(|n| tones.iter().map(|hz| sine(n, *hz)).sum::<f64>() as f32).collect()
    };
    for tones in [&[697.0][..], &[1_633.0], &[770.0, 941.0], &[1_209.0, 1_477.0], &[697.0, 770.0, 1_209.0]] {
        assert_eq!(codes(8_000, &sum(tones)), Vec::<u8>::new(), "{tones:?}");
    }
}

#[test]
fn noise_15_db_below_does_not_matter() {
    let mut state = 1u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state as f32 / u32::MAX as f32 - 0.5
    };
    // Two tones of −10 dBm0 have a power of 0.047; uniform noise a twelfth of its width squared.
    let width = (0.047f32 / 31.6 * 12.0).sqrt();
    let mut tone = |code| pair(8_000, code, [0.0; 2], [-10.0; 2], 50).iter().map(|x| x + noise() * width).collect();
    assert_eq!(codes(8_000, &row(8_000, &mut tone, 50)), all());
}
