//! G.711 as signalling knows it.

use super::tables::{A_TO_U, U_TO_A};
use crate::codec::audio::g711::{G711Decoder, G711Encoder, Law};
use crate::codec::{AudioCodec, AudioDecoder, AudioEncoder, ByteTable, CodecCost, CodecKind, CodecSpec};

/// G.711 of one law: see [`PCMU`] and [`PCMA`].
#[derive(Clone, Copy, Debug)]
pub struct G711 {
    law: Law,
}

/// `PCMU`, payload type 0 (RFC 3551 §4.5.14).
pub static PCMU: G711 = G711 { law: Law::Mu };

/// `PCMA`, payload type 8 (RFC 3551 §4.5.14).
pub static PCMA: G711 = G711 { law: Law::A };

impl AudioCodec for G711 {
    fn name(&self) -> &'static str {
        match self.law {
            Law::Mu => "PCMU",
            Law::A => "PCMA",
        }
    }

    fn static_types(&self) -> &'static [u8] {
        match self.law {
            Law::Mu => &[0],
            Law::A => &[8],
        }
    }

    fn payload_bytes(&self, _: &CodecSpec, samples: usize) -> usize {
        samples
    }

    fn payload_samples(&self, _: &CodecSpec, payload: &[u8]) -> usize {
        payload.len()
    }

    fn table_to(&self, spec: &CodecSpec, other: &CodecSpec) -> Option<&'static ByteTable> {
        let alike = (spec.rate, spec.channels) == (other.rate, other.channels);
        match (self.law, other.kind) {
            (Law::A, CodecKind::Pcmu) if alike => Some(&A_TO_U),
            (Law::Mu, CodecKind::Pcma) if alike => Some(&U_TO_A),
            _ => None,
        }
    }

    fn cost(&self, spec: &CodecSpec) -> CodecCost {
        CodecCost { encode: spec.scaled_cost(30), decode: spec.scaled_cost(20) }
    }

    fn decoder(&self, spec: &CodecSpec) -> Box<dyn AudioDecoder> {
        Box::new(G711Decoder::new(self.law, spec.rate))
    }

    fn encoder(&self, spec: &CodecSpec) -> Box<dyn AudioEncoder> {
        Box::new(G711Encoder::new(self.law, spec.rate))
    }
}
