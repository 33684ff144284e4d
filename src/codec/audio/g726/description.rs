//! G.726 as signalling knows it: an encoding name for each rate and packing.

use super::{G726Decoder, G726Encoder, Packing, Rate};
use crate::codec::{AudioCodec, AudioDecoder, AudioEncoder, AudioFormat, CodecCost, CodecSpec, RtpmapError};
use crate::types::SampleRate;

/// G.726 at one rate in one packing: see [`G726::of`].
#[derive(Clone, Copy, Debug)]
pub struct G726 {
    rate: Rate,
    packing: Packing,
}

static LOW_FIRST: [G726; 4] = all(Packing::LowFirst);
static HIGH_FIRST: [G726; 4] = all(Packing::HighFirst);

const fn all(packing: Packing) -> [G726; 4] {
    let [a, b, c, d] = Rate::ALL;
    [G726 { rate: a, packing }, G726 { rate: b, packing }, G726 { rate: c, packing }, G726 { rate: d, packing }]
}

impl G726 {
    /// The codec at `rate` in `packing`.
    pub fn of(rate: Rate, packing: Packing) -> &'static Self {
        let of_packing = match packing {
            Packing::LowFirst => &LOW_FIRST,
            Packing::HighFirst => &HIGH_FIRST,
        };
        let [a, b, c, d] = of_packing;
        match rate {
            Rate::Kbit16 => a,
            Rate::Kbit24 => b,
            Rate::Kbit32 => c,
            Rate::Kbit40 => d,
        }
    }
}

impl AudioCodec for G726 {
    fn name(&self) -> &'static str {
        match (self.packing, self.rate) {
            (Packing::LowFirst, Rate::Kbit16) => "G726-16",
            (Packing::LowFirst, Rate::Kbit24) => "G726-24",
            (Packing::LowFirst, Rate::Kbit32) => "G726-32",
            (Packing::LowFirst, Rate::Kbit40) => "G726-40",
            (Packing::HighFirst, Rate::Kbit16) => "AAL2-G726-16",
            (Packing::HighFirst, Rate::Kbit24) => "AAL2-G726-24",
            (Packing::HighFirst, Rate::Kbit32) => "AAL2-G726-32",
            (Packing::HighFirst, Rate::Kbit40) => "AAL2-G726-40",
        }
    }

    /// Payload type 2 was G.721, the same codes as `G726-32`, and is still sent as such though RFC 3551 only reserves it.
    fn static_types(&self) -> &'static [u8] {
        match (self.packing, self.rate) {
            (Packing::LowFirst, Rate::Kbit32) => &[2],
            _ => &[],
        }
    }

    fn format(&self, clock_rate: u32, channels: u32) -> Result<AudioFormat, RtpmapError> {
        match (clock_rate, channels) {
            (8_000, 1) => Ok(AudioFormat { rate: SampleRate::HZ_8000, channels: 1 }),
            (8_000, channels) => Err(RtpmapError::Channels(channels)),
            (got, _) => Err(RtpmapError::ClockRate { got, expected: 8_000 }),
        }
    }

    fn payload_bytes(&self, _: &CodecSpec, samples: usize) -> usize {
        self.rate.octets(samples)
    }

    fn payload_samples(&self, _: &CodecSpec, payload: &[u8]) -> usize {
        self.rate.samples(payload.len()).unwrap_or(0)
    }

    fn cost(&self, _: &CodecSpec) -> CodecCost {
        CodecCost { encode: 5_500, decode: 4_500 }
    }

    fn decoder(&self, _: &CodecSpec) -> Box<dyn AudioDecoder> {
        Box::new(G726Decoder::new(self.rate, self.packing))
    }

    fn encoder(&self, _: &CodecSpec) -> Box<dyn AudioEncoder> {
        Box::new(G726Encoder::new(self.rate, self.packing))
    }
}
