//! G.722 as signalling knows it.

use super::{G722Decoder, G722Encoder, Mode};
use crate::codec::{
    AudioCodec, AudioDecoder, AudioEncoder, AudioFormat, CodecCost, CodecDelay, CodecSpec, RtpmapError,
};
use crate::types::SampleRate;

/// `G722`, payload type 9.
///
/// Its RTP clock is 8 kHz although the audio has 16 kHz: an error of RFC 1890 that stays (RFC 3551 §4.5.2).
#[derive(Clone, Copy, Debug)]
pub struct G722;

/// RTP clock in hertz.
const CLOCK_RATE: u32 = 8_000;

impl AudioCodec for G722 {
    fn name(&self) -> &'static str {
        "G722"
    }

    fn static_types(&self) -> &'static [u8] {
        &[9]
    }

    fn format(&self, clock_rate: u32, channels: u32) -> Result<AudioFormat, RtpmapError> {
        match (clock_rate, channels) {
            (CLOCK_RATE, 1) => Ok(AudioFormat { rate: SampleRate::HZ_16000, channels: 1 }),
            (CLOCK_RATE, channels) => Err(RtpmapError::Channels(channels)),
            (got, _) => Err(RtpmapError::ClockRate { got, expected: CLOCK_RATE }),
        }
    }

    fn rtpmap(&self, _: &CodecSpec) -> (u32, u8) {
        (CLOCK_RATE, 1)
    }

    fn payload_bytes(&self, _: &CodecSpec, samples: usize) -> usize {
        samples / 2
    }

    fn payload_samples(&self, _: &CodecSpec, payload: &[u8]) -> usize {
        2 * payload.len()
    }

    fn cost(&self, _: &CodecSpec) -> CodecCost {
        CodecCost { encode: 5_000, decode: 2_500 }
    }

    /// The two halves of the quadrature mirror filter: 22 samples together.
    fn delay(&self, _: &CodecSpec) -> CodecDelay {
        CodecDelay { encoder: 11, decoder: 11 }
    }

    fn decoder(&self, _: &CodecSpec) -> Box<dyn AudioDecoder> {
        Box::new(G722Decoder::new(Mode::Kbit64))
    }

    fn encoder(&self, _: &CodecSpec) -> Box<dyn AudioEncoder> {
        Box::new(G722Encoder::new(Mode::Kbit64))
    }
}
