//! Every operator against its definition in wide integers.

use super::super::dpf::{Dpf, div_32};
use super::super::ops::*;
use super::Draw;

const MAX: i64 = i16::MAX as i64;
const L_MAX: i64 = i32::MAX as i64;

fn clip(wide: i64) -> i16 {
    wide.clamp(-MAX - 1, MAX) as i16
}

fn l_clip(wide: i64) -> i32 {
    wide.clamp(-L_MAX - 1, L_MAX) as i32
}

/// All pairs of the edges with everything, and a grid.
fn pairs() -> impl Iterator<Item = (i16, i16)> {
    const EDGES: [i16; 11] = [i16::MIN, -32_767, -16_385, -16_384, -1, 0, 1, 16_383, 16_384, 32_766, i16::MAX];
    let grid = (i16::MIN..=i16::MAX).step_by(257);
    let edges = (i16::MIN..=i16::MAX).flat_map(|a| EDGES.map(|b| (a, b)));
    edges.chain(grid.clone().flat_map(move |a| grid.clone().map(move |b| (a, b))))
}

fn words() -> impl Iterator<Item = i32> {
    let powers = (0..31).flat_map(|n| [-2, -1, 0, 1, 2].map(|d| (1i32 << n).wrapping_add(d)));
    let edges = powers.flat_map(|w| [w, w.wrapping_neg()]).chain([i32::MIN, i32::MIN + 1, i32::MAX, i32::MAX - 1]);
    let mut draw = Draw(7);
    edges.chain(std::iter::from_fn(move || Some(draw.word() as i32)).take(2_000))
}

#[test]
fn sums_and_products_are_clipped_wide_integers() {
    for (a, b) in pairs() {
        let (x, y) = (i64::from(a), i64::from(b));
        assert_eq!((add(a, b), sub(a, b)), (clip(x + y), clip(x - y)), "{a} ± {b}");
        assert_eq!(mult(a, b), clip((x * y) >> 15), "mult {a} {b}");
        assert_eq!(mult_r(a, b), clip((x * y + 0x4000) >> 15), "mult_r {a} {b}");
        assert_eq!(l_mult(a, b), l_clip(2 * x * y), "l_mult {a} {b}");
        for acc in [i32::MIN, -70_000, 0, 1, i32::MAX] {
            let product = i64::from(l_mult(a, b));
            assert_eq!(l_mac(acc, a, b), l_clip(i64::from(acc) + product));
            assert_eq!(l_msu(acc, a, b), l_clip(i64::from(acc) - product));
        }
    }
}

#[test]
fn shifts_of_either_sign_clip_to_the_left_and_floor_or_round_to_the_right() {
    for a in i16::MIN..=i16::MAX {
        let x = i64::from(a);
        for n in 0..=20 {
            assert_eq!((shl(a, n), shr(a, -n)), (clip(x << n), clip(x << n)), "{a} << {n}");
            assert_eq!((shr(a, n), shl(a, -n)), ((x >> n) as i16, (x >> n) as i16), "{a} >> {n}");
            let rounded = if n > 15 { 0 } else { (2 * x + (1 << n)) >> (n + 1) };
            assert_eq!((shr_r(a, n), shr_r(a, -n)), (rounded as i16, clip(x << n)), "{a} >> {n}, rounded");
        }
        assert_eq!((shl(a, i16::MIN), shr(a, i16::MAX)), ((x >> 40) as i16, (x >> 40) as i16));
        assert_eq!((shl(a, i16::MAX), shr(a, i16::MIN)), (clip(x << 40), clip(x << 40)));
    }
}

