//! Video passes through the engine without being looked into.

use media_core::codec::VideoCodec;
use media_core::rtp::{RtpHeader, RtpPacket};
use media_core::{Created, EgressPort, EngineConfig, IoGroup, OfflineEngine, PayloadType, SessionSpec, Ssrc, WorkerId};

struct Line {
    engine: OfflineEngine,
    egress: EgressPort,
    near: Created,
    far: Created,
}

fn pt(value: u8) -> PayloadType {
    PayloadType::new(value).expect("below 128")
}

fn h264(payload_type: u8) -> VideoCodec {
    let fmtp = "profile-level-id=42e01f;packetization-mode=1";
    VideoCodec::from_rtpmap(pt(payload_type), "H264/90000", fmtp).expect("well formed")
}

fn vp8(payload_type: u8) -> VideoCodec {
    VideoCodec::from_rtpmap(pt(payload_type), "VP8/90000", "").expect("well formed")
}

impl Line {
    fn new(workers: u16) -> Self {
        let mut engine = OfflineEngine::new(EngineConfig::new().workers(workers.into())).expect("a good configuration");
        let egress = engine.egress(IoGroup(0)).expect("not taken");
        let control = engine.control();
        let near = SessionSpec::opaque([h264(96), vp8(97)]);
        let far =
            SessionSpec::opaque([vp8(100), h264(102)]).ssrc(Ssrc(7)).sequence(65_530).timestamp(u32::MAX - 90_000);
        let near = control.create(near).expect("accepted");
        let far = control.create(far.worker(WorkerId(workers - 1))).expect("accepted");
        control.bridge(near.id, far.id).expect("accepted").detach();
        let mut line = Self { engine, egress, near, far };
        for _ in 0..5 {
            assert!(line.tick().is_empty());
        }
        line
    }

    fn send(&mut self, payload_type: u8, sequence: u16, timestamp: u32, marker: bool, payload: &[u8]) {
        let header = RtpHeader { payload_type: pt(payload_type), sequence, timestamp, marker, ssrc: Ssrc(1) };
        self.near.ingress.push(&[&header.to_bytes()[..], payload].concat(), self.engine.now()).expect("room");
    }

    fn tick(&mut self) -> Vec<(RtpHeader, Vec<u8>)> {
        self.engine.tick();
        let (mut heard, far) = (Vec::new(), self.far.id);
        self.egress.pull(usize::MAX, |session, datagram| {
            assert_eq!(session, far);
            let packet = RtpPacket::parse(datagram).expect("RTP");
            heard.push((packet.header, packet.payload.to_vec()));
        });
        heard
    }
}

#[test]
fn a_picture_of_many_packets_arrives_whole_under_the_far_payload_types() {
    for workers in [1, 2] {
        let mut line = Line::new(workers);
        let picture = |n: u16| vec![n as u8; 1_200];
        let mut heard = Vec::new();
        // 100 packets at once are more than a tick passes on: the rest waits.
        for n in 0..100 {
            line.send(96, 1_000 + n, 5_000, n == 99, &picture(n));
        }
        for _ in 0..6 {
            heard.extend(line.tick());
        }
        assert_eq!(heard.len(), 100);
        let first = heard[0].0;
        for (n, (header, payload)) in (0..).zip(&heard) {
            assert_eq!(header.sequence, first.sequence.wrapping_add(n));
            assert_eq!((header.timestamp, header.ssrc, header.payload_type), (first.timestamp, Ssrc(7), pt(102)));
            assert_eq!(payload, &picture(n));
        }
        assert!(heard[99].0.marker);
        line.send(97, 1_100, 8_000, true, b"vp8");
        let next = line.tick();
        assert_eq!((next[0].0.payload_type, &next[0].1[..]), (pt(100), &b"vp8"[..]));
        assert_eq!(next[0].0.timestamp, first.timestamp.wrapping_add(3_000));
        // Figures are published once a second.
        for _ in 0..100 {
            assert!(line.tick().is_empty());
        }
        let stats = line.engine.control().stats(line.near.id).expect("it lives");
        assert_eq!((stats.received, stats.relay_dropped, stats.ingress_dropped), (101, 0, 0));
    }
}

#[test]
fn what_is_not_agreed_on_or_not_heard_is_counted_and_dropped() {
    let mut line = Line::new(1);
    line.send(98, 1, 0, false, b"unknown");
    line.near.ingress.push(&[0; 30], line.engine.now()).expect("room");
    assert!(line.tick().is_empty());
    let control = line.engine.control();
    control.hold(line.near.id, None).expect("accepted").detach();
    line.tick();
    line.send(96, 2, 0, false, b"while on hold");
    assert!(line.tick().is_empty());
    control.resume(line.near.id).expect("accepted").detach();
    for _ in 0..4 {
        line.tick();
    }
    line.send(96, 3, 3_000, false, b"after it");
    let heard = line.tick();
    assert_eq!(heard[0].1, b"after it");
    for _ in 0..100 {
        line.tick();
    }
    let stats = control.stats(line.near.id).expect("it lives");
    assert_eq!((stats.wrong_payload_type, stats.malformed, stats.relay_dropped), (1, 1, 1));
}
