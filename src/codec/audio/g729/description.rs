//! G.729 as signalling knows it (RFC 3551 §4.5.6, RFC 4856 §2.1.9, RFC 7261).

use std::fmt;

use super::frame::{FRAME, SPEECH_BYTES};
use super::payload::samples;
use super::{G729Decoder, G729Encoder};
use crate::codec::negotiation::FmtpFields;
use crate::codec::{
    AudioCodec, AudioDecoder, AudioEncoder, AudioFormat, CodecCost, CodecDelay, CodecParams, CodecSpec, FmtpError,
    RtpmapError,
};
use crate::types::SampleRate;

/// `G729/8000`, payload type 18; Annex A, which interworks with all other coders of G.729.
///
/// Its one parameter is `annexb`, whether a side takes silence descriptors; `yes` where it is left out. If
/// both sides take them, the encoder looks for pauses.
#[derive(Clone, Copy, Debug)]
pub struct G729;

impl AudioCodec for G729 {
    fn name(&self) -> &'static str {
        "G729"
    }

    fn static_types(&self) -> &'static [u8] {
        &[18]
    }

    fn format(&self, clock_rate: u32, channels: u32) -> Result<AudioFormat, RtpmapError> {
        match (clock_rate, channels) {
            (8_000, 1) => Ok(AudioFormat { rate: SampleRate::HZ_8000, channels: 1 }),
            (8_000, channels) => Err(RtpmapError::Channels(channels)),
            (got, _) => Err(RtpmapError::ClockRate { got, expected: 8_000 }),
        }
    }

    fn params(&self, fmtp: &str) -> Result<CodecParams, FmtpError> {
        let annex_b = match FmtpFields::find(fmtp, "annexb") {
            None => true,
            Some(value) if value.eq_ignore_ascii_case("yes") => true,
            Some(value) if value.eq_ignore_ascii_case("no") => false,
            Some(_) => return Err(FmtpError::Value("annexb")),
        };
        Ok(CodecParams::G729 { annex_b })
    }

    /// Always told: peers disagree about what its absence means.
    fn fmtp(&self, spec: &CodecSpec, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_str(if annex_b(spec) { "annexb=yes" } else { "annexb=no" })
    }

    fn agree(&self, ours: &CodecSpec, theirs: &CodecSpec) -> Option<CodecSpec> {
        let mut send = ours.under(theirs.payload_type);
        // One side's no is both sides' (RFC 7261 §3.1).
        send.params = CodecParams::G729 { annex_b: annex_b(ours) && annex_b(theirs) };
        Some(send)
    }

    fn payload_bytes(&self, _: &CodecSpec, samples: usize) -> usize {
        samples.div_ceil(FRAME) * SPEECH_BYTES
    }

    fn payload_samples(&self, _: &CodecSpec, payload: &[u8]) -> usize {
        samples(payload).unwrap_or(0)
    }

    /// Descriptors must not be relayed to where they are not taken.
    fn same_payload(&self, one: &CodecSpec, other: &CodecSpec) -> bool {
        annex_b(one) == annex_b(other)
    }

    fn cost(&self, _: &CodecSpec) -> CodecCost {
        CodecCost { encode: 25_000, decode: 6_000 }
    }

    /// The look-ahead of linear prediction: 5 ms (clause 2.4).
    fn delay(&self, _: &CodecSpec) -> CodecDelay {
        CodecDelay { encoder: 40, decoder: 0 }
    }

    fn decoder(&self, _: &CodecSpec) -> Box<dyn AudioDecoder> {
        Box::new(G729Decoder::new())
    }

    fn encoder(&self, spec: &CodecSpec) -> Box<dyn AudioEncoder> {
        Box::new(G729Encoder::new(annex_b(spec)))
    }
}

fn annex_b(spec: &CodecSpec) -> bool {
    !matches!(spec.params, CodecParams::G729 { annex_b: false })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::PayloadType;

    fn spec(fmtp: &str) -> CodecSpec {
        let payload_type = PayloadType::new(18).expect("18 is below 128");
        CodecSpec::from_rtpmap(payload_type, "g729/8000").expect("known").with_fmtp(fmtp).expect(fmtp)
    }

    fn told(spec: &CodecSpec) -> String {
        let mut out = String::new();
        G729.fmtp(spec, &mut out).expect("a String takes all");
        out
    }

    #[test]
    fn pauses_need_both_sides() {
        for (ours, theirs, agreed) in [
            ("", "", "annexb=yes"),
            ("annexb=yes", " AnnexB = NO ", "annexb=no"),
            ("annexb=no", "annexb=yes", "annexb=no"),
            ("annexb=no", "", "annexb=no"),
        ] {
            let send = spec(ours).agree(&spec(theirs)).expect("one codec");
            assert_eq!(told(&send), agreed, "{ours:?} and {theirs:?}");
            // Payloads without pauses are pieces that go together.
            assert_eq!(send.encoder().concatenates(), agreed == "annexb=no");
        }
        let odd = CodecSpec::g729().with_fmtp("annexb=maybe");
        assert_eq!(odd, Err(FmtpError::Value("annexb")));
    }

    #[test]
    fn descriptors_are_not_relayed_to_where_they_are_not_taken() {
        assert!(spec("").same_payload(&CodecSpec::g729()));
        assert!(!spec("").same_payload(&spec("annexb=no")));
        assert_eq!(CodecSpec::g729().payload_samples(&[0; 12]), 160);
        assert_eq!(CodecSpec::g729().payload_bytes(160), 20);
    }
}
