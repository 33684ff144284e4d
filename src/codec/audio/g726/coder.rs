//! The two halves of G.726 on the engine's audio.

use std::any::Any;

use super::{Decoder, Encoder, Packing, Rate};
use crate::codec::{AudioDecoder, AudioEncoder, DecodeError, EncodeError, Encoded};
use crate::sample;
use crate::types::SampleRate;

/// Samples that are converted at once: 10 ms, a whole count of octets at every rate.
const BLOCK: usize = 80;

/// Decodes G.726 payloads, whole groups of codes, to audio at 8 kHz.
///
/// It has no concealment of its own. Its state follows what is played in a gap: see [`Decoder::follow`].
#[derive(Clone, Debug)]
pub struct G726Decoder {
    decoder: Decoder,
    packing: Packing,
}

impl G726Decoder {
    /// A decoder at its start.
    pub const fn new(rate: Rate, packing: Packing) -> Self {
        Self { decoder: Decoder::new(rate), packing }
    }
}

impl AudioDecoder for G726Decoder {
    fn rate(&self) -> SampleRate {
        SampleRate::HZ_8000
    }

    fn samples(&self, payload: &[u8]) -> Option<usize> {
        self.decoder.rate().samples(payload.len())
    }

    fn decode(&mut self, payload: &[u8], out: &mut [f32]) -> Result<usize, DecodeError> {
        let samples = self.samples(payload).ok_or(DecodeError::Length { got: payload.len() })?;
        let room = out.len();
        let out = out.get_mut(..samples).ok_or(DecodeError::TooLong { samples, room })?;
        let mut words = [0; BLOCK];
        let octets = payload.chunks(self.decoder.rate().octets(BLOCK));
        for (octets, out) in octets.zip(out.chunks_mut(BLOCK)) {
            self.decoder.decode(octets, self.packing, &mut words);
            sample::from_i16(&words, out);
        }
        Ok(samples)
    }

    fn follows_concealment(&self) -> bool {
        true
    }

    fn concealed(&mut self, played: &[f32], count: usize) {
        let mut words = [0; BLOCK];
        for samples in played[played.len().saturating_sub(count)..].chunks(BLOCK) {
            sample::to_i16(samples, &mut words);
            self.decoder.follow(&words[..samples.len()]);
        }
    }

    fn state_bytes(&self) -> usize {
        size_of::<Self>()
    }

    fn reset(&mut self) {
        self.decoder.reset();
    }
}

/// Encodes audio at 8 kHz, as many samples at a time as fill octets ([`Rate::group`]).
#[derive(Clone, Debug)]
pub struct G726Encoder {
    encoder: Encoder,
    packing: Packing,
}

impl G726Encoder {
    /// An encoder at its start.
    pub const fn new(rate: Rate, packing: Packing) -> Self {
        Self { encoder: Encoder::new(rate), packing }
    }
}

impl AudioEncoder for G726Encoder {
    fn rate(&self) -> SampleRate {
        SampleRate::HZ_8000
    }

    fn concatenates(&self) -> bool {
        true
    }

    fn max_payload(&self, samples: usize) -> usize {
        self.encoder.rate().octets(samples)
    }

    fn encode(&mut self, frame: &[f32], out: &mut [u8]) -> Result<Encoded, EncodeError> {
        let rate = self.encoder.rate();
        if !frame.len().is_multiple_of(rate.group()) {
            return Err(EncodeError::FrameLength { got: frame.len() });
        }
        let (needed, room) = (rate.octets(frame.len()), out.len());
        let out = out.get_mut(..needed).ok_or(EncodeError::TooLong { needed, room })?;
        let mut words = [0; BLOCK];
        for (samples, octets) in frame.chunks(BLOCK).zip(out.chunks_mut(rate.octets(BLOCK))) {
            sample::to_i16(samples, &mut words);
            self.encoder.encode(&words[..samples.len()], self.packing, octets);
        }
        Ok(Encoded::whole(needed))
    }

    fn approaches(&self) -> bool {
        true
    }

    fn approach(&mut self, frame: &[f32], other: &[u8], out: &mut [u8]) -> Result<Encoded, EncodeError> {
        let rate = self.encoder.rate();
        let octets = rate.octets(frame.len());
        if !frame.len().is_multiple_of(rate.group()) || other.len() != octets || out.len() < octets {
            return self.encode(frame, out);
        }
        let (mut words, block) = ([0; BLOCK], rate.octets(BLOCK));
        let octets = out.chunks_mut(block).zip(other.chunks(block));
        for (samples, (octets, others)) in frame.chunks(BLOCK).zip(octets) {
            sample::to_i16(samples, &mut words);
            self.encoder.approach(&words[..samples.len()], self.packing, others, octets);
        }
        Ok(Encoded::whole(other.len()))
    }

    fn fork(&self) -> Box<dyn AudioEncoder> {
        Box::new(self.clone())
    }

    fn copy_state(&mut self, from: &dyn AudioEncoder) -> bool {
        let from = (from as &dyn Any).downcast_ref::<Self>();
        from.filter(|from| from.encoder.rate() == self.encoder.rate() && from.packing == self.packing).is_some_and(
            |from| {
                self.clone_from(from);
                true
            },
        )
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
