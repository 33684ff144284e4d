//! Coding of the pitch delay (G.729 clause 3.7.2, eqs. 41 and 42). Real-time.

use crate::codec::audio::g729::pitch_lag::PitchLag;

/// P1: thirds up to 84⅔ (index 196), whole samples from 85 on.
pub fn first_index(lag: PitchLag) -> u8 {
    let index = if lag.whole <= 85 { 3 * lag.whole - 58 + lag.third } else { lag.whole + 112 };
    index as u8
}

/// P2: thirds from ⅔ below `shortest`, the shortest whole delay of the second subframe.
pub fn second_index(lag: PitchLag, shortest: i16) -> u8 {
    (3 * (lag.whole - shortest) + 2 + lag.third) as u8
}
