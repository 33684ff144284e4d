//! A leg is passed from one party to another in one transaction, relayed or transcoded, on one worker or across two.

use media_core::rtp::{RtpHeader, RtpPacket};
use media_core::{
    CodecSpec, Control, EgressPort, EngineConfig, IngressPort, IoGroup, OfflineEngine, Reject, SessionId, SessionSpec,
    Ssrc, WorkerId,
};

/// An engine with three legs; each speaks a constant of its own.
struct Calls {
    engine: OfflineEngine,
    control: Control,
    egress: EgressPort,
    legs: Vec<(SessionId, IngressPort, CodecSpec)>,
    packet: u16,
    /// Where each party begins to count packets.
    first: [u16; 3],
    /// Headers sent to each leg.
    sent: [Vec<RtpHeader>; 3],
}

impl Calls {
    fn new(codecs: [CodecSpec; 3], workers: usize) -> Self {
        let mut engine = OfflineEngine::new(EngineConfig::new().workers(workers)).expect("the configuration is valid");
        let (control, egress) = (engine.control(), engine.egress(IoGroup(0)).expect("asked once"));
        let legs = (0..).zip(codecs).map(|(n, codec)| {
            let worker = WorkerId((n % workers) as u16);
            let created = control.create(SessionSpec::new(codec).worker(worker)).expect("there is room");
            (created.id, created.ingress, codec)
        });
        Self { legs: legs.collect(), engine, control, egress, packet: 0, first: [0; 3], sent: Default::default() }
    }

    /// Half a second; returns the party that each leg hears in its second half.
    fn heard(&mut self) -> [Option<usize>; 3] {
        let mut heard = [None; 3];
        for packet in 0..25 {
            if packet == 12 {
                heard = [None; 3];
            }
            for (n, (_, ingress, codec)) in self.legs.iter_mut().enumerate() {
                let (payload_type, ssrc) = (codec.payload_type, Ssrc(n as u32));
                let (sequence, timestamp) = (self.first[n].wrapping_add(self.packet), u32::from(self.packet) * 160);
                let header = RtpHeader { marker: false, payload_type, sequence, timestamp, ssrc };
                let mut payload = [0; 160];
                codec.encoder().encode(&[LEVELS[n]; 160], &mut payload).expect("the payload has room");
                // A leg that is gone refuses it.
                let _ = ingress.push(&[&header.to_bytes()[..], &payload].concat(), self.engine.now());
            }
            self.packet += 1;
            self.engine.run(2);
            let (legs, sent) = (&self.legs, &mut self.sent);
            self.egress.pull(usize::MAX, |id, datagram| {
                let listener = legs.iter().position(|leg| leg.0 == id).expect("a leg of ours");
                let packet = RtpPacket::parse(datagram).expect("the engine sends RTP");
                sent[listener].push(packet.header);
                let mut audio = [0.0; 160];
                legs[listener].2.decoder().decode(packet.payload, &mut audio).expect("whole packets");
                heard[listener] = LEVELS.iter().position(|level| (level - audio[159]).abs() < 0.05);
            });
        }
        heard
    }
}

const LEVELS: [f32; 3] = [0.25, 0.5, -0.5];

const ORDERS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

fn pcmu_and_mixed() -> [[CodecSpec; 3]; 3] {
    let (u, a) = (CodecSpec::pcmu(), CodecSpec::pcma());
    [[u, u, u], [u, a, u], [u, u, a]]
}

fn expected(a: usize, b: usize) -> [Option<usize>; 3] {
    let mut expected = [None; 3];
    (expected[a], expected[b]) = (Some(b), Some(a));
    expected
}

#[test]
fn after_a_transfer_the_new_pair_hears_each_other_and_the_old_party_nobody() {
    for (codecs, workers) in pcmu_and_mixed().into_iter().flat_map(|codecs| [(codecs, 1), (codecs, 2)]) {
        for [a, b, c] in ORDERS {
            let mut calls = Calls::new(codecs, workers);
            let ids: Vec<SessionId> = calls.legs.iter().map(|leg| leg.0).collect();
            let bridged = calls.control.bridge(ids[a], ids[b]).expect("accepted");
            assert_eq!(calls.heard(), expected(a, b), "bridged {a} {b}, {workers} workers");
            let moved = calls.control.txn().unbridge(ids[a]).bridge(ids[a], ids[c]).commit().expect("accepted");
            assert_eq!(calls.heard(), expected(a, c), "passed on {a} {b} {c}, {workers} workers, {codecs:?}");
            assert!(bridged.wait().is_ok() && moved.wait().is_ok());
        }
    }
}

#[test]
fn the_stream_to_who_stays_is_one_line_wherever_the_new_party_counts() {
    // The first three are those of a phone that was silenced by a transfer: less, a little more, much more.
    for (b, c) in [(30_000, 20_000), (20_000, 21_000), (0, 40_000), (65_530, 3)] {
        for codecs in pcmu_and_mixed() {
            let mut calls = Calls::new(codecs, 1);
            let ids: Vec<SessionId> = calls.legs.iter().map(|leg| leg.0).collect();
            calls.first = [0, b, c];
            let _bridged = calls.control.bridge(ids[0], ids[1]).expect("accepted");
            assert_eq!(calls.heard(), expected(0, 1));
            let _moved = calls.control.txn().unbridge(ids[1]).bridge(ids[2], ids[0]).commit().expect("accepted");
            assert_eq!(calls.heard(), expected(0, 2), "{b} then {c}, {codecs:?}");
            for pair in calls.sent[0].windows(2) {
                assert_eq!(pair[1].sequence, pair[0].sequence.wrapping_add(1), "{b} then {c}, {codecs:?}");
                let step = pair[1].timestamp.wrapping_sub(pair[0].timestamp);
                assert!((160..=480).contains(&step), "{step} units on, {b} then {c}, {codecs:?}");
            }
        }
    }
}

#[test]
fn the_old_party_may_go_in_the_same_transaction() {
    for (codecs, workers) in pcmu_and_mixed().into_iter().flat_map(|codecs| [(codecs, 1), (codecs, 2)]) {
        for [a, b, c] in ORDERS {
            let mut calls = Calls::new(codecs, workers);
            let ids: Vec<SessionId> = calls.legs.iter().map(|leg| leg.0).collect();
            let _bridged = calls.control.bridge(ids[a], ids[b]).expect("accepted");
            calls.heard();
            let txn = calls.control.txn().unbridge(ids[a]).bridge(ids[a], ids[c]).destroy(ids[b]);
            let moved = txn.commit().expect("accepted");
            assert_eq!(calls.heard(), expected(a, c), "passed on {a} {b} {c}, {workers} workers, {codecs:?}");
            assert!(moved.wait().is_ok());
            // The control side knows of the new bridge.
            let parted = calls.control.unbridge(ids[a]).expect("bridged");
            assert_eq!(calls.heard(), [None; 3]);
            assert!(parted.wait().is_ok());
        }
    }
}

#[test]
fn a_session_that_goes_takes_no_later_request_of_its_transaction() {
    let calls = Calls::new([CodecSpec::pcmu(); 3], 1);
    let id = calls.legs[0].0;
    let rejected = calls.control.txn().destroy(id).hold(id, None).commit();
    assert!(matches!(rejected, Err(Reject::NoSuchSession(gone)) if gone == id));
    let rejected = calls.control.txn().destroy(id).destroy(id).commit();
    assert!(matches!(rejected, Err(Reject::NoSuchSession(gone)) if gone == id));
}
