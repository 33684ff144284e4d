use crate::codec::{CodecSpec, Encoded};
use crate::types::{PayloadType, SampleRate};

#[test]
fn the_static_payload_types_are_those_of_rfc_3551() {
    let (pcmu, pcma) = (CodecSpec::pcmu(), CodecSpec::pcma());
    assert_eq!((pcmu.payload_type.value(), pcmu.clock_rate, pcmu.name()), (0, 8_000, "PCMU"));
    assert_eq!((pcma.payload_type.value(), pcma.clock_rate, pcma.name()), (8, 8_000, "PCMA"));
}

#[test]
fn the_payload_size_promised_is_the_payload_size_made() {
    let dynamic = PayloadType::new(97).expect("97 is below 128");
    let mut stereo = CodecSpec::l16(SampleRate::HZ_48000, dynamic);
    stereo.channels = 2;
    for spec in [CodecSpec::pcmu(), CodecSpec::pcma(), CodecSpec::l16(SampleRate::HZ_48000, dynamic), stereo] {
        let frame = vec![0.25; spec.rate.per_tick()];
        let mut payload = vec![0; spec.payload_bytes(frame.len())];
        let (mut encoder, mut decoder) = (spec.mono_encoder(), spec.mono_decoder());
        assert_eq!((encoder.rate(), decoder.rate()), (spec.rate, spec.rate));
        assert_eq!(encoder.encode(&frame, &mut payload), Ok(Encoded::whole(payload.len())), "{}", spec.name());
        assert_eq!(spec.payload_samples(&payload), frame.len());
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
