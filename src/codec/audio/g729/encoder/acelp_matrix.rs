//! Correlations of the impulse response with itself, with the pulses' signs applied (G.729 clause 3.8.1, eq. 51).
//!
//! φ(i,j) = φ(i+1,j+1) + h(39−i)·h(39−j). A row is kept by tracks: a track's places are neighbours in a
//! vector, and the step from a row to the one above it moves whole tracks. Real-time: 1600 products.

use multiversion::multiversion;

use super::acelp::{PLACES, TRACKS};
use super::inner::{energy, saturated_energy};
use crate::codec::audio::g729::frame::SUBFRAME;
use crate::codec::audio::g729::ops::{extract_h, l_add, l_mult, norm_l};

/// A value for each place, by track.
pub type ByTrack<T> = [[T; PLACES]; TRACKS];

/// φ, scaled for precision; off the diagonal times the product of both signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorrelationMatrix {
    /// Row of place `i`.
    pub rows: [ByTrack<i16>; SUBFRAME],
    /// φ(i,i).
    pub diagonal: ByTrack<i16>,
}

impl CorrelationMatrix {
    /// To be set.
    pub const fn new() -> Self {
        Self { rows: [[[0; PLACES]; TRACKS]; SUBFRAME], diagonal: [[0; PLACES]; TRACKS] }
    }

    /// Sets it for an impulse response in Q12. `minus` tells which places have a negative sign.
    pub fn set(&mut self, response: &[i16; SUBFRAME], minus: &[bool; SUBFRAME]) {
        /// Upper half of an energy that leaves no room.
        const FULL: i16 = 32_000;
        let loudness = saturated_energy(0, energy(response));
        let scaled = if extract_h(loudness) > FULL {
            response.map(|h| h >> 1)
        } else {
            // Two places of the energy are one of the response, which thus cannot overflow.
            response.map(|h| h << (norm_l(loudness) >> 1))
        };
        let mut reversed = scaled;
        reversed.reverse();
        // By Cauchy and Schwarz the energy bounds all sums.
        if 2 * energy(&scaled) <= i64::from(i32::MAX) {
            fill_plain(self, &reversed, minus);
        } else {
            self.fill(&reversed, minus, |sum, a, b| l_add(sum, l_mult(a, b)));
        }
    }

    /// `g` is the response from its end; `mac` adds twice a product.
    #[inline(always)]
    fn fill(&mut self, g: &[i16; SUBFRAME], minus: &[bool; SUBFRAME], mac: impl Fn(i32, i16, i16) -> i32) {
        let columns = by_track(g);
        let negative = by_track(&minus.map(|minus| -i16::from(minus)));
        let mut sums = [[0i32; PLACES]; TRACKS];
        for i in (0..SUBFRAME).rev() {
            // The next places' sums: those of the first track belong to the next place of the last.
            let [[_, x1, x2, x3, x4, x5, x6, x7], second, third, fourth, fifth] = sums;
            sums = [second, third, fourth, fifth, [x1, x2, x3, x4, x5, x6, x7, 0]];
            let sign = negative[i % TRACKS][i / TRACKS];
            for t in 0..TRACKS {
                for a in 0..PLACES {
                    sums[t][a] = mac(sums[t][a], g[i], columns[t][a]);
                    self.rows[i][t][a] = signed(extract_h(sums[t][a]), negative[t][a] ^ sign);
                }
            }
            self.diagonal[i % TRACKS][i / TRACKS] = extract_h(sums[i % TRACKS][i / TRACKS]);
        }
    }
}

/// [`CorrelationMatrix::fill`] for sums that cannot saturate.
#[multiversion(targets("x86_64+avx2"))]
fn fill_plain(matrix: &mut CorrelationMatrix, g: &[i16; SUBFRAME], minus: &[bool; SUBFRAME]) {
    matrix.fill(g, minus, |sum, a, b| sum.wrapping_add((i32::from(a) * i32::from(b)).wrapping_mul(2)));
}

/// `value` times a sign of 32 767 or −32 768 in Q15, as the reference's truncating product gives it:
/// what is positive loses a unit. `minus` has all bits alike.
#[inline(always)]
fn signed(value: i16, minus: i16) -> i16 {
    let value = value.max(-i16::MAX) - (i16::from(value > 0) & !minus);
    (value ^ minus).wrapping_sub(minus)
}

#[inline(always)]
fn by_track(values: &[i16; SUBFRAME]) -> ByTrack<i16> {
    std::array::from_fn(|t| std::array::from_fn(|a| values[TRACKS * a + t]))
}
