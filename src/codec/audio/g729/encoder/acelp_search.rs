//! The depth-first search for the four pulses (G.729 clause A.3.8). Real-time: 320 candidates.
//!
//! Two pulses at a time: of one track only the two places with the largest correlation are tried with
//! all of a second track, then all pairs of the two remaining ones. Four such searches, since the fourth
//! pulse has two tracks and either two neighbouring tracks may begin.
//!
//! What counts is correlation² / energy. Energies and their terms are at most 32 767 and the weights of
//! a sum add to less than one, so no sum of the reference saturates but that of the correlations.

use multiversion::multiversion;

use super::acelp::{PLACES, TRACKS};
use super::acelp_matrix::{ByTrack, CorrelationMatrix};
use crate::codec::audio::g729::frame::SUBFRAME;
use crate::codec::audio::g729::ops::{add, mult, round};

/// The places of the pulses of tracks 0, 1, 2, and 3 or 4. `d` is the magnitude of the backward-filtered target.
#[multiversion(targets("x86_64+avx2"))]
pub fn search(d: &[i16; SUBFRAME], matrix: &CorrelationMatrix) -> [usize; 4] {
    let d: ByTrack<i16> = std::array::from_fn(|t| std::array::from_fn(|a| d[TRACKS * a + t]));
    let search = Search { d, matrix };
    let mut best = (Merit::NONE, [0, 1, 2, 3]);
    for last in [3, 4] {
        for [first, second, third, fourth] in [[2, last, 0, 1], [last, 0, 1, 2]] {
            let (pair, [a, b]) = search.first_pair(first, second);
            let (merit, [c, e]) = search.second_pair(pair, [a, b], third, fourth);
            if merit.exceeds(best.0) {
                best.0 = merit;
                for place in [a, b, c, e] {
                    best.1[(place % TRACKS).min(3)] = place;
                }
            }
        }
    }
    best.1
}

struct Search<'a> {
    d: ByTrack<i16>,
    matrix: &'a CorrelationMatrix,
}

/// The figures of a set of pulses.
#[derive(Clone, Copy)]
struct Merit {
    /// Correlation², Q15.
    square: i16,
    energy: i16,
}

impl Merit {
    /// Worse than any.
    const NONE: Self = Self { square: -1, energy: 1 };

    #[inline(always)]
    fn exceeds(self, other: Self) -> bool {
        i32::from(other.energy) * i32::from(self.square) > i32::from(other.square) * i32::from(self.energy)
    }
}

/// What the second pair starts from.
#[derive(Clone, Copy)]
struct FirstPair {
    correlation: i16,
    energy: i16,
}

impl Search<'_> {
    /// The best of two places in `narrow` and all of `wide`.
    #[inline(always)]
    fn first_pair(&self, narrow: usize, wide: usize) -> (FirstPair, [usize; 2]) {
        let mut best = (Merit::NONE, FirstPair { correlation: 0, energy: 1 }, [narrow, wide]);
        for a in two_largest(&self.d[narrow]) {
            let place = TRACKS * a + narrow;
            let row = &self.matrix.rows[place][wide];
            let own = i32::from(self.matrix.diagonal[narrow][a]) << 14;
            let correlations = self.d[wide].map(|d| add(self.d[narrow][a], d));
            let energies: [i16; PLACES] = std::array::from_fn(|b| {
                round(own + (i32::from(row[b]) << 15) + (i32::from(self.matrix.diagonal[wide][b]) << 14))
            });
            for b in 0..PLACES {
                let merit = Merit { square: mult(correlations[b], correlations[b]), energy: energies[b] };
                if merit.exceeds(best.0) {
                    let pair = FirstPair { correlation: correlations[b], energy: energies[b] };
                    best = (merit, pair, [place, TRACKS * b + wide]);
                }
            }
        }
        (best.1, best.2)
    }

    /// The best of all pairs of `outer` and `inner`, given the places of the first pair.
    #[inline(always)]
    fn second_pair(&self, first: FirstPair, places: [usize; 2], outer: usize, inner: usize) -> (Merit, [usize; 2]) {
        let [row_a, row_b] = places.map(|place| &self.matrix.rows[place]);
        let (diagonal, d) = (&self.matrix.diagonal, &self.d);
        let to_inner: [i32; PLACES] = std::array::from_fn(|b| {
            let cross = (i32::from(row_a[inner][b]) + i32::from(row_b[inner][b])) << 14;
            i32::from(round(cross + (i32::from(diagonal[inner][b]) << 13))) << 15
        });
        let to_outer: [i32; PLACES] = std::array::from_fn(|a| {
            let cross = (i32::from(row_a[outer][a]) + i32::from(row_b[outer][a])) << 13;
            (i32::from(first.energy) << 14) + cross + (i32::from(diagonal[outer][a]) << 12)
        });
        let mut best = (Merit::NONE, [outer, inner]);
        for a in 0..PLACES {
            let row = &self.matrix.rows[TRACKS * a + outer][inner];
            let correlation = add(first.correlation, d[outer][a]);
            let squares = d[inner].map(|d| {
                let sum = add(correlation, d);
                mult(sum, sum)
            });
            let energies: [i16; PLACES] =
                std::array::from_fn(|b| round(to_outer[a] + (i32::from(row[b]) << 13) + to_inner[b]));
            for b in 0..PLACES {
                let merit = Merit { square: squares[b], energy: energies[b] };
                if merit.exceeds(best.0) {
                    best = (merit, [TRACKS * a + outer, TRACKS * b + inner]);
                }
            }
        }
        best
    }
}

/// The places of the largest and the next to it, each the first of equals.
#[inline(always)]
fn two_largest(track: &[i16; PLACES]) -> [usize; 2] {
    let largest = |but: usize| {
        let highest =
            |best: usize, a: usize| if a != but && (best == PLACES || track[a] > track[best]) { a } else { best };
        (0..PLACES).fold(PLACES, highest)
    };
    let first = largest(PLACES);
    [first, largest(first)]
}
