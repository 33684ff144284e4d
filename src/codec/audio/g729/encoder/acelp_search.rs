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
use super::acelp_matrix::{ByTrack, CorrelationMatrix, by_track};
use crate::codec::audio::g729::frame::SUBFRAME;
use crate::codec::audio::g729::ops::add;

/// The places of the pulses of tracks 0, 1, 2, and 3 or 4. `backward` is the backward-filtered target.
#[multiversion(targets("x86_64+avx2"))]
pub fn search(backward: &[i16; SUBFRAME], matrix: &CorrelationMatrix) -> [usize; 4] {
    let mut d = by_track(backward);
    d.as_flattened_mut().iter_mut().for_each(|d| *d = d.saturating_abs());
    let search = Search { d, matrix };
    let mut best = (Merit::NONE, [0, 1, 2, 3]);
    for last in [3, 4] {
        for [first, second, third, fourth] in [[2, last, 0, 1], [last, 0, 1, 2]] {
            let pair = search.first_pair(first, second);
            let all = search.second_pair(pair, third, fourth);
            if all.merit.over(best.0) > 0 {
                best.0 = all.merit;
                for place in pair.places.into_iter().chain(all.places) {
                    best.1[(place % TRACKS).min(3)] = place;
                }
            }
        }
    }
    best.1
}

struct Search<'a> {
    d: ByTrack,
    matrix: &'a CorrelationMatrix,
}

/// The figures of a set of pulses.
#[derive(Clone, Copy)]
struct Merit {
    /// Correlation², Q15.
    square: i32,
    energy: i32,
}

impl Merit {
    /// Worse than any.
    const NONE: Self = Self { square: -1, energy: 1 };

    /// By how much more; both products are below 2^30.
    #[inline(always)]
    fn over(self, other: Self) -> i32 {
        other.energy * self.square - other.square * self.energy
    }
}

/// The best of the pulses tried so far.
#[derive(Clone, Copy)]
struct Best {
    merit: Merit,
    correlation: i16,
    places: [usize; 2],
}

impl Best {
    /// Tries a place with each of `track`: `correlation` and `energies` (before rounding) are those of the sets.
    #[inline(always)]
    fn try_all(&mut self, correlation: i16, d: &[i16; PLACES], energies: &[i32; PLACES], place: usize, track: usize) {
        let mut tried = Tried { sums: [0; PLACES], squares: [0; PLACES], energies: *energies };
        let mut most = i32::MIN;
        for b in 0..PLACES {
            tried.sums[b] = add(correlation, d[b]);
            let sum = i32::from(tried.sums[b]);
            tried.squares[b] = (sum * sum) >> 15;
            tried.energies[b] = (energies[b] + 0x8000) >> 16;
            most = most.max(tried.merit(b).over(self.merit));
        }
        // Mostly none is better, which the vector of all eight tells at once.
        if most > 0 {
            self.take_better(&tried, place, track);
        }
    }

    /// Takes each that is better than those before it.
    #[inline(never)]
    fn take_better(&mut self, tried: &Tried, place: usize, track: usize) {
        for b in 0..PLACES {
            let merit = tried.merit(b);
            if merit.over(self.merit) > 0 {
                *self = Self { merit, correlation: tried.sums[b], places: [place, TRACKS * b + track] };
            }
        }
    }
}

/// The figures of a place with each of a track.
struct Tried {
    sums: [i16; PLACES],
    squares: [i32; PLACES],
    energies: [i32; PLACES],
}

impl Tried {
    #[inline(always)]
    fn merit(&self, b: usize) -> Merit {
        Merit { square: self.squares[b], energy: self.energies[b] }
    }
}

impl Search<'_> {
    /// The best of two places in `narrow` and all of `wide`.
    #[inline(always)]
    fn first_pair(&self, narrow: usize, wide: usize) -> Best {
        let mut best = Best { merit: Merit::NONE, correlation: 0, places: [narrow, wide] };
        for a in two_largest(&self.d[narrow]) {
            let place = TRACKS * a + narrow;
            let (row, diagonal) = (self.matrix.row(place, wide), &self.matrix.diagonal);
            let mut energies = [i32::from(diagonal[narrow][a]) << 14; PLACES];
            for b in 0..PLACES {
                energies[b] += (i32::from(row[b]) << 15) + (i32::from(diagonal[wide][b]) << 14);
            }
            best.try_all(self.d[narrow][a], &self.d[wide], &energies, place, wide);
        }
        best
    }

    /// The best of all pairs of `outer` and `inner` beside the first pair.
    #[inline(always)]
    fn second_pair(&self, first: Best, outer: usize, inner: usize) -> Best {
        let [[inner_a, outer_a], [inner_b, outer_b]] =
            first.places.map(|place| [inner, outer].map(|track| self.matrix.row(place, track)));
        let diagonal = &self.matrix.diagonal;
        let (mut to_inner, mut to_outer) = ([0; PLACES], [0; PLACES]);
        for b in 0..PLACES {
            let cross = (i32::from(inner_a[b]) + i32::from(inner_b[b])) << 14;
            to_inner[b] = (cross + (i32::from(diagonal[inner][b]) << 13) + 0x8000) >> 16 << 15;
            let cross = (i32::from(outer_a[b]) + i32::from(outer_b[b])) << 13;
            to_outer[b] = (first.merit.energy << 14) + cross + (i32::from(diagonal[outer][b]) << 12);
        }
        let mut best = Best { merit: Merit::NONE, correlation: 0, places: [outer, inner] };
        for (a, &to_outer) in to_outer.iter().enumerate() {
            let place = TRACKS * a + outer;
            let row = self.matrix.row(place, inner);
            let mut energies = [0; PLACES];
            for b in 0..PLACES {
                energies[b] = to_outer + (i32::from(row[b]) << 13) + to_inner[b];
            }
            best.try_all(add(first.correlation, self.d[outer][a]), &self.d[inner], &energies, place, inner);
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
