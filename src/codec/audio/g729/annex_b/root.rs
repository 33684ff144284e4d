//! The square root that the level of comfort noise is solved with (G.729 Annex B clause B.4.4).

use super::super::ops::{add, l_mult};

/// √(a/2), truncated, by trial of 14 bits from 2¹⁴ down; 0 for negative `a`. Real-time.
pub fn half_root(a: i32) -> i16 {
    (1..=14).rev().fold(0, |root, bit| {
        let trial = add(root, 1 << bit);
        if a >= l_mult(trial, trial) { trial } else { root }
    })
}
