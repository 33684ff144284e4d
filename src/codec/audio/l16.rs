//! L16: 16-bit linear samples in network byte order (RFC 3551 §4.5.11), mono, at any rate.

use multiversion::multiversion;

use crate::codec::{AudioDecoder, AudioEncoder, DecodeError, EncodeError};
use crate::sample;
use crate::types::SampleRate;

/// Decodes L16 payloads; without state.
#[derive(Clone, Copy, Debug)]
pub struct L16Decoder {
    rate: SampleRate,
}

impl L16Decoder {
    /// A decoder for audio at `rate`.
    pub const fn new(rate: SampleRate) -> Self {
        Self { rate }
    }
}

impl AudioDecoder for L16Decoder {
    fn rate(&self) -> SampleRate {
        self.rate
    }

    fn samples(&self, payload: &[u8]) -> Option<usize> {
        payload.len().is_multiple_of(2).then_some(payload.len() / 2)
    }

    fn decode(&mut self, payload: &[u8], out: &mut [f32]) -> Result<usize, DecodeError> {
        let samples = self.samples(payload).ok_or(DecodeError::Length { got: payload.len() })?;
        let room = out.len();
        let out = out.get_mut(..samples).ok_or(DecodeError::TooLong { samples, room })?;
        read_words(payload, out);
        Ok(samples)
    }

    fn reset(&mut self) {}
}

/// Encodes audio to L16; without state.
#[derive(Clone, Copy, Debug)]
pub struct L16Encoder {
    rate: SampleRate,
}

impl L16Encoder {
    /// An encoder for audio at `rate`.
    pub const fn new(rate: SampleRate) -> Self {
        Self { rate }
    }
}

impl AudioEncoder for L16Encoder {
    fn rate(&self) -> SampleRate {
        self.rate
    }

    fn concatenates(&self) -> bool {
        true
    }

    fn max_payload(&self, samples: usize) -> usize {
        samples * 2
    }

    fn encode(&mut self, frame: &[f32], out: &mut [u8]) -> Result<usize, EncodeError> {
        let needed = self.max_payload(frame.len());
        let room = out.len();
        let out = out.get_mut(..needed).ok_or(EncodeError::TooLong { needed, room })?;
        write_words(frame, out);
        Ok(needed)
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

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: SampleRate = SampleRate::HZ_16000;

    #[test]
    fn every_value_survives_the_way_there_and_back_in_network_byte_order() {
        let payload: Vec<u8> = (i16::MIN..=i16::MAX).flat_map(i16::to_be_bytes).collect();
        let mut samples = vec![0.0; 65_536];
        assert_eq!(L16Decoder::new(RATE).decode(&payload, &mut samples), Ok(65_536));
        assert_eq!((samples[0], samples[32_768 + 256]), (-1.0, 1.0 / 128.0));
        let mut back = vec![0; payload.len()];
        assert_eq!(L16Encoder::new(RATE).encode(&samples, &mut back), Ok(payload.len()));
        assert_eq!(back, payload);
    }

    #[test]
    fn samples_are_rounded_clipped_and_nan_is_zero() {
        let samples = [0.4 / 32_768.0, 0.6 / 32_768.0, -1.5 / 32_768.0, 1.0, -7.0, f32::INFINITY, f32::NAN];
        let mut bytes = [0; 14];
        assert_eq!(L16Encoder::new(RATE).encode(&samples, &mut bytes), Ok(14));
        let values: Vec<i16> = bytes.as_chunks::<2>().0.iter().map(|&b| i16::from_be_bytes(b)).collect();
        assert_eq!(values, [0, 1, -2, 32_767, -32_768, 32_767, 0]);
    }

    #[test]
    fn half_a_sample_and_a_full_buffer_are_errors() {
        let mut decoder = L16Decoder::new(RATE);
        assert_eq!(decoder.samples(&[1, 2, 3]), None);
        assert_eq!(decoder.decode(&[1, 2, 3], &mut [0.0; 4]), Err(DecodeError::Length { got: 3 }));
        assert_eq!(decoder.decode(&[0; 4], &mut [0.0]), Err(DecodeError::TooLong { samples: 2, room: 1 }));
        let got = L16Encoder::new(RATE).encode(&[0.0; 2], &mut [0; 3]);
        assert_eq!(got, Err(EncodeError::TooLong { needed: 4, room: 3 }));
    }
}
