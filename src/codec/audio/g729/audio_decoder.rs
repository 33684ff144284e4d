//! G.729 as the engine's decoder: payloads to f32 audio.

use super::decoder::Decoder;
use super::frame::FRAME;
use super::payload::{frames, samples};
use crate::codec::{AudioDecoder, DecodeError};
use crate::types::SampleRate;

/// Decodes G.729 payloads, with Annex B's silence descriptors whether they were agreed on or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct G729Decoder {
    decoder: Decoder,
    /// The last concealed frame; its last `left` samples are not yet handed out.
    concealed: [i16; FRAME],
    left: usize,
}

impl G729Decoder {
    /// A decoder at its start.
    pub const fn new() -> Self {
        Self { decoder: Decoder::new(), concealed: [0; FRAME], left: 0 }
    }
}

impl Default for G729Decoder {
    fn default() -> Self {
        Self::new()
    }
}

impl AudioDecoder for G729Decoder {
    fn rate(&self) -> SampleRate {
        SampleRate::HZ_8000
    }

    fn samples(&self, payload: &[u8]) -> Option<usize> {
        samples(payload)
    }

    fn decode(&mut self, payload: &[u8], out: &mut [f32]) -> Result<usize, DecodeError> {
        let samples = samples(payload).ok_or(DecodeError::Length { got: payload.len() })?;
        let room = out.len();
        let out = out.get_mut(..samples).ok_or(DecodeError::TooLong { samples, room })?;
        self.left = 0;
        let mut frame = [0; FRAME];
        for (kind, out) in frames(payload).zip(out.as_chunks_mut::<FRAME>().0) {
            self.decoder.decode(&kind, &mut frame);
            to_float(&frame, out);
        }
        Ok(samples)
    }

    /// Erased frames, or comfort noise in a pause. Lengths that are no whole frames are cut from whole ones.
    fn conceal(&mut self, out: &mut [f32]) -> bool {
        let mut out = out;
        while !out.is_empty() {
            if self.left == 0 {
                self.decoder.erase_frame(&mut self.concealed);
                self.left = FRAME;
            }
            let count = self.left.min(out.len());
            let (now, later) = out.split_at_mut(count);
            to_float(&self.concealed[FRAME - self.left..], now);
            self.left -= count;
            out = later;
        }
        true
    }

    fn is_calm(&self, payload: &[u8]) -> bool {
        // A silence descriptor alone (Annex B).
        payload.len() == super::frame::SID_BYTES
    }

    fn paused(&self) -> bool {
        self.decoder.paused()
    }

    fn state_bytes(&self) -> usize {
        size_of::<Self>()
    }

    fn reset(&mut self) {
        *self = Self::new();
    }
}

fn to_float(samples: &[i16], out: &mut [f32]) {
    for (out, &sample) in out.iter_mut().zip(samples) {
        *out = f32::from(sample) * (1.0 / 32_768.0);
    }
}
