//! From LP filter to line spectral pairs: roots of Chebyshev series (G.729 clauses 3.2.3 and A.3.2.3). Real-time.

use multiversion::multiversion;

use crate::codec::audio::g729::dpf::Dpf;
use crate::codec::audio::g729::frame::{ORDER, TAPS};
use crate::codec::audio::g729::ops::{
    abs_s, add, div_s, extract_h, extract_l, l_mac, l_msu, l_mult, l_shl, l_shr, negate, norm_s, shl, shr, sub,
};
use crate::codec::audio::g729::tables_lpc::GRID;

/// The LSPs in Q15, falling, or none if the grid does not separate ten roots.
pub fn lpc_to_lsp(filter: &[i16; TAPS]) -> Option<[i16; ORDER]> {
    let series = Series::of(filter);
    let (values, exact) = on_grid(&series);
    let at = |which: usize, i: usize| match exact {
        true => Point { x: GRID[i], y: values[which][i] },
        false => series.at(which, GRID[i]),
    };
    let mut lsp = [0; ORDER];
    let mut found = 0;
    // The roots of both series alternate.
    let mut which = 0;
    let mut low = at(which, 0);
    for i in 1..GRID.len() {
        let high = low;
        low = at(which, i);
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

/// Both series on the whole grid, and whether no step saturated.
#[multiversion(targets("x86_64+avx2"))]
fn on_grid(series: &Series) -> ([[i16; GRID.len()]; 2], bool) {
    let mut values = [[0; GRID.len()]; 2];
    let (mut inner, mut last) = (0, 0);
    for (values, f) in values.iter_mut().zip(&series.coefficients) {
        let f = f.map(i32::from);
        for i in 0..GRID.len() {
            let (y, largest) = clenshaw(f, i32::from(GRID[i]), series.format.into());
            values[i] = y;
            inner = largest[0].max(inner);
            last = largest[1].max(last);
        }
    }
    (values, within([inner, last]))
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
        let y = self.plain(f, x).unwrap_or_else(|| self.saturating(f, x));
        Point { x, y }
    }

    /// Where no step saturates: by these limits none can, and by induction what is compared with them is right.
    #[inline(always)]
    fn plain(&self, f: &[i16; 6], x: i16) -> Option<i16> {
        let (y, largest) = clenshaw(f.map(i32::from), i32::from(x), self.format.into());
        within(largest).then_some(y)
    }

    /// As the reference saturates.
    #[cold]
    fn saturating(&self, f: &[i16; 6], x: i16) -> i16 {
        let mut b2 = Dpf { hi: 1 << (self.format - 3), lo: 0 };
        let mut b1 = Dpf::new(l_mac(l_mult(x, 1 << (self.format - 2)), f[1], 4096));
        for &f in &f[2..5] {
            let b0 = Dpf::new(l_mac(less(l_shl(b1.times_short(x), 1), b2), f, 4096));
            (b2, b1) = (b1, b0);
        }
        let sum = l_mac(less(b1.times_short(x), b2), f[5], 2048);
        extract_h(l_shl(sum, 17 - self.format))
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

/// Then a step stays below 2^30 + 2^29 + 2^28, and so does the last sum.
#[inline(always)]
fn within([inner, last]: [i32; 2]) -> bool {
    inner <= 1 << 29 && last <= 1 << 30
}

/// The series at `x` with wrapping sums, and the largest magnitudes of the first three and of the last partial sum.
#[inline(always)]
fn clenshaw(f: [i32; 6], x: i32, format: i32) -> (i16, [i32; 2]) {
    // A product in double precision, halved.
    let times = |b: i32| (b >> 16) * x + ((((b >> 1) & 0x7fff) * x) >> 15);
    let step = |b1: i32, b2: i32, f: i32| times(b1).wrapping_mul(4).wrapping_sub(b2 & !1).wrapping_add(f << 13);
    let b1 = (x << (format - 1)) + (f[1] << 13);
    let b2 = step(b1, 1 << (format + 13), f[2]);
    let b3 = step(b2, b1, f[3]);
    let b4 = step(b3, b2, f[4]);
    let inner = b1.saturating_abs().max(b2.saturating_abs()).max(b3.saturating_abs());
    let sum = times(b4).wrapping_mul(2).wrapping_sub(b3 & !1).wrapping_add(f[5] << 12);
    ((sum >> (format - 1)).clamp(-32_768, 32_767) as i16, [inner, b4.saturating_abs()])
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
