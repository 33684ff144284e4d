//! Redundancy through the engine: losses repaired, nothing played twice, the wire as RFC 2198 has it.

use assert_no_alloc::AllocDisabler;
use graph_tests::{Network, Phone, Scene, Wire};
use media_core::frame::Provenance;
use media_core::graph::NodeEventKind;
use media_core::rtp::RtpHeader;
use media_core::rtp::red::Redundant;
use media_core::{CodecSpec, Digits, EventKind, Micros, Millis, PayloadType, SessionSpec, Ssrc, TapPoint};
use proptest::prelude::*;

#[global_allocator]
static GUARD: AllocDisabler = AllocDisabler;

fn pt(value: u8) -> PayloadType {
    PayloadType::new(value).expect("below 128")
}

fn spec(levels: u8) -> SessionSpec {
    SessionSpec::new(CodecSpec::pcmu()).redundancy(pt(99), levels)
}

/// A phone whose audio goes, with redundancy, over `network` into the call returned second; the first one sends it.
fn speaking(scene: &mut Scene, levels: u8, network: Network) -> (usize, usize, Wire) {
    let phone = Phone::new(CodecSpec::pcma(), 20, 11, Network::clean());
    let near = scene.call(SessionSpec::new(CodecSpec::pcma()), Some(phone));
    let sender = scene.call(spec(levels), None);
    let receiver = scene.call(spec(levels), None);
    scene.control.bridge(scene.id(near), scene.id(sender)).expect("both are free").detach();
    (sender, receiver, Wire::new(sender, receiver, network))
}

#[test]
fn each_payload_comes_again_in_the_packets_after_it() {
    let mut scene = Scene::up_to_date();
    let (sender, _, mut wire) = speaking(&mut scene, 2, Network::clean());
    wire.run(&mut scene, 100);
    let mut before: Vec<(u32, Vec<u8>)> = Vec::new();
    for packet in &scene.calls[sender].sent {
        let packet = packet.rtp();
        assert_eq!(packet.header.payload_type.value(), 99);
        let red = Redundant::parse(packet.payload).expect("a redundant payload");
        assert_eq!((red.primary.payload_type.value(), red.primary.payload.len()), (0, 160));
        let want: Vec<_> = before.iter().rev().take(2).rev().cloned().collect();
        let got: Vec<_> =
            red.blocks().map(|b| (packet.header.timestamp.wrapping_sub(b.offset), b.payload.to_vec())).collect();
        assert_eq!(got, want);
        before.push((packet.header.timestamp, red.primary.payload.to_vec()));
    }
    assert!(before.len() >= 48);
    scene.stop();
}

#[test]
fn losses_are_repaired_and_each_packet_is_lost_or_repaired_or_received() {
    let mut figures = Vec::new();
    for levels in [0, 1, 2] {
        let mut scene = Scene::up_to_date();
        let (sender, receiver, mut wire) = speaking(&mut scene, levels, Network::new(4, 10_000, 150, 0));
        let (_, mut tap, opened) =
            scene.control.tap(scene.id(receiver), TapPoint::Received, Millis(30_000)).expect("accepted");
        opened.detach();
        wire.run(&mut scene, 2_000);
        let stats = scene.control.stats(scene.id(receiver)).expect("it lives");
        let sent = scene.calls[sender].sent.len() as u64;
        let known = stats.received + stats.repaired + stats.lost;
        assert!(sent - known <= 12, "{sent} sent, {stats:?}");
        assert_eq!((stats.duplicate, stats.malformed, stats.wrong_payload_type), (0, 0, 0));
        let repaired = std::iter::from_fn(|| tap.read()).filter(|f| f.info.provenance == Provenance::Repaired).count();
        assert_eq!(repaired > 50, levels > 0);
        figures.push((stats.lost, stats.repaired));
        scene.stop();
    }
    // 15 % of 1000: without redundancy all are lost, with it those whose carriers are lost or late as well.
    assert!(figures[0].0 > 100 && figures[0].1 == 0, "{figures:?}");
    assert!(figures[1].0 < 45 && figures[1].1 > 80, "{figures:?}");
    assert!(figures[2].0 < 20 && figures[2].1 > 100, "{figures:?}");
}

#[test]
fn what_comes_after_it_was_repaired_counts_as_received_and_is_played_once() {
    let mut scene = Scene::up_to_date();
    let (_, receiver, mut wire) = speaking(&mut scene, 2, Network::new(8, 45_000, 0, 0));
    wire.run(&mut scene, 1_500);
    let stats = scene.control.stats(scene.id(receiver)).expect("it lives");
    assert!(stats.reordered > 50, "{stats:?}");
    assert_eq!((stats.duplicate, stats.lost), (0, 0), "{stats:?}");
    assert!(stats.received + stats.late + stats.repaired >= 740, "{stats:?}");
    let played = stats.received_samples + stats.concealed_samples + stats.silent_samples;
    assert_eq!(played, stats.ticks * 80);
    scene.stop();
}