#[test]
fn long_shifts_do_the_same() {
    for a in words() {
        let x = i128::from(a);
        let clip = |wide: i128| wide.clamp(i32::MIN.into(), i32::MAX.into()) as i32;
        for n in 0..=40 {
            assert_eq!((l_shl(a, n), l_shr(a, -n)), (clip(x << n), clip(x << n)), "{a} << {n}");
            assert_eq!((l_shr(a, n), l_shl(a, -n)), ((x >> n) as i32, (x >> n) as i32), "{a} >> {n}");
            let rounded = if n > 31 { 0 } else { (2 * x + (1 << n)) >> (n + 1) };
            assert_eq!((l_shr_r(a, n), l_shr_r(a, -n)), (rounded as i32, clip(x << n)), "{a} >> {n}, rounded");
        }
        assert_eq!((l_shl(a, i16::MIN), l_shr(a, i16::MIN)), ((x >> 40) as i32, clip(x << 40)));
        assert_eq!(round(a), clip_16((x + 0x8000) >> 16));
        assert_eq!((l_negate(a), l_abs(a)), (clip(-x), clip(x.abs())));
        assert_eq!((extract_h(a), extract_l(a)), ((x >> 16) as i16, x as i16));
    }
}

fn clip_16(wide: i128) -> i16 {
    wide.clamp(i16::MIN.into(), i16::MAX.into()) as i16
}

#[test]
fn normalising_is_the_largest_shift_that_loses_nothing() {
    for a in i16::MIN..=i16::MAX {
        let expected =
            if a == 0 { 0 } else { (0..=15).rev().find(|&n| i64::from(shl(a, n)) == i64::from(a) << n).unwrap() };
        assert_eq!(norm_s(a), expected, "{a}");
        assert_eq!((negate(a), abs_s(a)), (clip(-i64::from(a)), clip(i64::from(a).abs())));
    }
    for a in words() {
        let fits = |n: &i16| i64::from(l_shl(a, *n)) == i64::from(a) << n;
        assert_eq!(norm_l(a), if a == 0 { 0 } else { (0..=31).rev().find(fits).unwrap() }, "{a}");
    }
}

#[test]
fn division_is_fifteen_steps_of_long_division_and_never_fails() {
    for (a, b) in pairs() {
        let quotient = div_s(a, b);
        if 0 <= a && a < b {
            let mut rest = i32::from(a);
            let mut digits = 0;
            for _ in 0..15 {
                rest *= 2;
                let fits = rest >= i32::from(b);
                digits = digits << 1 | i16::from(fits);
                rest -= if fits { i32::from(b) } else { 0 };
            }
            assert_eq!(quotient, digits, "{a} / {b}");
        } else {
            assert!(quotient == 0 || quotient == i16::MAX, "{a} / {b}");
        }
    }
}

#[test]
fn the_double_precision_format_is_its_sums_of_halves() {
    let others = [i16::MIN, -32_767, -1, 0, 1, 12_345, i16::MAX];
    for a in words() {
        let halves = Dpf::new(a);
        assert_eq!(halves.word(), a & !1);
        for n in others {
            let by_halves = l_mac(l_mult(halves.hi, n), mult(halves.lo, n), 1);
            assert_eq!(halves.times_short(n), by_halves, "{a} · {n}");
            let any = Dpf { hi: extract_l(a), lo: extract_h(a) };
            assert_eq!(any.times_short(n), l_mac(l_mult(any.hi, n), mult(any.lo, n), 1), "{any:?} · {n}");
        }
        for b in [a, -1 - a, i32::MIN, i32::MIN + 0x1_0000, i32::MAX, 0x7fff_0000, 1 << 15].map(Dpf::new) {
            let upper = l_mac(l_mult(halves.hi, b.hi), mult(halves.hi, b.lo), 1);
            assert_eq!(halves.times(b), l_mac(upper, mult(halves.lo, b.hi), 1), "{halves:?} · {b:?}");
        }
        let denominator = Dpf::new((a & 0x3fff_ffff) | 0x4000_0000);
        let numerator = a.unsigned_abs() as i32 & 0x3fff_ffff;
        let exact = f64::from(numerator) / f64::from(denominator.word());
        assert!((f64::from(div_32(numerator, denominator)) / 2f64.powi(31) - exact).abs() < 1e-6);
    }
}
