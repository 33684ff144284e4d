//! A party that is sent nothing for a while, and a stream whose payload types change: neither breaks.

use graph_tests::{Network, Phone, Scene, check_stream};
use media_core::codec::negotiation::{Capabilities, MediaFormats};
use media_core::graph::NodeEventKind;
use media_core::rtp::RtpHeader;
use media_core::{CodecSpec, Digits, EventKind, Micros, PayloadType, SessionSpec, SessionUpdate, Ssrc};

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

fn pt(value: u8) -> PayloadType {
    PayloadType::new(value).expect("below 128")
}

/// RFC 3264 §8.4, in a call that is relayed and in one that is encoded anew.
#[test]
fn a_party_on_hold_is_sent_nothing_and_then_the_next_packet_in_sequence() {
    for (near, far) in [(CodecSpec::pcmu(), CodecSpec::pcmu()), (CodecSpec::pcmu(), CodecSpec::g722())] {
        let mut scene = Scene::plain();
        for (seed, codec) in [near, far].into_iter().enumerate() {
            scene.call(SessionSpec::new(codec), Some(Phone::new(codec, 20, seed as u64, Network::clean())));
        }
        scene.run(4);
        let (control, a, b) = (scene.control.clone(), scene.id(0), scene.id(1));
        control.bridge(a, b).expect("accepted").detach();
        scene.run(60);
        control.transmit(a, false).expect("accepted").detach();
        scene.run(2);
        let before = scene.calls[0].sent.len();
        scene.run(100);
        assert_eq!(scene.calls[0].sent.len(), before, "held, and sent to all the same");
        assert!(scene.calls[1].sent.len() > 70, "the other one is heard on");
        control.transmit(a, true).expect("accepted").detach();
        scene.run(60);
        let (calls, ..) = scene.stop();
        let sent = &calls[0].sent;
        assert!(sent.len() > before + 25);
        check_stream(&near, sent).unwrap();
        let gap = sent[before].rtp().header.timestamp.wrapping_sub(sent[before - 1].rtp().header.timestamp);
        assert!((8_000 - 320..=8_000 + 640).contains(&gap), "{gap}: a second went by");
    }
}

#[test]
fn who_shares_an_encode_in_a_room_parts_while_nothing_is_sent_and_comes_back() {
    let mut scene = Scene::plain();
    let codec = CodecSpec::pcmu();
    let (room, opened) = scene.control.create_room(media_core::RoomSpec::new()).expect("there is room");
    opened.detach();
    for seed in 0..3 {
        let phone = (seed == 0).then(|| Phone::new(codec, 20, seed, Network::clean()));
        scene.call(SessionSpec::new(codec), phone);
        let id = scene.id(seed as usize);
        scene.tick();
        scene.control.join(id, room, media_core::Decibels(0.0)).expect("it is free").detach();
    }
    scene.run(50);
    scene.control.transmit(scene.id(1), false).expect("accepted").detach();
    scene.run(50);
    scene.control.transmit(scene.id(1), true).expect("accepted").detach();
    scene.run(50);
    let (calls, ..) = scene.stop();
    for call in &calls {
        check_stream(&codec, &call.sent).unwrap();
    }
    assert!(calls[1].sent.len() + 20 < calls[2].sent.len());
}

/// A re-INVITE that gives everything another number: digits go on being told, one each.
#[test]
fn a_further_agreement_changes_payload_types_of_what_goes_beside_the_codec() {
    let ours = Capabilities::new().codec(CodecSpec::pcmu()).codec(CodecSpec::pcma()).telephone_event(pt(101), 8_000);
    let offer = |number, codec| {
        let formats = MediaFormats::new().format(pt(codec), "", "").format(pt(number), "telephone-event/8000", "0-15");
        ours.answer(&formats, Default::default()).expect("common").1
    };
    let (first, second) = (offer(96, 0), offer(97, 8));
    let mut scene = Scene::plain();
    scene.call(SessionSpec::negotiated(&first, 0), None);
    scene.run(4);
    let (control, id) = (scene.control.clone(), scene.id(0));
    let mut sequence = 0;
    let mut press = |scene: &mut Scene, payload_type: u8, timestamp: u32| {
        for copy in 0..6u16 {
            let end = if copy >= 3 { 0x80 } else { 0 };
            let header =
                RtpHeader { marker: copy == 0, payload_type: pt(payload_type), sequence, timestamp, ssrc: Ssrc(3) };
            let datagram = [&header.to_bytes()[..], &[5, end | 10, 1, 0x40 + copy as u8]].concat();
            let now = Micros(scene.next_tick() * 10_000);
            scene.calls[0].ingress.push(&datagram, now).expect("room");
            sequence += 1;
            scene.run(2);
        }
    };
    press(&mut scene, 96, 800);
    control.send_digits(id, Digits::new("1").expect("a digit")).expect("accepted").detach();
    scene.run(40);
    control.update(id, SessionUpdate::negotiated(&second)).expect("accepted").detach();
    scene.run(4);
    press(&mut scene, 97, 80_000);
    // The number of before is nobody's now.
    press(&mut scene, 96, 160_000);
    control.send_digits(id, Digits::new("2").expect("a digit")).expect("accepted").detach();
    scene.run(60);
    let stats = control.stats(id).expect("it lives");
    assert_eq!((stats.digits_received, stats.digits_sent), (2, 2), "{stats:?}");
    let (calls, events, _) = scene.stop();
    let told = |e: &&media_core::Event| matches!(&e.kind, EventKind::Node { kind: NodeEventKind::Digit { .. }, .. });
    assert_eq!(events.iter().filter(told).count(), 2);
    let types: Vec<u8> = calls[0].sent.iter().map(|packet| packet.rtp().header.payload_type.value()).collect();
    assert!([0, 8, 96, 97].iter().all(|number| types.contains(number)));
    let last = types.iter().rposition(|number| *number == 0).expect("sent");
    assert!(types[last..].iter().all(|number| [0, 8, 97].contains(number)));
}
