//! Taming: keeps errors of the decoder's adaptive codebook from growing (G.729 clause 3.9.2's end, clause A.3.9). Real-time.
//!
//! The past excitation is seen in zones of one subframe. For each goes a bound of what an error of one
//! unit before would have become; where pitch gains above one made it large, the gain is held down.

use crate::codec::audio::g729::dpf::Dpf;
use crate::codec::audio::g729::frame::SUBFRAME;
use crate::codec::audio::g729::ops::{l_add, l_shl};

/// Samples that the interpolation reaches beyond the delay.
const REACH: i16 = 10;

/// Bound beyond which gains are limited: 60 000 in Q14.
const LARGEST: i32 = 983_040_000;

/// An error of one unit, Q14.
const UNIT: i32 = 0x4000;

/// Bounds of the error in the last four subframes, newest first, Q14.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorBounds {
    zones: [i32; 4],
}

impl ErrorBounds {
    /// As at the start of a call.
    pub const fn new() -> Self {
        Self { zones: [UNIT; 4] }
    }

    /// Whether gains must be limited at a delay of `whole` + `third`/3.
    pub fn exceeded(&self, whole: i16, third: i16) -> bool {
        let oldest = whole + i16::from(third > 0);
        let zones = zone(oldest - (SUBFRAME as i16 + REACH))..=zone(oldest + REACH - 2);
        self.zones[zones].iter().any(|&bound| bound > LARGEST)
    }

    /// Takes in a subframe with this pitch gain (Q14) and whole delay.
    pub fn push(&mut self, gain: i16, whole: i16) {
        let grown = |bound: i32| l_add(UNIT, l_shl(Dpf::new(bound).times_short(gain), 1));
        let worst = if whole < SUBFRAME as i16 {
            // The delay repeats what was just made with the gain.
            let once = grown(self.zones[0]);
            once.max(grown(once))
        } else {
            let zones = zone(whole - SUBFRAME as i16)..=zone(whole - 1);
            self.zones[zones].iter().fold(-1, |worst, &bound| worst.max(grown(bound)))
        };
        self.zones.rotate_right(1);
        self.zones[0] = worst.max(-1);
    }
}

/// The subframe that a sample `age` + 1 before the present one lies in.
fn zone(age: i16) -> usize {
    usize::from(age.max(0).unsigned_abs() / SUBFRAME as u16).min(3)
}
