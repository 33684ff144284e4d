//! The algebraic codebook: four signed pulses in forty places (G.729 clauses 3.8 and 4.1.4). Real-time.

use super::frame::SUBFRAME;
use super::ops::{add, mult, shl};

/// +1.0 in Q13, short of a unit to fit a signed pulse of −8192.
const PLUS: i16 = 8191;
const MINUS: i16 = -8192;

/// The code vector, Q13, of 13 bits of `positions` and four of `signs` (table 7).
#[inline]
pub fn pulses(positions: u16, signs: u8) -> [i16; SUBFRAME] {
    let mut code = [0; SUBFRAME];
    for (i, place) in places(positions).into_iter().enumerate() {
        code[place] = if signs >> i & 1 == 1 { PLUS } else { MINUS };
    }
    code
}

/// Where the four pulses stand.
#[inline]
pub fn places(positions: u16) -> [usize; 4] {
    let field = |shift: u16| 5 * usize::from(positions >> shift & 7);
    // The fourth pulse has two tracks: bit 9 tells which.
    [field(0), field(3) + 1, field(6) + 2, field(10) + 3 + usize::from(positions >> 9 & 1)]
}

/// Repeats the pulses at the pitch delay with gain `sharpness` (Q14), for delays below a subframe (eq. 48).
#[inline]
pub fn sharpen(code: &mut [i16; SUBFRAME], lag: i16, sharpness: i16) {
    let gain = shl(sharpness, 1);
    for i in usize::from(lag.max(1).unsigned_abs())..SUBFRAME {
        code[i] = add(code[i], mult(code[i - usize::from(lag.max(1).unsigned_abs())], gain));
    }
}
