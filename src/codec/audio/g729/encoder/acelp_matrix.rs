//! Correlations of the impulse response with itself, and the pulses' signs (G.729 clause 3.8.1, eqs. 51 and 54).
//!
//! φ(i,j) = φ(i+1,j+1) + h(39−i)·h(39−j). A row is kept by tracks: a track's places are neighbours in a
//! vector, and the step from a row to the one above it moves whole tracks. Real-time: 1600 products.

use multiversion::multiversion;

use super::acelp::{PLACES, TRACKS};
use super::inner::{energy, saturated_energy};
use crate::codec::audio::g729::frame::SUBFRAME;
use crate::codec::audio::g729::ops::{extract_h, l_add, l_mult, norm_l};

/// A value for each place, by track.
pub type ByTrack = [[i16; PLACES]; TRACKS];

/// φ, scaled for precision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorrelationMatrix {
    /// Row of place `i`.
    rows: [ByTrack; SUBFRAME],
    /// φ(i,i).
    pub diagonal: ByTrack,
    /// All bits set where the sign is negative.
    minus: ByTrack,
}

impl CorrelationMatrix {
    /// To be set.
    pub const fn new() -> Self {
        const NONE: ByTrack = [[0; PLACES]; TRACKS];
        Self { rows: [NONE; SUBFRAME], diagonal: NONE, minus: NONE }
    }

    /// φ of `place` with the places of another track, times the product of both signs.
    #[inline(always)]
    pub fn row(&self, place: usize, track: usize) -> [i16; PLACES] {
        let (row, minus) = (&self.rows[place][track], &self.minus[track]);
        let own = self.minus[place % TRACKS][place / TRACKS];
        let mut signed_row = [0; PLACES];
        for b in 0..PLACES {
            signed_row[b] = signed(row[b], minus[b] ^ own);
        }
        signed_row
    }

    /// Sets it for an impulse response in Q12. Pulses take the signs of `backward`, the backward-filtered target.
    pub fn set(&mut self, response: &[i16; SUBFRAME], backward: &[i16; SUBFRAME]) {
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
        self.minus = by_track(backward);
        self.minus.as_flattened_mut().iter_mut().for_each(|minus| *minus >>= 15);
        // By Cauchy and Schwarz the energy bounds all sums.
        if 2 * energy(&scaled) <= i64::from(i32::MAX) {
            fill_plain(self, &reversed);
        } else {
            self.fill(&reversed, |sum, a, b| l_add(sum, l_mult(a, b)));
        }
    }

    /// `g` is the response from its end; `mac` adds twice a product.
    #[inline(always)]
    fn fill(&mut self, g: &[i16; SUBFRAME], mac: impl Fn(i32, i16, i16) -> i32) {
        let columns = by_track(g);
        let mut sums = [[0i32; PLACES]; TRACKS];
        for i in (0..SUBFRAME).rev() {
            // The next places' sums: those of the first track belong to the next place of the last.
            let [[_, x1, x2, x3, x4, x5, x6, x7], second, third, fourth, fifth] = sums;
            sums = [second, third, fourth, fifth, [x1, x2, x3, x4, x5, x6, x7, 0]];
            for t in 0..TRACKS {
                for a in 0..PLACES {
                    sums[t][a] = mac(sums[t][a], g[i], columns[t][a]);
                    self.rows[i][t][a] = extract_h(sums[t][a]);
                }
            }
            self.diagonal[i % TRACKS][i / TRACKS] = extract_h(sums[i % TRACKS][i / TRACKS]);
        }
    }
}

/// [`CorrelationMatrix::fill`] for sums that cannot saturate.
#[multiversion(targets("x86_64+avx2"))]
fn fill_plain(matrix: &mut CorrelationMatrix, g: &[i16; SUBFRAME]) {
    matrix.fill(g, |sum, a, b| sum.wrapping_add((i32::from(a) * i32::from(b)).wrapping_mul(2)));
}

/// `value` times a sign of 32 767 or −32 768 in Q15, as the reference's truncating product gives it:
/// what is positive loses a unit. `minus` has all bits alike.
#[inline(always)]
fn signed(value: i16, minus: i16) -> i16 {
    let value = value.max(-i16::MAX) - (i16::from(value > 0) & !minus);
    (value ^ minus).wrapping_sub(minus)
}

/// Values of places in order, by track.
#[inline(always)]
pub fn by_track(values: &[i16; SUBFRAME]) -> ByTrack {
    let mut tracks = [[0; PLACES]; TRACKS];
    for a in 0..PLACES {
        for t in 0..TRACKS {
            tracks[t][a] = values[TRACKS * a + t];
        }
    }
    tracks
}
