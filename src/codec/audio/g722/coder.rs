//! The two halves of G.722 on the engine's audio.

use std::any::Any;

use super::qmf::{BLOCK, PAST};
use super::{Decoder, Encoder, Mode};
use crate::codec::{AudioDecoder, AudioEncoder, DecodeError, EncodeError, Encoded};
use crate::sample;
use crate::types::SampleRate;

/// Decodes G.722 payloads of any count of octets to audio at 16 kHz.
///
/// It has no concealment of its own. Its state follows what is played in a gap: see [`Decoder::follow`].
#[derive(Clone, Debug)]
pub struct G722Decoder {
    decoder: Decoder,
    /// A sample of concealment waits for the second of its pair.
    odd: bool,
}

impl G722Decoder {
    /// A decoder at its start.
    pub const fn new(mode: Mode) -> Self {
        Self { decoder: Decoder::new(mode), odd: false }
    }
}

impl AudioDecoder for G722Decoder {
    fn rate(&self) -> SampleRate {
        SampleRate::HZ_16000
    }

    fn samples(&self, payload: &[u8]) -> Option<usize> {
        Some(2 * payload.len())
    }

    fn decode(&mut self, payload: &[u8], out: &mut [f32]) -> Result<usize, DecodeError> {
        let samples = 2 * payload.len();
        let room = out.len();
        let out = out.get_mut(..samples).ok_or(DecodeError::TooLong { samples, room })?;
        let mut words = [0; 2 * BLOCK];
        for (octets, out) in payload.chunks(BLOCK).zip(out.chunks_mut(2 * BLOCK)) {
            self.decoder.decode(octets, &mut words);
            sample::from_i16(&words, out);
        }
        self.odd = false;
        Ok(samples)
    }

    fn follows_concealment(&self) -> bool {
        true
    }

    fn concealed(&mut self, played: &[f32], count: usize) {
        let mut left = count.min(played.len()) + usize::from(self.odd);
        self.odd = !left.is_multiple_of(2);
        let mut words = [0; PAST + 2 * BLOCK];
        while left >= 2 {
            let fresh = left.min(2 * BLOCK) & !1;
            let (from, to) = (played.len().saturating_sub(left + PAST), played.len().saturating_sub(left - fresh));
            let lead = (PAST + fresh).saturating_sub(to - from);
            words[..lead].fill(0);
            sample::to_i16(&played[from..to], &mut words[lead..]);
            if let Some((past, samples)) = words.split_first_chunk::<PAST>() {
                self.decoder.follow(*past, &samples[..fresh]);
            }
            left -= fresh;
        }
    }

    fn state_bytes(&self) -> usize {
        size_of::<Self>()
    }

    fn reset(&mut self) {
        self.decoder.reset();
        self.odd = false;
    }
}

/// Encodes audio at 16 kHz, an even count of samples at a time, to half as many octets.
#[derive(Clone, Debug)]
pub struct G722Encoder {
    encoder: Encoder,
}

impl G722Encoder {
    /// An encoder at its start.
    pub const fn new(mode: Mode) -> Self {
        Self { encoder: Encoder::new(mode) }
    }
}

impl AudioEncoder for G722Encoder {
    fn rate(&self) -> SampleRate {
        SampleRate::HZ_16000
    }

    fn concatenates(&self) -> bool {
        true
    }

    fn max_payload(&self, samples: usize) -> usize {
        samples / 2
    }

    fn encode(&mut self, frame: &[f32], out: &mut [u8]) -> Result<Encoded, EncodeError> {
        if !frame.len().is_multiple_of(2) {
            return Err(EncodeError::FrameLength { got: frame.len() });
        }
        let (needed, room) = (frame.len() / 2, out.len());
        let out = out.get_mut(..needed).ok_or(EncodeError::TooLong { needed, room })?;
        let mut words = [0; 2 * BLOCK];
        for (samples, octets) in frame.chunks(2 * BLOCK).zip(out.chunks_mut(BLOCK)) {
            sample::to_i16(samples, &mut words);
            self.encoder.encode(&words, octets);
        }
        Ok(Encoded::whole(needed))
    }

    fn approaches(&self) -> bool {
        true
    }

    fn approach(&mut self, frame: &[f32], other: &[u8], out: &mut [u8]) -> Result<Encoded, EncodeError> {
        let octets = frame.len() / 2;
        if !frame.len().is_multiple_of(2) || other.len() != octets || out.len() < octets {
            return self.encode(frame, out);
        }
        let mut words = [0; 2 * BLOCK];
        let octets = out.chunks_mut(BLOCK).zip(other.chunks(BLOCK));
        for (samples, (octets, others)) in frame.chunks(2 * BLOCK).zip(octets) {
            sample::to_i16(samples, &mut words);
            self.encoder.approach(&words[..samples.len()], others, octets);
        }
        Ok(Encoded::whole(other.len()))
    }

    fn fork(&self) -> Box<dyn AudioEncoder> {
        Box::new(self.clone())
    }

    fn copy_state(&mut self, from: &dyn AudioEncoder) -> bool {
        let from = (from as &dyn Any).downcast_ref::<Self>().filter(|from| from.encoder.mode() == self.encoder.mode());
        from.is_some_and(|from| {
            self.encoder.clone_from(&from.encoder);
            true
        })
    }

    fn is_level_with(&self, other: &dyn AudioEncoder) -> bool {
        (other as &dyn Any).downcast_ref::<Self>().is_some_and(|other| self.encoder.is_level_with(&other.encoder))
    }

    fn state_bytes(&self) -> usize {
        size_of::<Self>()
    }

    fn reset(&mut self) {
        self.encoder.reset();
    }
}