#[test]
fn a_relay_takes_redundancy_off_and_puts_it_on() {
    for (near_levels, far_levels) in [(2, None), (1, Some(2)), (2, Some(0))] {
        let mut scene = Scene::up_to_date();
        let (sender, near, mut wire) = speaking(&mut scene, near_levels, Network::new(5, 5_000, 50, 0));
        let far = match far_levels {
            Some(levels) => SessionSpec::new(CodecSpec::pcmu()).redundancy(pt(110), levels),
            None => SessionSpec::new(CodecSpec::pcmu()),
        };
        let far = scene.call(far, None);
        scene.control.bridge(scene.id(near), scene.id(far)).expect("both are free").detach();
        wire.run(&mut scene, 1_000);
        let stats = scene.control.stats(scene.id(far)).expect("it lives");
        assert!(stats.relayed > 400 && stats.relay_dropped == 0);
        let mut payloads = Vec::new();
        for packet in &scene.calls[far].sent[25..] {
            let packet = packet.rtp();
            match far_levels {
                None => {
                    assert_eq!(packet.header.payload_type.value(), 0);
                    payloads.push(packet.payload.to_vec());
                }
                Some(levels) => {
                    let red = Redundant::parse(packet.payload).expect("a redundant payload");
                    assert!(packet.header.payload_type.value() == 110 && red.blocks().len() <= usize::from(levels));
                    payloads.push(red.primary.payload.to_vec());
                }
            }
        }
        // What was lost before the near leg and repaired there is passed on too.
        let original = scene.calls[sender].sent.iter().map(|p| {
            let packet = p.rtp();
            Redundant::parse(packet.payload).expect("redundant").primary.payload.to_vec()
        });
        let original: std::collections::BTreeSet<_> = original.collect();
        let passed: std::collections::BTreeSet<_> = payloads.iter().cloned().collect();
        assert!(passed.is_subset(&original));
        assert!(passed.len() + 40 > original.len(), "{} of {}", passed.len(), original.len());
        scene.stop();
    }
}

#[test]
fn digits_survive_in_the_redundancy_of_later_packets() {
    let mut scene = Scene::up_to_date();
    let spec = || spec(3).telephone_event(pt(101), 8_000);
    let (from, to) = (scene.call(spec(), None), scene.call(spec(), None));
    let mut wire = Wire::new(from, to, Network::new(6, 0, 400, 100));
    wire.run(&mut scene, 30);
    scene.control.send_digits(scene.id(from), Digits::new("123456789").expect("digits")).expect("accepted").detach();
    wire.run(&mut scene, 300);
    let ends: Vec<_> = scene
        .events_of(scene.id(to))
        .filter_map(|event| match event.kind {
            EventKind::Node { kind: NodeEventKind::Digit { code, .. }, .. } => Some(code),
            _ => None,
        })
        .collect();
    assert_eq!(ends, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    scene.stop();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn headers_that_lie_do_no_harm(
        packets in proptest::collection::vec(
            (proptest::collection::vec((prop::sample::select(vec![0u8, 13, 99, 101, 5]), any::<u32>()), 0..6),
             prop::sample::select(vec![0u8, 13, 99, 101, 5]), 0usize..900, any::<u16>()), 1..150),
    ) {
        let mut scene = Scene::up_to_date();
        let call = scene.call(spec(2).telephone_event(pt(101), 8_000).comfort_noise(pt(13)), None);
        scene.run(1);
        for (at, (headers, primary, length, jump)) in packets.iter().enumerate() {
            let sequence = (at as u16).wrapping_add(if *jump > 65_000 { *jump } else { 0 });
            let header = RtpHeader {
                marker: false,
                payload_type: pt(99),
                sequence,
                timestamp: (at as u32 * 160).wrapping_add(if *jump > 64_000 { u32::from(*jump) } else { 0 }),
                ssrc: Ssrc(3),
            };
            let mut datagram = header.to_bytes().to_vec();
            for (kind, tail) in headers {
                // Some of the offsets and lengths are those of an honest sender.
                let tail = if tail % 3 > 0 { ((160 * (1 + tail % 4)) << 10) | 160 } else { *tail };
                datagram.push(0x80 | kind);
                datagram.extend_from_slice(&tail.to_be_bytes()[1..]);
            }
            datagram.push(*primary);
            datagram.resize(datagram.len() + length, *jump as u8);
            let arrival = Micros(scene.next_tick() * 10_000);
            let _ = scene.calls[call].ingress.push(&datagram, arrival);
            scene.run(2);
        }
        let stats = scene.control.stats(scene.id(call)).expect("it lives");
        let played = stats.received_samples + stats.concealed_samples + stats.silent_samples;
        prop_assert_eq!(played, stats.ticks * 80);
        scene.stop();
    }
}
