use crate::codec::audio::g726::Rate;
use crate::codec::{CodecKind, CodecSpec, RtpmapError};
use crate::types::InvalidRate;
use crate::types::PayloadType;

fn parse(encoding: &str) -> Result<CodecSpec, RtpmapError> {
    CodecSpec::from_rtpmap(PayloadType::new(96).expect("96 is below 128"), encoding)
}

#[test]
fn names_are_found_in_any_case_with_and_without_channels() {
    for (encoding, kind, hz) in [
        ("PCMU/8000", CodecKind::Pcmu, 8_000),
        ("pcma/8000/1", CodecKind::Pcma, 8_000),
        (" L16/44100/1 ", CodecKind::L16, 44_100),
        ("L16/48000/2", CodecKind::L16, 48_000),
        ("PCMU/16000", CodecKind::Pcmu, 16_000),
        ("G726-32/8000", CodecKind::G726(Rate::Kbit32), 8_000),
        ("aal2-g726-24/8000/1", CodecKind::Aal2G726(Rate::Kbit24), 8_000),
    ] {
        let spec = parse(encoding).expect(encoding);
        assert_eq!((spec.kind, spec.rate.hz(), spec.clock_rate), (kind, hz, hz), "{encoding}");
        assert_eq!(spec.payload_type.value(), 96);
    }
}

#[test]
fn g722_has_a_clock_of_8_khz_and_audio_of_16() {
    let spec = parse("G722/8000").expect("known");
    assert_eq!((spec.kind, spec.rate.hz(), spec.clock_rate), (CodecKind::G722, 16_000, 8_000));
    assert_eq!(parse("G722/16000"), Err(RtpmapError::ClockRate { got: 16_000, expected: 8_000 }));
}

#[test]
fn what_cannot_be_is_a_typed_error() {
    for encoding in ["", "PCMU", "/8000", "PCMU/", "PCMU/+8000", "PCMU/8000/1/1", "PCMU/99999999999", "L16/8 000"] {
        assert!(matches!(parse(encoding), Err(RtpmapError::Syntax | RtpmapError::Rate(_))), "{encoding:?}");
    }
    assert_eq!(parse("GSM/8000"), Err(RtpmapError::UnknownEncoding));
    assert_eq!(parse("PCMU/8000/2"), Err(RtpmapError::Channels(2)));
    assert_eq!(parse("L16/22050"), Err(RtpmapError::Rate(InvalidRate(22_050))));
}
