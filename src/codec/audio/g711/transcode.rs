//! Codes of one law to codes of the other, without audio in between.

use super::tables::{A_TO_U, U_TO_A};

/// Converts A-law codes to µ-law codes, as many as the shorter slice has: bit for bit what decoding
/// and encoding gives.
///
/// Real-time: one table look-up a code.
pub fn transcode_a_to_u(codes: &[u8], out: &mut [u8]) {
    for (to, &from) in out.iter_mut().zip(codes) {
        *to = A_TO_U[usize::from(from)];
    }
}

/// Converts µ-law codes to A-law codes, as many as the shorter slice has: bit for bit what decoding
/// and encoding gives.
///
/// Real-time: one table look-up a code.
pub fn transcode_u_to_a(codes: &[u8], out: &mut [u8]) {
    for (to, &from) in out.iter_mut().zip(codes) {
        *to = U_TO_A[usize::from(from)];
    }
}
