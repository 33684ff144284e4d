//! From LP filter to line spectral pairs: roots of Chebyshev series (G.729 clauses 3.2.3 and A.3.2.3). Real-time.

use crate::codec::audio::g729::dpf::Dpf;
use crate::codec::audio::g729::frame::{ORDER, TAPS};
use crate::codec::audio::g729::ops::{
    abs_s, add, div_s, extract_h, extract_l, l_mac, l_msu, l_mult, l_shl, l_shr, negate, norm_s, shl, shr, sub,
};
use crate::codec::audio::g729::tables_lpc::GRID;

/// The LSPs in Q15, falling, or none if the grid does not separate ten roots.
pub fn lpc_to_lsp(filter: &[i16; TAPS]) -> Option<[i16; ORDER]> {
    let series = Series::of(filter);
    let mut lsp = [0; ORDER];
    let mut found = 0;
    // The roots of both series alternate.
    let mut which = 0;
    let mut low = series.at(which, GRID[0]);
    for &x in &GRID[1..] {
        let high = low;
        low = series.at(which, x);
        if opposite(low.y, high.y) {
            lsp[found] = series.refine(which, low, high);
            which ^= 1;
            low = series.at(which, lsp[found]);
            found += 1;
            if found == ORDER {
                return Some(lsp);
            }
        }
    }
    None
}

/// F1 and F2 of eqs. 13 and 14, as coefficients of Chebyshev series.
struct Series {
    coefficients: [[i16; 6]; 2],
    /// Places below Q14 of the format: 11 as a rule, 10 where that would overflow.
    format: i16,
}

/// A point of a series.
#[derive(Clone, Copy)]
struct Point {
    x: i16,
    y: i16,
}

impl Series {
    /// In Q11 if all coefficients fit, else in Q10.
    fn of(filter: &[i16; TAPS]) -> Self {
        match polynomials(filter, 11) {
            (coefficients, true) => Self { coefficients, format: 11 },
            _ => Self { coefficients: polynomials(filter, 10).0, format: 10 },
        }
    }

    /// The series at `x` = cos ω (Q15); Q14, saturated to ±2 (eq. 17).
    fn at(&self, which: usize, x: i16) -> Point {
        let f = &self.coefficients[which];
        let mut b2 = Dpf { hi: 1 << (self.format - 3), lo: 0 };
        let mut b1 = Dpf::new(l_mac(l_mult(x, 1 << (self.format - 2)), f[1], 4096));
        for &f in &f[2..5] {
            let b0 = Dpf::new(l_mac(less(l_shl(b1.times_short(x), 1), b2), f, 4096));
            (b2, b1) = (b1, b0);
        }
        let sum = l_mac(less(b1.times_short(x), b2), f[5], 2048);
        Point { x, y: extract_h(l_shl(sum, 17 - self.format)) }
    }

    /// Halves the interval twice, then takes the root of the straight line (clause A.3.2.3).
    fn refine(&self, which: usize, mut low: Point, mut high: Point) -> i16 {
        for _ in 0..2 {
            let middle = self.at(which, add(shr(low.x, 1), shr(high.x, 1)));
            if opposite(low.y, middle.y) {
                high = middle;
            } else {
                low = middle;
            }
        }
        let (width, rise) = (sub(high.x, low.x), sub(high.y, low.y));
        if rise == 0 {
            return low.x;
        }
        let places = norm_s(abs_s(rise));
        let inverse = div_s(16_383, shl(abs_s(rise), places));
        let slope = extract_l(l_shr(l_mult(width, inverse), sub(20, places)));
        let slope = if rise < 0 { negate(slope) } else { slope };
        sub(low.x, extract_l(l_shr(l_mult(low.y, slope), 11)))
    }
}

/// `sum − b`, half by half.
#[inline(always)]
fn less(sum: i32, b: Dpf) -> i32 {
    l_msu(l_mac(sum, b.hi, i16::MIN), b.lo, 1)
}

#[inline(always)]
fn opposite(a: i16, b: i16) -> bool {
    i32::from(a) * i32::from(b) <= 0
}

/// The coefficients of eq. 15 in Q11 or Q10, and whether none overflowed.
fn polynomials(filter: &[i16; TAPS], format: i16) -> ([[i16; 6]; 2], bool) {
    let half = 1 << (format + 3);
    let mut f = [[1 << format; 6]; 2];
    let mut fits = true;
    for i in 0..ORDER / 2 {
        let (near, far) = (filter[i + 1], filter[ORDER - i]);
        let wide = i64::from(near) * i64::from(half) * 2;
        let other = i64::from(far) * i64::from(half) * 2;
        fits &= i32::try_from(wide + other).is_ok() && i32::try_from(wide - other).is_ok();
        let sum = extract_h(l_mac(l_mult(near, half), far, half));
        let difference = extract_h(l_msu(l_mult(near, half), far, half));
        fits &= sum.checked_sub(f[0][i]).is_some() && difference.checked_add(f[1][i]).is_some();
        f[0][i + 1] = sub(sum, f[0][i]);
        f[1][i + 1] = add(difference, f[1][i]);
    }
    (f, fits)
}
