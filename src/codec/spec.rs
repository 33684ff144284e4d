//! One codec as a call uses it: which, under which payload type, at which rates.

use crate::codec::audio::g711::{G711Decoder, G711Encoder, Law};
use crate::codec::audio::{L16Decoder, L16Encoder};
use crate::codec::{AudioDecoder, AudioEncoder, CodecKind};
use crate::types::{PayloadType, SampleRate};

/// A codec with what signalling agreed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CodecSpec {
    /// Which codec.
    pub kind: CodecKind,
    /// The payload type that its packets carry.
    pub payload_type: PayloadType,
    /// Rate of the audio.
    pub rate: SampleRate,
    /// Rate of the RTP timestamps, in hertz. Not the audio's rate for every codec (RFC 3551 §4.5.2).
    pub clock_rate: u32,
}

impl CodecSpec {
    /// G.711 µ-law at 8 kHz, payload type 0.
    pub const fn pcmu() -> Self {
        Self::at_sample_clock(CodecKind::Pcmu, static_type(0), SampleRate::HZ_8000)
    }

    /// G.711 A-law at 8 kHz, payload type 8.
    pub const fn pcma() -> Self {
        Self::at_sample_clock(CodecKind::Pcma, static_type(8), SampleRate::HZ_8000)
    }

    /// Linear 16-bit samples, mono, at `rate`, under a dynamic payload type.
    pub const fn l16(rate: SampleRate, payload_type: PayloadType) -> Self {
        Self::at_sample_clock(CodecKind::L16, payload_type, rate)
    }

    /// A codec whose timestamps count samples.
    pub(super) const fn at_sample_clock(kind: CodecKind, payload_type: PayloadType, rate: SampleRate) -> Self {
        Self { kind, payload_type, rate, clock_rate: rate.hz() }
    }

    /// Encoding name of RTP: `PCMU`.
    pub const fn name(&self) -> &'static str {
        self.kind.name()
    }

    /// A decoder at its start. Allocates.
    pub fn decoder(&self) -> Box<dyn AudioDecoder> {
        match self.kind {
            CodecKind::Pcmu => Box::new(G711Decoder::new(Law::Mu, self.rate)),
            CodecKind::Pcma => Box::new(G711Decoder::new(Law::A, self.rate)),
            CodecKind::L16 => Box::new(L16Decoder::new(self.rate)),
        }
    }

    /// An encoder at its start. Allocates.
    pub fn encoder(&self) -> Box<dyn AudioEncoder> {
        match self.kind {
            CodecKind::Pcmu => Box::new(G711Encoder::new(Law::Mu, self.rate)),
            CodecKind::Pcma => Box::new(G711Encoder::new(Law::A, self.rate)),
            CodecKind::L16 => Box::new(L16Encoder::new(self.rate)),
        }
    }

    /// Largest payload in bytes for `samples` samples at the audio's rate.
    pub const fn payload_bytes(&self, samples: usize) -> usize {
        match self.kind {
            CodecKind::Pcmu | CodecKind::Pcma => samples,
            CodecKind::L16 => samples * 2,
        }
    }

    /// Samples that a payload of `bytes` bytes holds at most, at the audio's rate.
    pub const fn payload_samples(&self, bytes: usize) -> usize {
        match self.kind {
            CodecKind::Pcmu | CodecKind::Pcma => bytes,
            CodecKind::L16 => bytes / 2,
        }
    }

    /// A payload of one is a payload of the other, whatever the payload types: packets can be relayed.
    pub fn same_payload(&self, other: &Self) -> bool {
        self.kind == other.kind && self.rate == other.rate
    }

    /// Declared cost in nanoseconds of decoding 10 ms, or of encoding 10 ms: the dearer of the two,
    /// rounded up from a machine with AVX2 (benches/codecs.rs).
    pub const fn cost(&self) -> u32 {
        let per_80_samples = match self.kind {
            CodecKind::Pcmu | CodecKind::Pcma => 30,
            CodecKind::L16 => 20,
        };
        (self.rate.per_tick() as u32 * per_80_samples).div_ceil(80)
    }
}

/// A payload type of RFC 3551's static table.
const fn static_type(value: u8) -> PayloadType {
    match PayloadType::new(value) {
        Some(payload_type) => payload_type,
        None => panic!("static payload types are below 35"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_static_payload_types_are_those_of_rfc_3551() {
        let (pcmu, pcma) = (CodecSpec::pcmu(), CodecSpec::pcma());
        assert_eq!((pcmu.payload_type.value(), pcmu.clock_rate, pcmu.name()), (0, 8_000, "PCMU"));
        assert_eq!((pcma.payload_type.value(), pcma.clock_rate, pcma.name()), (8, 8_000, "PCMA"));
    }

    #[test]
    fn the_payload_size_promised_is_the_payload_size_made() {
        let dynamic = PayloadType::new(97).expect("97 is below 128");
        for spec in [CodecSpec::pcmu(), CodecSpec::pcma(), CodecSpec::l16(SampleRate::HZ_48000, dynamic)] {
            let frame = vec![0.25; spec.rate.per_tick()];
            let mut payload = vec![0; spec.payload_bytes(frame.len())];
            let (mut encoder, mut decoder) = (spec.encoder(), spec.decoder());
            assert_eq!((encoder.rate(), decoder.rate()), (spec.rate, spec.rate));
            assert_eq!(encoder.encode(&frame, &mut payload), Ok(payload.len()), "{}", spec.name());
            let mut back = vec![0.0; frame.len()];
            assert_eq!(decoder.decode(&payload, &mut back), Ok(frame.len()));
            assert!(back.iter().all(|s| (s - 0.25).abs() < 0.01));
        }
    }

    #[test]
    fn payloads_are_interchangeable_by_kind_and_rate_alone() {
        let (a, b) = (PayloadType::new(96).expect("below 128"), PayloadType::new(97).expect("below 128"));
        let wide = CodecSpec::l16(SampleRate::HZ_16000, a);
        assert!(wide.same_payload(&CodecSpec::l16(SampleRate::HZ_16000, b)));
        assert!(!wide.same_payload(&CodecSpec::l16(SampleRate::HZ_8000, a)));
        assert!(!CodecSpec::pcmu().same_payload(&CodecSpec::pcma()));
    }
}
