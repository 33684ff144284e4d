use proptest::prelude::*;

use crate::codec::CodecSpec;
use crate::codec::negotiation::{Capabilities, Preference};
use crate::integration::{MediaDirection, SdpError, SdpSession};
use crate::types::{Millis, PayloadType};

fn dynamic(value: u8) -> PayloadType {
    PayloadType::new(value).expect("below 128")
}

fn ours() -> SdpSession {
    let capabilities = Capabilities::new()
        .codec(CodecSpec::g722())
        .codec(CodecSpec::pcma())
        .codec(CodecSpec::pcmu())
        .telephone_event(dynamic(101), 8_000);
    SdpSession::new(capabilities, "192.0.2.9:40000".parse().expect("an address"), 7)
}

fn offer(lines: &str) -> String {
    format!("v=0\r\no=alice 1 1 IN IP4 198.51.100.1\r\ns=-\r\nc=IN IP4 198.51.100.1\r\nt=0 0\r\n{lines}")
}

const AUDIO: &str =
    "m=audio 49170 RTP/AVP 0 8 97\r\na=rtpmap:97 telephone-event/8000\r\na=fmtp:97 0-15\r\na=ptime:30\r\n";

#[test]
fn an_offer_is_answered_under_its_payload_types_with_our_address() {
    let (answer, agreed) = ours().answer(&offer(AUDIO)).expect("PCMU and PCMA are common");
    assert!(answer.contains("m=audio 40000 RTP/AVP 0 8 97\r\n"), "{answer}");
    assert!(answer.contains("a=rtpmap:97 telephone-event/8000") && answer.contains("a=sendrecv"), "{answer}");
    assert_eq!((agreed.media.send.name(), agreed.media.ptime), ("PCMU", Millis(30)));
    assert_eq!(agreed.media.telephone_event.map(|event| event.send), Some(dynamic(97)));
    assert_eq!(agreed.remote, "198.51.100.1:49170".parse().expect("an address"));
    assert_eq!(agreed.remote_rtcp.port(), 49_171);
    let (_, preferred) = ours().prefer(Preference::Ours).answer(&offer(AUDIO)).expect("common");
    assert_eq!(preferred.media.send.name(), "PCMA");
}

/// RFC 3264 §6: as many media lines as were offered, what is refused with port 0, in the order of the offer.
#[test]
fn lines_that_we_cannot_serve_are_refused_in_their_places() {
    let video = "m=video 51372 RTP/AVP 31\r\na=rtpmap:31 H261/90000\r\n";
    let secure = "m=audio 49200 RTP/SAVP 0\r\n";
    let (answer, agreed) = ours().answer(&offer(&[video, secure, AUDIO].concat())).expect("common");
    let lines: Vec<&str> = answer.lines().filter(|line| line.starts_with("m=")).collect();
    assert_eq!(lines, ["m=video 0 RTP/AVP 31", "m=audio 0 RTP/SAVP 0", "m=audio 40000 RTP/AVP 0 8 97"]);
    assert_eq!(agreed.remote.port(), 49_170);
}

#[test]
fn a_further_offer_of_ours_keeps_the_lines_and_raises_the_version() {
    let mut session = ours();
    let video = "m=video 51372 RTP/AVP 31\r\n";
    let (answer, _) = session.answer(&offer(&[video, AUDIO].concat())).expect("common");
    assert!(answer.contains("o=- 7 0 IN"), "{answer}");
    session.direct(MediaDirection::SendOnly);
    let held = session.offer().expect("it is our turn");
    assert!(held.contains("m=video 0 RTP/AVP 31") && held.contains("o=- 7 1 IN"), "{held}");
    assert!(held.contains("a=sendonly") && held.contains("m=audio 40000 RTP/AVP 9 8 0 101"), "{held}");
    let answer = offer("m=video 0 RTP/AVP 31\r\nm=audio 49170 RTP/AVP 8\r\na=recvonly\r\n");
    let agreed = session.accept(&answer).expect("an answer to it");
    assert_eq!((agreed.direction, agreed.media.send.name()), (MediaDirection::SendOnly, "PCMA"));
    assert!(agreed.media.telephone_event.is_none());
}

#[test]
fn a_party_is_held_by_either_way_of_saying_so() {
    for hold in ["a=sendonly\r\n", "a=inactive\r\n"] {
        let (answer, agreed) = ours().answer(&offer(&[AUDIO, hold].concat())).expect("common");
        assert!(!agreed.direction.sends(), "{answer}");
    }
    // RFC 2543.
    let old = offer(AUDIO).replace("c=IN IP4 198.51.100.1", "c=IN IP4 0.0.0.0");
    let (answer, agreed) = ours().answer(&old).expect("common");
    assert_eq!(agreed.direction, MediaDirection::RecvOnly, "{answer}");
}

