//! Audio to G.711 codes.
//!
//! The mirror of `decode`: once a magnitude stands as an f32, its exponent and first four bits of
//! mantissa are the code. The search for the segment is what the float unit does when it normalises.

use std::any::Any;

use multiversion::multiversion;

use super::Law;
use crate::codec::{AudioEncoder, EncodeError, Encoded};
use crate::types::SampleRate;

/// Encodes audio to G.711; without state.
#[derive(Clone, Copy, Debug)]
pub struct G711Encoder {
    law: Law,
    rate: SampleRate,
}

impl G711Encoder {
    /// An encoder for audio at `rate`: 8 kHz, or another that was signalled (RFC 4856 §2.1.9).
    pub const fn new(law: Law, rate: SampleRate) -> Self {
        Self { law, rate }
    }
}

impl AudioEncoder for G711Encoder {
    fn rate(&self) -> SampleRate {
        self.rate
    }

    fn concatenates(&self) -> bool {
        true
    }

    fn max_payload(&self, samples: usize) -> usize {
        samples
    }

    fn encode(&mut self, frame: &[f32], out: &mut [u8]) -> Result<Encoded, EncodeError> {
        let needed = frame.len();
        let room = out.len();
        let out = out.get_mut(..needed).ok_or(EncodeError::TooLong { needed, room })?;
        match self.law {
            Law::Mu => encode_u(frame, out),
            Law::A => encode_a(frame, out),
        }
        Ok(Encoded::whole(needed))
    }

    fn fork(&self) -> Box<dyn AudioEncoder> {
        Box::new(*self)
    }

    fn copy_state(&mut self, from: &dyn AudioEncoder) -> bool {
        (from as &dyn Any).downcast_ref::<Self>().is_some_and(|from| from.law == self.law)
    }

    fn state_bytes(&self) -> usize {
        size_of::<Self>()
    }

    fn reset(&mut self) {}
}

/// Encodes samples to µ-law codes, as many as the shorter slice has. Each sample is rounded to 16 bits
/// first (ties to even) and clipped; NaN is 0.
///
/// Real-time: no branch on the data (benches/codecs.rs).
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl+avx512dq", "x86_64+avx2"))]
pub fn encode_u(samples: &[f32], codes: &mut [u8]) {
    for (code, &sample) in codes.iter_mut().zip(samples) {
        let (middle, sign) = rounded(sample);
        let clipped = if middle < MU_CLIP { middle } else { MU_CLIP };
        // The bias of 132 gives every segment a hidden one; 131.5 completes the half of `middle`.
        let field = (clipped + 131.5).to_bits() >> FIELD;
        *code = !((field.wrapping_sub(FIELD_AT_128) as u8) | sign);
    }
}

/// Encodes samples to A-law codes, as many as the shorter slice has. Each sample is rounded to 16 bits
/// first (ties to even) and clipped; NaN is 0.
///
/// Real-time: no branch on the data (benches/codecs.rs).
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl+avx512dq", "x86_64+avx2"))]
pub fn encode_a(samples: &[f32], codes: &mut [u8]) {
    for (code, &sample) in codes.iter_mut().zip(samples) {
        let (middle, sign) = rounded(sample);
        let clipped = if middle < A_CLIP { middle } else { A_CLIP };
        let magnitude = clipped - 0.5;
        // Segment 0 has no hidden one: it is lifted into segment 1 and its number taken down again.
        let linear = magnitude < 256.0;
        let lifted = magnitude + if linear { 256.0 } else { 0.0 };
        let segment_1 = if linear { FIELD_AT_128 + 16 } else { FIELD_AT_128 };
        let field = (lifted.to_bits() >> FIELD).wrapping_sub(segment_1) as u8;
        *code = (field | sign) ^ 0xd5;
    }
}

/// The 16-bit value nearest to `sample`, as the middle of its unit interval, and the sign as bit 7.
///
/// The middle makes both laws' negative half, the ones' complement, the mirror of the positive half:
/// 0 and −1 are 0.5 and −0.5.
#[inline(always)]
fn rounded(sample: f32) -> (f32, u8) {
    let number = if sample.is_nan() { 0.0 } else { sample };
    let middle = (number * 32_768.0 + ROUND) - ROUND + 0.5;
    (middle.abs(), ((middle.to_bits() >> 24) & 0x80) as u8)
}

/// 1.5 · 2^23: adding it leaves no room for a fraction, so the sum is rounded to the nearest integer.
/// Above 2^22, where that no longer holds, everything is clipped.
const ROUND: f32 = 12_582_912.0;

/// Where a code's seven bits lie in an f32: the exponent's lowest bit is bit 23.
const FIELD: u32 = 19;

/// The field of 128.0 is code 0.
const FIELD_AT_128: u32 = (127 + 7) << 4;

/// µ-law's last interval ends below 32 636 (8 159 of 14 bits).
const MU_CLIP: f32 = 32_635.5;

/// A-law's last interval is the last of 16 bits.
const A_CLIP: f32 = 32_767.5;
