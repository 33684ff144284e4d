//! Between line spectral frequencies and their cosines, the LSPs (G.729 clauses 3.2.3 to 3.2.5).
//!
//! By a table of 64 cosines with straight lines between. Real-time.

use super::frame::ORDER;
use super::ops::{add, extract_l, l_mult, l_shl, l_shr, mult, round, shl, sub};
use super::tables_lsf::{ARC_COSINE_SLOPE, COSINE, COSINE_SLOPE};

/// LSPs in Q15 of LSFs in radians, Q13.
pub fn lsf_to_lsp(lsf: &[i16; ORDER]) -> [i16; ORDER] {
    lsf.map(|radians| {
        // 1/2π in Q17: a whole turn is 2^15, and 2^8 the distance of two entries.
        let turn = mult(radians, 20_861);
        let entry = usize::from((turn >> 8).clamp(0, 63).unsigned_abs());
        add(COSINE[entry], extract_l(l_shr(l_mult(COSINE_SLOPE[entry], turn & 0xff), 13)))
    })
}

/// LSFs in radians, Q13, of LSPs in Q15.
pub fn lsp_to_lsf(lsp: &[i16; ORDER]) -> [i16; ORDER] {
    let mut entry = 63;
    let mut lsf = [0; ORDER];
    for (radians, &cosine) in lsf.iter_mut().zip(lsp).rev() {
        while COSINE[entry] < cosine && entry > 0 {
            entry -= 1;
        }
        let way = l_mult(ARC_COSINE_SLOPE[entry], sub(cosine, COSINE[entry]));
        let turn = add(shl(entry as i16, 9), extract_l(l_shr(way, 12)));
        // 2π in Q12.
        *radians = mult(turn, 25_736);
    }
    lsf
}

/// LSFs as shares of the sampling rate, Q15 (0 to 0.5), of LSPs in Q15: what the voice activity detector takes.
pub fn lsp_to_normalised_lsf(lsp: &[i16; ORDER]) -> [i16; ORDER] {
    let mut entry = 63;
    let mut lsf = [0; ORDER];
    for (share, &cosine) in lsf.iter_mut().zip(lsp).rev() {
        while COSINE[entry] < cosine && entry > 0 {
            entry -= 1;
        }
        let way = l_mult(sub(cosine, COSINE[entry]), ARC_COSINE_SLOPE[entry]);
        *share = add(round(l_shl(way, 3)), shl(entry as i16, 8));
    }
    lsf
}