#[test]
fn ports_of_rtcp_are_those_that_were_stated() {
    for (attribute, port) in [("", 49_171), ("a=rtcp:53020\r\n", 53_020), ("a=rtcp-mux\r\n", 49_170)] {
        let (_, agreed) = ours().answer(&offer(&[AUDIO, attribute].concat())).expect("common");
        assert_eq!(agreed.remote_rtcp.port(), port);
        assert_eq!(agreed.is_muxed(), attribute.contains("mux"));
    }
}

#[test]
fn what_cannot_be_is_refused_and_changes_nothing() {
    let mut session = ours();
    let (_, before) = session.answer(&offer(AUDIO)).expect("common");
    assert!(matches!(session.accept(&offer(AUDIO)), Err(SdpError::Turn(_))));
    assert!(matches!(session.answer("hello"), Err(SdpError::Syntax(_))));
    assert!(matches!(session.answer(&offer("m=audio 0 RTP/AVP 0\r\n")), Err(SdpError::NoAudio)));
    assert!(matches!(session.answer(&offer("m=audio 4000 RTP/AVP 3\r\n")), Err(SdpError::Negotiation(_))));
    let named = offer(AUDIO).replace("c=IN IP4 198.51.100.1", "c=IN IP4 host.example");
    assert!(matches!(session.answer(&named), Err(SdpError::Address)));
    session.offer().expect("our turn");
    assert!(matches!(session.offer(), Err(SdpError::Turn(_))));
    assert!(matches!(session.answer(&offer(AUDIO)), Err(SdpError::Turn(_))));
    session.withdraw();
    assert_eq!(session.agreed(), Some(&before));
}

#[test]
fn two_sessions_agree_with_each_other() {
    let (mut near, mut far) = (ours(), ours());
    let sent = near.offer().expect("our turn");
    let (answer, theirs) = far.answer(&sent).expect("the same capabilities");
    let agreed = near.accept(&answer).expect("an answer");
    assert_eq!(agreed.media, theirs.media);
    assert!(agreed.is_muxed() && theirs.is_muxed());
}

proptest! {
    #[test]
    fn any_text_is_taken_or_refused_without_a_panic(
        start in 0usize..400, length in 0usize..80, with in "[ -~\r\n]{0,60}", bytes in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        let mut text = offer(AUDIO);
        let start = start.min(text.len());
        let end = (start + length).min(text.len());
        text.replace_range(start..end, &with);
        for text in [text, String::from_utf8_lossy(&bytes).into_owned()] {
            let mut session = ours();
            let _ = session.answer(&text);
            session = ours();
            let _ = session.offer();
            let _ = session.accept(&text);
        }
    }

    /// Lines of real descriptions in any order and number, with numbers where none belong.
    #[test]
    fn an_answer_to_any_mixture_of_lines_is_bounded_by_the_offer(
        lines in proptest::collection::vec((0usize..LINES.len(), any::<u32>(), 0usize..4), 0..300),
    ) {
        let mut text = offer("");
        for (line, number, again) in lines {
            let line = LINES[line].replace('#', &number.to_string());
            text.extend(std::iter::repeat_n(line.as_str(), again + 1).flat_map(|line| [line, "\r\n"]));
        }
        let mut session = ours();
        if let Ok((answer, agreed)) = session.answer(&text) {
            let media = |text: &str| text.lines().filter(|line| line.starts_with("m=")).count();
            prop_assert_eq!(media(&answer), media(&text));
            prop_assert!(answer.len() < 1_000 + 2 * text.len());
            prop_assert!(agreed.remote.port() != 0);
            let again = session.offer().expect("it is our turn");
            prop_assert_eq!(media(&again), media(&text));
        }
        let long = "a=x\r\n".repeat(20_000);
        prop_assert!(matches!(ours().answer(&offer(&long)), Err(SdpError::Syntax(_))));
    }
}

/// What descriptions are made of, and what they are not.
const LINES: &[&str] = &[
    "m=audio 49170 RTP/AVP 0 8 97",
    "m=audio # RTP/AVP 0",
    "m=audio 49170/# RTP/AVPF 8 #",
    "m=audio 4 RTP/SAVP 0",
    "m=video 51372 RTP/AVP 31 #",
    "m=application # TCP x",
    "c=IN IP4 198.51.100.1",
    "c=IN IP4 198.51.100.1/#",
    "c=IN IP6 ::1",
    "c=IN IP4 #",
    "a=rtpmap:97 telephone-event/8000",
    "a=rtpmap:8 PCMA/#",
    "a=rtpmap:# opus/48000/2",
    "a=rtpmap:97 #",
    "a=fmtp:97 0-#",
    "a=fmtp:# x=#;y",
    "a=ptime:#",
    "a=maxptime:#",
    "a=rtcp:#",
    "a=rtcp:53020 IN IP4 #",
    "a=rtcp-mux",
    "a=sendonly",
    "a=inactive",
    "b=AS:#",
    "t=# #",
    "z=#",
    "k=clear:#",
    "",
];
