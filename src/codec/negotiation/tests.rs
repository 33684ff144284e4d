use super::*;
use crate::codec::CodecSpec;
use crate::types::{Millis, PayloadType, SampleRate};

fn pt(value: u8) -> PayloadType {
    PayloadType::new(value).expect("below 128")
}

fn ours() -> Capabilities {
    Capabilities::new()
        .codec(CodecSpec::l16(SampleRate::HZ_16000, pt(96)))
        .codec(CodecSpec::pcma())
        .codec(CodecSpec::pcmu())
        .telephone_event(pt(101), 8_000)
        .telephone_event(pt(102), 16_000)
        .comfort_noise(pt(13), 8_000)
}

#[test]
fn an_offer_lists_all_in_the_order_of_preference() {
    let offer = ours().offer();
    let maps: Vec<&str> = offer.formats.iter().map(|f| f.rtpmap.as_str()).collect();
    assert_eq!(
        maps,
        ["L16/16000", "PCMA/8000", "PCMU/8000", "telephone-event/8000", "telephone-event/16000", "CN/8000"]
    );
    assert_eq!(offer.formats[3].fmtp, "0-15");
    assert_eq!((offer.ptime, offer.max_ptime), (Some(Millis(20)), Some(Millis(60))));
}

#[test]
fn the_answer_follows_the_order_of_the_offer_or_ours() {
    let offer = MediaFormats::new().format(pt(0), "", "").format(pt(8), "pcma/8000/1", "").format(pt(3), "", "");
    let (answer, agreed) = ours().answer(&offer, Preference::Theirs).expect("PCMU is common");
    assert_eq!((agreed.send.name(), agreed.receive.len(), answer.formats.len()), ("PCMU", 2, 2));
    let (_, agreed) = ours().answer(&offer, Preference::Ours).expect("PCMA is common");
    assert_eq!(agreed.send.name(), "PCMA");
    let empty = MediaFormats::new().format(pt(3), "", "").format(pt(101), "telephone-event/8000", "");
    assert_eq!(ours().answer(&empty, Preference::Theirs).err(), Some(NegotiationError::NoCommonCodec));
}

#[test]
fn an_answer_has_the_payload_types_of_the_offer() {
    let offer = MediaFormats::new().format(pt(120), "L16/16000", "").format(pt(121), "telephone-event/16000", "0-15");
    let (answer, agreed) = ours().answer(&offer, Preference::Theirs).expect("L16 is common");
    assert_eq!(answer.formats[0].payload_type, pt(120));
    assert_eq!((agreed.send.payload_type, agreed.receive[0].payload_type), (pt(120), pt(120)));
    let event = agreed.telephone_event.expect("both have it at 16 kHz");
    assert_eq!((event.send, event.receive, event.clock_rate), (pt(121), pt(121), 16_000));
    assert_eq!(agreed.comfort_noise, None);
}

#[test]
fn each_side_sends_under_the_payload_type_that_the_other_gave() {
    let answer = MediaFormats::new().format(pt(99), "L16/16000", "").format(pt(98), "telephone-event/16000", "");
    let agreed = ours().accept(&answer).expect("L16 was offered");
    assert_eq!((agreed.send.payload_type, agreed.receive[0].payload_type), (pt(99), pt(96)));
    let event = agreed.telephone_event.expect("both have it");
    assert_eq!((event.send, event.receive), (pt(98), pt(102)));
    let foreign = MediaFormats::new().format(pt(18), "G729/8000", "");
    assert_eq!(ours().accept(&foreign), Err(NegotiationError::NotOffered));
}

#[test]
fn events_may_count_at_another_rate_than_the_codec_where_the_peer_has_no_other() {
    let offer = MediaFormats::new().format(pt(120), "L16/16000", "").format(pt(101), "telephone-event/8000", "0-15");
    let (_, agreed) = ours().answer(&offer, Preference::Theirs).expect("L16 is common");
    assert_eq!(agreed.telephone_event.map(|event| (event.send, event.clock_rate)), Some((pt(101), 8_000)));
    let both = offer.format(pt(121), "telephone-event/16000", "0-15");
    let (_, agreed) = ours().answer(&both, Preference::Theirs).expect("L16 is common");
    assert_eq!(agreed.telephone_event.map(|event| (event.send, event.clock_rate)), Some((pt(121), 16_000)));
    let foreign = MediaFormats::new().format(pt(120), "L16/16000", "").format(pt(101), "telephone-event/44100", "");
    let (_, agreed) = ours().answer(&foreign, Preference::Theirs).expect("L16 is common");
    assert_eq!(agreed.telephone_event, None);
}

#[test]
fn packets_have_the_time_that_the_peer_asks_for_within_both_bounds() {
    let table = [
        // ptime, maxptime, what comes of it
        (None, None, 20),
        (Some(30), None, 30),
        (Some(25), None, 20),
        (Some(200), None, 60),
        (Some(40), Some(30), 30),
        (None, Some(10), 10),
        (Some(5), None, 10),
    ];
    for (ptime, most, expected) in table {
        let mut offer = MediaFormats::new().format(pt(0), "", "");
        (offer.ptime, offer.max_ptime) = (ptime.map(Millis), most.map(Millis));
        let (answer, agreed) = ours().answer(&offer, Preference::Theirs).expect("PCMU is common");
        assert_eq!(agreed.ptime, Millis(expected), "{ptime:?} {most:?}");
        assert_eq!(answer.ptime, Some(Millis(expected)));
    }
    let short = MediaFormats::new().format(pt(0), "", "").max_ptime(Millis(5));
    assert_eq!(ours().answer(&short, Preference::Theirs).err(), Some(NegotiationError::Ptime(5)));
}

#[test]
fn fields_of_fmtp_are_read_as_they_are_written() {
    let fields: Vec<_> = FmtpFields::new(" useinbandfec=1;; stereo = 0 ;flag; x=a=b").collect();
    assert_eq!(fields, [("useinbandfec", "1"), ("stereo", "0"), ("flag", ""), ("x", "a=b")]);
    assert_eq!(FmtpFields::find("a=1;B=2", "b"), Some("2"));
    assert_eq!(FmtpFields::find("", "b"), None);
}
