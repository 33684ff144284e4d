//! The codebook searches of the LSP quantiser (G.729 clause 3.2.4). Real-time: 1600 squares.
//!
//! All entries are compared at once, so the codebooks lie here component by component. Terms of a
//! distance are not negative: as unsigned words, a sum below 2³¹ and a term of at most 2³¹ add without
//! overflow, and the smaller of that and the limit is what saturating adds give.

use multiversion::multiversion;

use crate::codec::audio::g729::frame::ORDER;
use crate::codec::audio::g729::lsp::SPLIT;
use crate::codec::audio::g729::tables_lsp1::FIRST_STAGE;
use crate::codec::audio::g729::tables_lsp2::SECOND_STAGE;

static FIRST: [[i16; 128]; ORDER] = by_component(&FIRST_STAGE);
static SECOND: [[i16; 32]; ORDER] = by_component(&SECOND_STAGE);

/// The entry of the first stage nearest to `target`, unweighted.
#[multiversion(targets("x86_64+avx2"))]
pub fn nearest_first(target: &[i16; ORDER]) -> usize {
    let mut distances = [0u32; 128];
    for (entries, &target) in FIRST.iter().zip(target) {
        for (distance, &entry) in distances.iter_mut().zip(entries) {
            let error = i32::from(target.saturating_sub(entry));
            *distance = grown(*distance, error * error);
        }
    }
    smallest(&distances)
}

/// The entries of the second stage nearest to `rest` in its lower and its upper half, weighted.
#[multiversion(targets("x86_64+avx2"))]
pub fn nearest_second(rest: &[i16; ORDER], weights: &[i16; ORDER]) -> [usize; 2] {
    [0..SPLIT, SPLIT..ORDER].map(|half| {
        let mut distances = [0u32; 32];
        for j in half {
            for (distance, &entry) in distances.iter_mut().zip(&SECOND[j]) {
                let error = i32::from(rest[j].saturating_sub(entry));
                // Weights are positive: both factors have the same sign.
                *distance = grown(*distance, ((i32::from(weights[j]) * error) >> 15) * error);
            }
        }
        smallest(&distances)
    })
}

/// `distance + 2·term`, saturated.
#[inline(always)]
fn grown(distance: u32, term: i32) -> u32 {
    distance.wrapping_add(term.cast_unsigned() << 1).min(i32::MAX.cast_unsigned())
}

/// Index of the first of the smallest.
#[inline(always)]
fn smallest<const N: usize>(distances: &[u32; N]) -> usize {
    let least = distances.iter().fold(u32::MAX, |least, &d| least.min(d));
    distances.iter().position(|&d| d == least).unwrap_or(0)
}

const fn by_component<const N: usize>(entries: &[[i16; ORDER]; N]) -> [[i16; N]; ORDER] {
    let mut columns = [[0; N]; ORDER];
    let mut i = 0;
    while i < N * ORDER {
        columns[i % ORDER][i / ORDER] = entries[i / ORDER][i % ORDER];
        i += 1;
    }
    columns
}
