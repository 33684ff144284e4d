//! L16: 16-bit linear samples in network byte order (RFC 3551 §4.5.11), at any rate, mono or stereo.

use std::any::Any;

use multiversion::multiversion;

use crate::codec::{
    AudioCodec, AudioDecoder, AudioEncoder, AudioFormat, CodecCost, CodecSpec, DecodeError, EncodeError, Encoded,
    RtpmapError,
};
use crate::types::SampleRate;

/// `L16`, payload types 10 (44.1 kHz, stereo) and 11 (44.1 kHz, mono), any rate under dynamic ones.
#[derive(Clone, Copy, Debug)]
pub struct L16;

impl AudioCodec for L16 {
    fn name(&self) -> &'static str {
        "L16"
    }

    fn static_types(&self) -> &'static [u8] {
        &[10, 11]
    }

    fn format(&self, clock_rate: u32, channels: u32) -> Result<AudioFormat, RtpmapError> {
        let known = u8::try_from(channels).ok().filter(|c| matches!(c, 1 | 2));
        let channels = known.ok_or(RtpmapError::Channels(channels))?;
        Ok(AudioFormat { rate: SampleRate::new(clock_rate)?, channels })
    }

    fn payload_bytes(&self, spec: &CodecSpec, samples: usize) -> usize {
        samples * 2 * usize::from(spec.channels)
    }

    fn payload_samples(&self, spec: &CodecSpec, payload: &[u8]) -> usize {
        payload.len() / (2 * usize::from(spec.channels.max(1)))
    }

    fn cost(&self, spec: &CodecSpec) -> CodecCost {
        CodecCost { encode: spec.scaled_cost(20), decode: spec.scaled_cost(20) }
    }

    fn decoder(&self, spec: &CodecSpec) -> Box<dyn AudioDecoder> {
        Box::new(L16Decoder::new(spec.rate, spec.channels))
    }

    fn encoder(&self, spec: &CodecSpec) -> Box<dyn AudioEncoder> {
        Box::new(L16Encoder::new(spec.rate, spec.channels))
    }
}

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
        *sample = f32::from(i16::from_be_bytes(word)) * (1.0 / 32_768.0);
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn write_words(samples: &[f32], bytes: &mut [u8]) {
    let (words, _) = bytes.as_chunks_mut::<2>();
    for (word, &sample) in words.iter_mut().zip(samples) {
        let number = if sample.is_nan() { 0.0 } else { sample * 32_768.0 };
        let above = if number > -32_768.0 { number } else { -32_768.0 };
        let clipped = if above < 32_767.0 { above } else { 32_767.0 };
        // The sum's lower 16 bits are the integer: faster than a cast, which checks its range again.
        let value = (clipped + ROUND).to_bits() as u16;
        *word = value.to_be_bytes();
    }
}

/// 1.5 · 2^23: adding it leaves no room for a fraction, so the sum is rounded, ties to even.
const ROUND: f32 = 12_582_912.0;

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: SampleRate = SampleRate::HZ_16000;

    #[test]
    fn every_value_survives_the_way_there_and_back_in_network_byte_order() {
        let payload: Vec<u8> = (i16::MIN..=i16::MAX).flat_map(i16::to_be_bytes).collect();
        let mut samples = vec![0.0; 65_536];
        assert_eq!(L16Decoder::new(RATE, 1).decode(&payload, &mut samples), Ok(65_536));
        assert_eq!((samples[0], samples[32_768 + 256]), (-1.0, 1.0 / 128.0));
        let mut back = vec![0; payload.len()];
        assert_eq!(L16Encoder::new(RATE, 1).encode(&samples, &mut back), Ok(Encoded::whole(payload.len())));
        assert_eq!(back, payload);
    }

    #[test]
    fn samples_are_rounded_clipped_and_nan_is_zero() {
        let samples = [0.4 / 32_768.0, 0.6 / 32_768.0, -1.5 / 32_768.0, 1.0, -7.0, f32::INFINITY, f32::NAN];
        let mut bytes = [0; 14];
        assert_eq!(L16Encoder::new(RATE, 1).encode(&samples, &mut bytes), Ok(Encoded::whole(14)));
        let values: Vec<i16> = bytes.as_chunks::<2>().0.iter().map(|&b| i16::from_be_bytes(b)).collect();
        assert_eq!(values, [0, 1, -2, 32_767, -32_768, 32_767, 0]);
    }

    #[test]
    fn half_a_sample_and_a_full_buffer_are_errors() {
        let mut decoder = L16Decoder::new(RATE, 1);
        assert_eq!(decoder.samples(&[1, 2, 3]), None);
        assert_eq!(decoder.decode(&[1, 2, 3], &mut [0.0; 4]), Err(DecodeError::Length { got: 3 }));
        assert_eq!(decoder.decode(&[0; 4], &mut [0.0]), Err(DecodeError::TooLong { samples: 2, room: 1 }));
        let got = L16Encoder::new(RATE, 1).encode(&[0.0; 2], &mut [0; 3]);
        assert_eq!(got, Err(EncodeError::TooLong { needed: 4, room: 3 }));
    }
}
