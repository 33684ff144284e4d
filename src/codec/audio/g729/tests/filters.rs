//! The fast paths against the reference's order of saturating operations.

use super::super::dpf::Dpf;
use super::super::filters::{residual, synthesis};
use super::super::frame::{EXCITATION, EXCITATION_PAST, ORDER, SUBFRAME, TAPS};
use super::super::highpass::HighPass;
use super::super::ops::*;
use super::super::pitch_pred::adaptive_codebook;
use super::super::tables_pitch::INTERPOLATION;
use super::Draw;

/// Levels of signals and of filter coefficients, from quiet to far beyond what speech does.
const LEVELS: [i32; 5] = [200, 3_000, 12_000, 20_000, 32_767];

fn filter(draw: &mut Draw, level: i32) -> [i16; TAPS] {
    let mut a = draw.samples(level);
    a[0] = 4096;
    a
}

#[test]
fn residual_and_synthesis_are_the_reference_at_any_level() {
    let mut draw = Draw(3);
    let mut overflows = 0;
    for round_trip in 0..4_000 {
        let a = filter(&mut draw, LEVELS[round_trip % 5]);
        let level = LEVELS[round_trip / 5 % 5];
        let signal: [i16; ORDER + SUBFRAME] = draw.samples(level);
        let mut fast = [0; SUBFRAME];
        residual(&a, &signal, &mut fast);
        for (i, &value) in fast.iter().enumerate() {
            let own = l_mult(signal[ORDER + i], a[0]);
            let sum = (1..TAPS).fold(own, |sum, j| l_mac(sum, a[j], signal[ORDER + i - j]));
            assert_eq!(value, round(l_shl(sum, 3)));
        }

        let memory = draw.samples(level);
        let x: [i16; SUBFRAME] = draw.samples(level);
        let overflow = synthesis(&a, &x, &memory, &mut fast);
        let (slow, expected) = slow_synthesis(&a, &x, &memory);
        assert_eq!((fast.as_slice(), overflow), (slow.as_slice(), expected));
        overflows += usize::from(overflow);
    }
    assert!((100..3_900).contains(&overflows), "both kinds were drawn: {overflows}");
}

/// Operator by operator, with the overflow flag that each of them would set.
fn slow_synthesis(a: &[i16; TAPS], x: &[i16], memory: &[i16; ORDER]) -> (Vec<i16>, bool) {
    let mut y = memory.to_vec();
    let mut overflow = false;
    for &x in x {
        let mut wide = 2 * i64::from(x) * i64::from(a[0]);
        for j in 1..TAPS {
            let product = 2 * i64::from(a[j]) * i64::from(y[y.len() - j]);
            overflow |= wide != i64::from(l_saturate(wide)) || product != i64::from(l_saturate(product));
            wide = i64::from(l_saturate(wide)) - i64::from(l_saturate(product));
        }
        overflow |= wide != i64::from(l_saturate(wide));
        let shifted = 8 * i64::from(l_saturate(wide));
        overflow |= shifted != i64::from(l_saturate(shifted)) || shifted + 0x8000 > i64::from(i32::MAX);
        y.push(round(l_saturate(shifted)));
    }
    (y.split_off(ORDER), overflow)
}

#[test]
fn the_adaptive_codebook_is_the_reference_at_every_delay_and_level() {
    let mut draw = Draw(5);
    for level in LEVELS {
        for lag in 19..=144 {
            for third in -1..=1 {
                if lag == 144 && third == 1 {
                    continue;
                }
                for at in [EXCITATION_PAST, EXCITATION_PAST + SUBFRAME] {
                    let mut fast: [i16; EXCITATION] = draw.samples(level);
                    let mut slow = fast;
                    adaptive_codebook(&mut fast, at, lag, third);
                    slow_codebook(&mut slow, at, lag, third);
                    assert_eq!(fast, slow, "level {level}, delay {lag} + {third}/3");
                }
            }
        }
    }
}

fn slow_codebook(excitation: &mut [i16], at: usize, lag: i16, third: i16) {
    let (phase, back) = if third > 0 { (2, lag + 1) } else { ((-third) as usize, lag) };
    for j in at..at + SUBFRAME {
        let older = j - back as usize;
        let mut sum = 0;
        for i in 0..10 {
            sum = l_mac(sum, excitation[older - i], INTERPOLATION[phase + 3 * i]);
            sum = l_mac(sum, excitation[older + 1 + i], INTERPOLATION[3 - phase + 3 * i]);
        }
        excitation[j] = round(sum);
    }
}

#[test]
fn the_high_pass_filters_are_the_reference_at_any_level() {
    let mut draw = Draw(9);
    for level in LEVELS {
        let input: Vec<i16> =
            (0..4_000).map(|i| if i / 500 % 2 == 0 { draw.sample(level) } else { level as i16 }).collect();
        let (mut pre, mut post) = (input.clone(), input.clone());
        HighPass::pre_processing().process(&mut pre);
        HighPass::post_processing().process(&mut post);
        assert_eq!(pre, slow_high_pass(&input, [1899, -3798, 1899], [7807, -3733], 3, 0));
        assert_eq!(post, slow_high_pass(&input, [7699, -15_398, 7699], [15_836, -7667], 2, 1));
    }
}

fn slow_high_pass(input: &[i16], b: [i16; 3], a: [i16; 2], shift: i16, gain: i16) -> Vec<i16> {
    let (mut x, mut y) = ([0; 3], [Dpf::default(); 2]);
    let times = |y: Dpf, n: i16| l_mac(l_mult(y.hi, n), mult(y.lo, n), 1);
    let mut output = Vec::new();
    for &sample in input {
        x = [sample, x[0], x[1]];
        let feedback = l_add(times(y[0], a[0]), times(y[1], a[1]));
        let sum = (0..3).fold(feedback, |sum, i| l_mac(sum, x[i], b[i]));
        let value = l_shl(sum, shift);
        output.push(round(l_shl(value, gain)));
        y = [Dpf::new(value), y[0]];
    }
    output
}
