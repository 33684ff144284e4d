//! The two halves of L16: words to samples and back.

use std::any::Any;

use multiversion::multiversion;

use crate::codec::{AudioDecoder, AudioEncoder, DecodeError, EncodeError, Encoded};
use crate::sample;
use crate::types::SampleRate;

/// Decodes L16 payloads; without state.
#[derive(Clone, Copy, Debug)]
pub struct L16Decoder {
    rate: SampleRate,
    channels: usize,
}

impl L16Decoder {
    /// A decoder for interleaved audio at `rate`.
    pub fn new(rate: SampleRate, channels: u8) -> Self {
        Self { rate, channels: usize::from(channels.max(1)) }
    }
}

impl AudioDecoder for L16Decoder {
    fn rate(&self) -> SampleRate {
        self.rate
    }

    fn channels(&self) -> usize {
        self.channels
    }

    fn samples(&self, payload: &[u8]) -> Option<usize> {
        let frame = 2 * self.channels;
        payload.len().is_multiple_of(frame).then_some(payload.len() / frame)
    }

    fn decode(&mut self, payload: &[u8], out: &mut [f32]) -> Result<usize, DecodeError> {
        let samples = self.samples(payload).ok_or(DecodeError::Length { got: payload.len() })?;
        let room = out.len() / self.channels;
        let out = out.get_mut(..samples * self.channels).ok_or(DecodeError::TooLong { samples, room })?;
        read_words(payload, out);
        Ok(samples)
    }

    fn state_bytes(&self) -> usize {
        size_of::<Self>()
    }

    fn reset(&mut self) {}
}

/// Encodes audio to L16; without state.
#[derive(Clone, Copy, Debug)]
pub struct L16Encoder {
    rate: SampleRate,
    channels: usize,
}

impl L16Encoder {
    /// An encoder for interleaved audio at `rate`.
    pub fn new(rate: SampleRate, channels: u8) -> Self {
        Self { rate, channels: usize::from(channels.max(1)) }
    }
}

impl AudioEncoder for L16Encoder {
    fn rate(&self) -> SampleRate {
        self.rate
    }

    fn channels(&self) -> usize {
        self.channels
    }

    fn concatenates(&self) -> bool {
        true
    }

    fn max_payload(&self, samples: usize) -> usize {
        samples * 2 * self.channels
    }

    fn encode(&mut self, frame: &[f32], out: &mut [u8]) -> Result<Encoded, EncodeError> {
        let needed = frame.len() * 2;
        let room = out.len();
        let out = out.get_mut(..needed).ok_or(EncodeError::TooLong { needed, room })?;
        write_words(frame, out);
        Ok(Encoded::whole(needed))
    }

    fn fork(&self) -> Box<dyn AudioEncoder> {
        Box::new(*self)
    }

    fn copy_state(&mut self, from: &dyn AudioEncoder) -> bool {
        (from as &dyn Any).downcast_ref::<Self>().is_some_and(|from| from.channels == self.channels)
    }

    fn state_bytes(&self) -> usize {
        size_of::<Self>()
    }

    fn reset(&mut self) {}
}

#[multiversion(targets("x86_64+avx2"))]
fn read_words(bytes: &[u8], out: &mut [f32]) {
    let (words, _) = bytes.as_chunks::<2>();
    for (sample, &word) in out.iter_mut().zip(words) {
        *sample = sample::dequantize(i16::from_be_bytes(word));
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn write_words(samples: &[f32], bytes: &mut [u8]) {
    let (words, _) = bytes.as_chunks_mut::<2>();
    for (word, &sample) in words.iter_mut().zip(samples) {
        *word = sample::quantize(sample).to_be_bytes();
    }
}
