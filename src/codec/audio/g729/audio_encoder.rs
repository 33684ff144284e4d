//! G.729 as the engine's encoder: f32 audio to payloads, with Annex B's pauses if the peer takes them.

use std::any::Any;

use super::annex_b::DtxEncoder;
use super::frame::{FRAME, SPEECH_BYTES};
use super::packet;
use super::payload::MOST_FRAMES;
use crate::codec::{AudioEncoder, EncodeError, Encoded, EncoderParam};
use crate::types::SampleRate;

/// Encodes whole frames of 10 ms, up to twelve in a payload.
///
/// With pauses a payload may hold less than the audio, or be empty: see `packet`. Without them payloads of
/// consecutive frames can be put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct G729Encoder {
    coder: DtxEncoder,
    /// Whether the peer takes silence descriptors.
    annex_b: bool,
}

impl G729Encoder {
    /// An encoder at its start. `annex_b`: the peer takes silence descriptors; pauses are then looked for until
    /// [`EncoderParam::Dtx`] says otherwise.
    pub const fn new(annex_b: bool) -> Self {
        Self { coder: DtxEncoder::new(annex_b), annex_b }
    }

    /// What the decoder's adaptive codebook has to have as well.
    #[cfg(test)]
    pub fn past_excitation(&self) -> &[i16] {
        self.coder.past_excitation()
    }
}

impl AudioEncoder for G729Encoder {
    fn rate(&self) -> SampleRate {
        SampleRate::HZ_8000
    }

    fn max_payload(&self, samples: usize) -> usize {
        samples.div_ceil(FRAME) * SPEECH_BYTES
    }

    fn concatenates(&self) -> bool {
        !self.annex_b
    }

    fn encode(&mut self, frame: &[f32], out: &mut [u8]) -> Result<Encoded, EncodeError> {
        let frames = frame.len() / FRAME;
        if !frame.len().is_multiple_of(FRAME) || !(1..=MOST_FRAMES).contains(&frames) {
            return Err(EncodeError::FrameLength { got: frame.len() });
        }
        let (needed, room) = (self.max_payload(frame.len()), out.len());
        let out = out.get_mut(..needed).ok_or(EncodeError::TooLong { needed, room })?;
        Ok(packet::encode(&mut self.coder, frame, out))
    }

    fn approaches(&self) -> bool {
        true
    }

    fn approach(&mut self, frame: &[f32], other: &[u8], out: &mut [u8]) -> Result<Encoded, EncodeError> {
        match packet::approach(&mut self.coder, frame, other, out) {
            Some(encoded) => Ok(encoded),
            None => self.encode(frame, out),
        }
    }

    fn set(&mut self, param: EncoderParam, value: i32) -> bool {
        match (param, value) {
            (EncoderParam::Dtx, 0) => self.coder.set_dtx(false),
            (EncoderParam::Dtx, 1) if self.annex_b => self.coder.set_dtx(true),
            _ => return false,
        }
        true
    }

    fn fork(&self) -> Box<dyn AudioEncoder> {
        Box::new(self.clone())
    }

    fn copy_state(&mut self, from: &dyn AudioEncoder) -> bool {
        let from = (from as &dyn Any).downcast_ref::<Self>().filter(|from| from.annex_b == self.annex_b);
        from.is_some_and(|from| {
            self.clone_from(from);
            true
        })
    }

    fn is_level_with(&self, other: &dyn AudioEncoder) -> bool {
        (other as &dyn Any).downcast_ref::<Self>().is_some_and(|other| self.coder.is_level_with(&other.coder))
    }

    fn state_bytes(&self) -> usize {
        size_of::<Self>()
    }

    fn reset(&mut self) {
        *self = Self::new(self.annex_b);
    }
}
