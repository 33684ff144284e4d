//! G.711 codes to audio.
//!
//! A code is a small floating-point number: three bits of exponent, four of mantissa. Both laws'
//! values are written straight into the fields of an f32, so that a loop over codes has neither a
//! table nor a shift by a variable and runs in vector lanes on every instruction set.

use multiversion::multiversion;

use super::Law;
use crate::codec::{AudioDecoder, DecodeError};
use crate::types::SampleRate;

/// Decodes G.711 payloads; without state.
#[derive(Clone, Copy, Debug)]
pub struct G711Decoder {
    law: Law,
    rate: SampleRate,
}

impl G711Decoder {
    /// A decoder for audio at `rate`: 8 kHz, or another that was signalled (RFC 4856 §2.1.9).
    pub const fn new(law: Law, rate: SampleRate) -> Self {
        Self { law, rate }
    }
}

impl AudioDecoder for G711Decoder {
    fn rate(&self) -> SampleRate {
        self.rate
    }

    fn samples(&self, payload: &[u8]) -> Option<usize> {
        Some(payload.len())
    }

    fn decode(&mut self, payload: &[u8], out: &mut [f32]) -> Result<usize, DecodeError> {
        let samples = payload.len();
        let room = out.len();
        let out = out.get_mut(..samples).ok_or(DecodeError::TooLong { samples, room })?;
        match self.law {
            Law::Mu => decode_u(payload, out),
            Law::A => decode_a(payload, out),
        }
        Ok(samples)
    }

    fn is_calm(&self, payload: &[u8]) -> bool {
        // 16 steps of the lowest segment: 120 of 32 768, −48 dBov at the most and mostly far less.
        let inverted = match self.law {
            Law::Mu => 0x7f,
            Law::A => 0x55,
        };
        payload.iter().fold(0, |most, code| (code & 0x7f ^ inverted).max(most)) < 6
    }

    fn state_bytes(&self) -> usize {
        size_of::<Self>()
    }

    fn reset(&mut self) {}
}

/// Decodes µ-law codes into samples of −1.0 to 1.0, as many as the shorter slice has.
///
/// Real-time: no branch on the data (benches/codecs.rs).
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl+avx512dq", "x86_64+avx2"))]
pub fn decode_u(codes: &[u8], out: &mut [f32]) {
    for (sample, &code) in out.iter_mut().zip(codes) {
        // The line carries all bits inverted: subtracting undoes that for exponent and mantissa.
        let magnitude = f32::from_bits(MU_TOP - (u32::from(code & 0x7f) << FIELD)) - MU_BIAS;
        let sign = u32::from(!code & 0x80) << 24;
        // Adding zero makes the second zero, a negative one, positive.
        *sample = f32::from_bits(magnitude.to_bits() | sign) + 0.0;
    }
}

/// Decodes A-law codes into samples of −1.0 to 1.0, as many as the shorter slice has.
///
/// Real-time: no branch on the data (benches/codecs.rs).
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl+avx512dq", "x86_64+avx2"))]
pub fn decode_a(codes: &[u8], out: &mut [f32]) {
    for (sample, &code) in out.iter_mut().zip(codes) {
        // The line carries the even bits inverted.
        let field = u32::from((code ^ 0x55) & 0x7f) << FIELD;
        // Segment 0 has no hidden one: it is read as segment 1 and the one taken off again.
        let linear = field < EXPONENT_ONE;
        let lifted = f32::from_bits(BASE + field + if linear { EXPONENT_ONE } else { 0 });
        let magnitude = lifted - if linear { A_HIDDEN_ONE } else { 0.0 };
        let sign = u32::from(!code & 0x80) << 24;
        *sample = f32::from_bits(magnitude.to_bits() | sign);
    }
}

/// Where a code's seven bits lie in an f32: the exponent's lowest bit is bit 23.
const FIELD: u32 = 19;

/// One step of an f32's exponent.
const EXPONENT_ONE: u32 = 1 << 23;

/// Code 0 as an f32: 2^7 of 32 768, and half a step, since values are the middles of their intervals.
const BASE: u32 = ((127 + 7 - 15) << 23) | (1 << 18);

/// µ-law's line code 0x00, the loudest.
const MU_TOP: u32 = BASE + (0x7f << FIELD);

/// µ-law's segments are shifted by 33 (of 14 bits), so that each has a hidden one.
const MU_BIAS: f32 = 132.0 / 32_768.0;

/// A-law's segment 1 begins at 256 (of 16 bits).
const A_HIDDEN_ONE: f32 = 256.0 / 32_768.0;
