//! L16 as signalling knows it.

use crate::codec::audio::l16::{L16Decoder, L16Encoder};
use crate::codec::{AudioCodec, AudioDecoder, AudioEncoder, AudioFormat, CodecCost, CodecSpec, RtpmapError};
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
