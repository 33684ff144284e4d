//! From offer and answer to a session: what was agreed on is what goes over the wire.

use media_core::codec::EncoderParam;
use media_core::codec::negotiation::{Capabilities, MediaFormats, Preference};
use media_core::processing::dsp::ToneSpec;
use media_core::rtp::{RtpHeader, RtpPacket};
use media_core::{
    CodecSpec, Decibels, EngineConfig, IoGroup, Micros, OfflineEngine, PayloadType, Reject, SampleRate, SessionSpec,
    Source, Ssrc,
};

fn pt(value: u8) -> PayloadType {
    PayloadType::new(value).expect("below 128")
}

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

#[test]
fn each_way_has_the_payload_type_and_packet_time_that_was_agreed_on() {
    let ours = Capabilities::new()
        .codec(CodecSpec::g722())
        .codec(CodecSpec::g729())
        .codec(CodecSpec::pcma())
        .telephone_event(pt(101), 8_000);
    // The peer renumbers what has no static type, and wants G.729 without pauses in packets of 40 ms.
    let mut answer = MediaFormats::new().format(pt(18), "G729/8000", "annexb=no").format(pt(8), "", "");
    answer = answer.format(pt(98), "telephone-event/8000", "0-15");
    answer.ptime = Some(media_core::Millis(40));
    let agreed = ours.accept(&answer).expect("two codecs are common");
    let spec = SessionSpec::negotiated(&agreed, 0).ssrc(Ssrc(5));

    let mut engine = OfflineEngine::new(EngineConfig::new().workers(1)).expect("a good configuration");
    let mut egress = engine.egress(IoGroup(0)).expect("not taken");
    let control = engine.control();
    let mut leg = control.create(spec).expect("accepted");
    let mut speech = CodecSpec::pcma().encoder();
    let mut next = RtpHeader { marker: true, payload_type: pt(8), sequence: 0, timestamp: 0, ssrc: Ssrc(1) };
    let mut sent = Vec::new();
    for tick in 0..200u64 {
        if tick % 2 == 0 {
            let mut payload = [0; 160];
            speech.encode(&[0.1; 160], &mut payload).expect("it fits");
            // The peer may send the second codec as well.
            let datagram = [&next.to_bytes()[..], &payload].concat();
            leg.ingress.push(&datagram, Micros(tick * 10_000)).expect("room");
            (next.sequence, next.timestamp) = (next.sequence + 1, next.timestamp + 160);
        }
        engine.tick();
        egress.pull(usize::MAX, |_, datagram| {
            let packet = RtpPacket::parse(datagram).expect("RTP");
            sent.push((packet.header.payload_type, packet.payload.len()));
        });
    }
    assert!(sent.len() > 45, "{}", sent.len());
    assert!(sent.iter().all(|&(payload_type, bytes)| payload_type == pt(18) && bytes == 40), "{sent:?}");
    let stats = control.stats(leg.id).expect("it lives");
    assert!(stats.received > 50 && stats.wrong_payload_type == 0, "{stats:?}");
}

#[test]
fn both_sides_of_an_offer_come_to_the_same() {
    let near = Capabilities::new().codec(CodecSpec::g722()).codec(CodecSpec::pcmu()).comfort_noise(pt(13), 8_000);
    let far = Capabilities::new().codec(CodecSpec::pcmu()).codec(CodecSpec::g722()).comfort_noise(pt(13), 8_000);
    for (preference, name) in [(Preference::Theirs, "G722"), (Preference::Ours, "PCMU")] {
        let (answer, far_agreed) = far.answer(&near.offer(), preference).expect("common");
        let near_agreed = near.accept(&answer).expect("common");
        assert_eq!((near_agreed.send.name(), far_agreed.send.name()), (name, name));
        assert_eq!(near_agreed.comfort_noise, far_agreed.comfort_noise);
        assert_eq!(near_agreed.ptime, far_agreed.ptime);
    }
}

#[test]
fn a_running_encoder_takes_another_bit_rate() {
    let mut engine = OfflineEngine::new(EngineConfig::new().workers(1)).expect("a good configuration");
    let mut egress = engine.egress(IoGroup(0)).expect("not taken");
    let control = engine.control();
    let opus = CodecSpec::opus(SampleRate::HZ_16000, pt(96));
    let leg = control.create(SessionSpec::new(opus)).expect("accepted");
    let tone = ToneSpec::new().partial(440.0, Decibels(-12.0)).partial(1_250.0, Decibels(-12.0));
    let (_play, _pending) = control.play(leg.id, Source::Tone(tone)).expect("accepted");
    let mut bytes = |engine: &mut OfflineEngine| {
        let mut sum = 0;
        for _ in 0..200 {
            engine.tick();
            egress.pull(usize::MAX, |_, datagram| sum += datagram.len() - 12);
        }
        sum
    };
    let before = bytes(&mut engine);
    control.set_encoder(leg.id, EncoderParam::Bitrate, 8_000).expect("Opus has it").detach();
    let after = bytes(&mut engine);
    assert!(after < before * 3 / 4, "{before} bytes, then {after}");
    assert!(matches!(control.set_encoder(leg.id, EncoderParam::Complexity, 99), Err(Reject::Encoder(..))));
}
