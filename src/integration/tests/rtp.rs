use std::net::SocketAddr;

use crate::codec::CodecSpec;
use crate::engine::{Control, EngineConfig, OfflineEngine};
use crate::integration::{LegAddress, RtpBridge, RtpSessionCoordinator, SourcePolicy, Verdict};
use crate::rtp::RtpHeader;
use crate::session::SessionSpec;
use crate::types::{IoGroup, PayloadType, SessionId, Ssrc};

fn at(text: &str) -> SocketAddr {
    text.parse().expect("an address")
}

fn packet(sequence: u16) -> Vec<u8> {
    let payload_type = PayloadType::new(0).expect("below 128");
    let header =
        RtpHeader { marker: false, payload_type, sequence, timestamp: 160 * u32::from(sequence), ssrc: Ssrc(9) };
    [&header.to_bytes()[..], &[0xff; 160]].concat()
}

/// An engine with one session whose party is stated at 192.0.2.1:5004.
fn scene(policy: SourcePolicy) -> (OfflineEngine, Control, RtpBridge, SessionId, impl RtpSessionCoordinator) {
    let mut engine = OfflineEngine::new(EngineConfig::new().workers(1)).expect("a good configuration");
    let control = engine.control();
    let (mut bridge, entrance) = RtpBridge::new(engine.egress(IoGroup(0)).expect("taken once"));
    let leg = control.create(SessionSpec::new(CodecSpec::pcmu())).expect("accepted");
    entrance.attach(leg.ingress, LegAddress::new(at("192.0.2.1:5004")), policy);
    bridge.turn();
    engine.run(2);
    (engine, control, bridge, leg.id, entrance)
}

#[test]
fn each_policy_takes_what_it_says_and_answers_there() {
    let (stated, port, stranger) = (at("192.0.2.1:5004"), at("192.0.2.1:6000"), at("198.51.100.7:5004"));
    for (policy, taken) in [
        (SourcePolicy::Exact, &[stated][..]),
        (SourcePolicy::SameHost, &[stated, port]),
        (SourcePolicy::Learn, &[stated, port, stranger]),
    ] {
        for from in [stated, port, stranger] {
            let (mut engine, _, mut bridge, id, _) = scene(policy);
            let verdict = bridge.receive(id, from, &packet(0), engine.now());
            let want = taken.contains(&from);
            assert_eq!(matches!(verdict, Verdict::Taken | Verdict::Moved(_)), want, "{policy:?} {from} {verdict:?}");
            assert_eq!(matches!(verdict, Verdict::Moved(_)), want && from != stated);
            engine.run(4);
            let mut sent = Vec::new();
            bridge.send(100, |session, to, _| sent.push((session, to)));
            assert!(!sent.is_empty() && sent.iter().all(|s| *s == (id, if want { from } else { stated })));
        }
    }
}

#[test]
fn once_known_nobody_else_gets_in_until_signalling_says_so() {
    let (engine, _, mut bridge, id, entrance) = scene(SourcePolicy::Learn);
    let (first, second) = (at("203.0.113.5:1000"), at("203.0.113.6:1000"));
    assert!(matches!(bridge.receive(id, first, &packet(0), engine.now()), Verdict::Moved(_)));
    assert_eq!(bridge.receive(id, second, &packet(1), engine.now()), Verdict::Foreign);
    // The same statement again, as in a re-INVITE that changes something else.
    entrance.redirect(id, LegAddress::new(at("192.0.2.1:5004")));
    bridge.turn();
    assert_eq!(bridge.receive(id, second, &packet(1), engine.now()), Verdict::Foreign);
    entrance.redirect(id, LegAddress::new(at("192.0.2.2:5004")));
    bridge.turn();
    assert!(matches!(bridge.receive(id, second, &packet(1), engine.now()), Verdict::Moved(_)));
    let figures = bridge.figures(id).expect("attached");
    assert_eq!((figures.taken, figures.foreign, figures.remote), (2, 2, second));
}

#[test]
fn what_is_no_audio_is_told_apart() {
    let (engine, control, mut bridge, id, entrance) = scene(SourcePolicy::SameHost);
    let (party, now) = (at("192.0.2.1:5004"), engine.now());
    let report = [0x81, 201, 0, 7, 0, 0, 0, 1];
    assert_eq!(bridge.receive(id, at("192.0.2.1:5005"), &report, now), Verdict::Rtcp);
    assert_eq!(bridge.receive(id, at("192.0.2.9:5005"), &report, now), Verdict::Foreign);
    for other in [&[0u8, 1, 0, 0][..], &[22, 254, 253], &[], &[0x80]] {
        assert_eq!(bridge.receive(id, party, other, now), Verdict::Other);
    }
    assert!(matches!(bridge.receive(id, party, &[0x80; 2_000], now), Verdict::Refused(_)));
    assert_eq!(bridge.rtcp_address(id), Some(at("192.0.2.1:5005")));
    control.destroy(id).expect("it lives").detach();
    entrance.detach(id);
    bridge.turn();
    assert_eq!(bridge.receive(id, party, &packet(3), now), Verdict::Unknown);
    assert_eq!(bridge.sessions().count(), 0);
}
