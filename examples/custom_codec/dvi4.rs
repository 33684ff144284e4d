//! DVI4 (RFC 3551 §4.5.1): IMA's ADPCM, 4 bits a sample, with the state at the head of every packet.

use std::any::Any;

use media_core::codec::{
    AudioCodec, AudioDecoder, AudioEncoder, CodecCost, CodecSpec, DecodeError, EncodeError, Encoded,
};
use media_core::types::SampleRate;
use media_core::{Millis, sample};

/// What signalling and the engine know of it.
pub static DVI4: Dvi4 = Dvi4;

/// See [`DVI4`].
pub struct Dvi4;

/// Predicted value, step's index, and a byte of nothing.
const HEADER: usize = 4;

impl AudioCodec for Dvi4 {
    fn name(&self) -> &'static str {
        "DVI4"
    }

    fn static_types(&self) -> &'static [u8] {
        &[5, 6, 16, 17]
    }

    fn allows(&self, ptime: Millis) -> bool {
        ptime.0 >= 10
    }

    fn payload_bytes(&self, _: &CodecSpec, samples: usize) -> usize {
        HEADER + samples.div_ceil(2)
    }

    fn payload_samples(&self, _: &CodecSpec, payload: &[u8]) -> usize {
        payload.len().saturating_sub(HEADER) * 2
    }

    fn cost(&self, spec: &CodecSpec) -> CodecCost {
        CodecCost { encode: spec.scaled_cost(500), decode: spec.scaled_cost(300) }
    }

    fn decoder(&self, spec: &CodecSpec) -> Box<dyn AudioDecoder> {
        Box::new(Decoder { rate: spec.rate })
    }

    fn encoder(&self, spec: &CodecSpec) -> Box<dyn AudioEncoder> {
        Box::new(Encoder { rate: spec.rate, state: State::default() })
    }
}

/// Predictor and step, alike on both sides.
#[derive(Clone, Copy, Default)]
struct State {
    predicted: i32,
    index: u8,
}

impl State {
    fn step(self) -> i32 {
        // IMA's table: from 7 on each step is a tenth larger, in whole numbers.
        STEPS[usize::from(self.index.min(88))]
    }

    fn decode(&mut self, code: u8) -> i16 {
        let step = self.step();
        let part = |bit: u8, step: i32| if code & bit != 0 { step } else { 0 };
        let change = part(4, step) + part(2, step >> 1) + part(1, step >> 2) + (step >> 3);
        let predicted = if code & 8 != 0 { self.predicted - change } else { self.predicted + change };
        self.predicted = predicted.clamp(-32_768, 32_767);
        let wanted = i32::from(self.index) + [-1, -1, -1, -1, 2, 4, 6, 8][usize::from(code & 7)];
        self.index = wanted.clamp(0, 88) as u8;
        self.predicted as i16
    }

    fn encode(&mut self, sample: i16) -> u8 {
        let difference = i32::from(sample) - self.predicted;
        let mut left = difference.abs();
        let mut code = if difference < 0 { 8 } else { 0 };
        for (bit, step) in [(4, self.step()), (2, self.step() >> 1), (1, self.step() >> 2)] {
            if left >= step {
                code |= bit;
                left -= step;
            }
        }
        self.decode(code);
        code
    }
}

struct Decoder {
    rate: SampleRate,
}

impl AudioDecoder for Decoder {
    fn rate(&self) -> SampleRate {
        self.rate
    }

    fn samples(&self, payload: &[u8]) -> Option<usize> {
        Some(payload.len().checked_sub(HEADER)? * 2)
    }

    fn decode(&mut self, payload: &[u8], out: &mut [f32]) -> Result<usize, DecodeError> {
        let (&[high, low, index, _], codes) =
            payload.split_first_chunk::<HEADER>().ok_or(DecodeError::Length { got: payload.len() })?;
        let (samples, room) = (codes.len() * 2, out.len());
        let out = out.get_mut(..samples).ok_or(DecodeError::TooLong { samples, room })?;
        let mut state = State { predicted: i16::from_be_bytes([high, low]).into(), index: index.min(88) };
        for (pair, &code) in out.chunks_exact_mut(2).zip(codes) {
            pair[0] = sample::dequantize(state.decode(code >> 4));
            pair[1] = sample::dequantize(state.decode(code & 15));
        }
        Ok(samples)
    }

    fn state_bytes(&self) -> usize {
        size_of::<Self>()
    }

    fn reset(&mut self) {}
}

#[derive(Clone)]
struct Encoder {
    rate: SampleRate,
    state: State,
}

impl AudioEncoder for Encoder {
    fn rate(&self) -> SampleRate {
        self.rate
    }

    fn max_payload(&self, samples: usize) -> usize {
        HEADER + samples.div_ceil(2)
    }

    fn encode(&mut self, frame: &[f32], out: &mut [u8]) -> Result<Encoded, EncodeError> {
        let (got, room) = (frame.len(), out.len());
        if !got.is_multiple_of(2) {
            return Err(EncodeError::FrameLength { got });
        }
        let needed = self.max_payload(got);
        let out = out.get_mut(..needed).ok_or(EncodeError::TooLong { needed, room })?;
        let [high, low] = (self.state.predicted as i16).to_be_bytes();
        out[..HEADER].copy_from_slice(&[high, low, self.state.index, 0]);
        for (code, pair) in out[HEADER..].iter_mut().zip(frame.chunks_exact(2)) {
            *code = self.state.encode(sample::quantize(pair[0])) << 4;
            *code |= self.state.encode(sample::quantize(pair[1]));
        }
        Ok(Encoded::whole(needed))
    }

    fn fork(&self) -> Box<dyn AudioEncoder> {
        Box::new(self.clone())
    }

    fn copy_state(&mut self, from: &dyn AudioEncoder) -> bool {
        (from as &dyn Any).downcast_ref::<Self>().map(|from| self.state = from.state).is_some()
    }

    fn state_bytes(&self) -> usize {
        size_of::<Self>()
    }

    fn reset(&mut self) {
        self.state = State::default();
    }
}

#[rustfmt::skip]
const STEPS: [i32; 89] = [
    7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97, 107,
    118, 130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724, 796, 876, 963,
    1060, 1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660, 4026, 4428, 4871, 5358, 5894,
    6484, 7132, 7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794,
    32767,
];
