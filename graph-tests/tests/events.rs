//! Telephone events through the engine: sent, received, relayed, and passed between codecs.

use assert_no_alloc::AllocDisabler;
use graph_tests::{Network, Packet, Phone, Scene, Wire};
use media_core::graph::NodeEventKind;
use media_core::rtp::RtpHeader;
use media_core::rtp::event::EventReport;
use media_core::{
    CodecSpec, Digits, Direction, EventKind, Micros, Millis, PayloadType, SampleRate, SessionId, SessionSpec, Ssrc,
};
use proptest::prelude::*;

#[global_allocator]
static GUARD: AllocDisabler = AllocDisabler;

fn pt(value: u8) -> PayloadType {
    PayloadType::new(value).expect("below 128")
}

fn spec() -> SessionSpec {
    SessionSpec::new(CodecSpec::pcmu()).telephone_event(pt(101), 8_000)
}

/// Starts and ends of events, in order: code, and at the end duration and whether it was told.
fn heard(scene: &Scene, session: SessionId) -> (Vec<u8>, Vec<(u8, u32, bool)>) {
    let (mut starts, mut ends) = (Vec::new(), Vec::new());
    for event in scene.events_of(session) {
        match event.kind {
            EventKind::Node { kind: NodeEventKind::DigitStarted { code, .. }, .. } => starts.push(code),
            EventKind::Node { kind: NodeEventKind::Digit { code, duration, complete, .. }, .. } => {
                ends.push((code, duration.0, complete));
            }
            _ => {}
        }
    }
    (starts, ends)
}

fn is_event(packet: &Packet, payload_type: u8) -> bool {
    packet.rtp().header.payload_type.value() == payload_type
}

fn report(packet: &Packet) -> EventReport {
    EventReport::parse(packet.rtp().payload).expect("a payload of events").next().expect("one report")
}

/// One sequence, numbers rising by one.
fn is_one_sequence(packets: &[Packet]) -> bool {
    packets.windows(2).all(|pair| {
        let (before, after) = (pair[0].rtp().header, pair[1].rtp().header);
        after.sequence == before.sequence.wrapping_add(1) && after.ssrc == before.ssrc
    })
}

#[test]
fn digits_take_the_place_of_audio_in_one_sequence_and_are_heard_once() {
    let mut scene = Scene::plain();
    let (from, to) = (scene.call(spec(), None), scene.call(spec(), None));
    let mut wire = Wire::new(from, to, Network::clean());
    wire.run(&mut scene, 50);
    let digits = Digits::new("159#D").expect("digits").duration(Millis(100)).gap(Millis(80)).volume(6);
    let done = scene.control.send_digits(scene.id(from), digits).expect("accepted");
    wire.run(&mut scene, 200);
    assert!(done.try_result().is_some_and(|r| r.is_ok()));
    let codes = [1, 5, 9, 11, 15];
    assert_eq!(heard(&scene, scene.id(to)), (codes.to_vec(), codes.map(|code| (code, 100, true)).to_vec()));
    let sent = &scene.calls[from].sent;
    assert!(is_one_sequence(sent));
    let events: Vec<_> = sent.iter().filter(|packet| is_event(packet, 101)).collect();
    assert_eq!(events.len(), 5 * 7, "five reports 20 ms apart and two copies of the last, for each");
    assert_eq!(events.iter().filter(|p| p.rtp().header.marker).count(), 5);
    assert!(events.iter().all(|p| report(p).volume == 6));
    // The first event starts where the audio before it ended; no audio is between it and its last copy.
    let first = sent.iter().position(|p| is_event(p, 101)).expect("there is one");
    assert_eq!(events[0].rtp().header.timestamp, sent[first - 1].rtp().header.timestamp.wrapping_add(160));
    assert!(sent[first..first + 7].iter().all(|p| is_event(p, 101)));
    // The audio behind the events begins a talk spurt, later on the same time line.
    let last = sent.iter().rposition(|p| is_event(p, 101)).expect("there is one");
    let (end, next) = (sent[last].rtp().header, sent[last + 1].rtp().header);
    assert!(next.marker && next.timestamp.wrapping_sub(end.timestamp) >= 800);
    let stats = scene.control.stats(scene.id(to)).expect("it lives");
    assert_eq!((stats.lost, stats.late, stats.malformed, stats.wrong_payload_type), (0, 0, 0, 0));
    assert_eq!(stats.concealed_samples, 0, "an event is no loss");
    assert_eq!(stats.digits_received, 5);
    assert_eq!(scene.control.stats(scene.id(from)).expect("it lives").digits_sent, 5);
    let told = scene.events_of(scene.id(from)).filter_map(|event| match event.kind {
        EventKind::Node { kind: NodeEventKind::DigitSent { code }, .. } => Some(code),
        _ => None,
    });
    assert_eq!(told.collect::<Vec<_>>(), codes);
    scene.stop();
}

#[test]
fn a_long_event_is_one_event_over_all_its_segments() {
    for rate in [8_000, 48_000] {
        let mut scene = Scene::plain();
        let codec = CodecSpec::l16(SampleRate::new(rate).expect("a rate"), pt(96));
        let spec = || SessionSpec::new(codec).telephone_event(pt(101), rate);
        let (from, to) = (scene.call(spec(), None), scene.call(spec(), None));
        let mut wire = Wire::new(from, to, Network::new(3, 30_000, 100, 50));
        wire.run(&mut scene, 20);
        let digits = Digits::codes(vec![16]).duration(Millis(20_000));
        scene.control.send_digits(scene.id(from), digits).expect("accepted").detach();
        wire.run(&mut scene, 2_200);
        assert_eq!(heard(&scene, scene.id(to)), (vec![16], vec![(16, 20_000, true)]), "{rate}");
        let stats = scene.control.stats(scene.id(to)).expect("it lives");
        assert_eq!(stats.resyncs, 0, "the stream goes on behind it as before");
        scene.stop();
    }
}

#[test]
fn more_digits_than_can_wait_are_counted() {
    let mut scene = Scene::plain();
    let call = scene.call(spec(), None);
    scene.run(2);
    for _ in 0..3 {
        scene.control.send_digits(scene.id(call), Digits::codes(vec![1; 60])).expect("accepted").detach();
    }
    scene.run(200);
    let stats = scene.control.stats(scene.id(call)).expect("it lives");
    assert_eq!(stats.digits_dropped, 180 - 64);
    scene.stop();
}

#[test]
fn relayed_events_keep_their_place_under_the_far_legs_payload_type_and_are_reported() {
    let mut scene = Scene::plain();
    let source = scene.call(spec(), None);
    let near = scene.call(spec(), None);
    let far = scene.call(SessionSpec::new(CodecSpec::pcmu()).telephone_event(pt(96), 8_000), None);
    scene.control.bridge(scene.id(near), scene.id(far)).expect("both are free").detach();
    let mut wire = Wire::new(source, near, Network::clean());
    wire.run(&mut scene, 50);
    scene.control.send_digits(scene.id(source), Digits::new("42").expect("digits")).expect("accepted").detach();
    wire.run(&mut scene, 30);
    let long = Digits::new("7").expect("a digit").duration(Millis(12_000));
    scene.control.send_digits(scene.id(source), long).expect("accepted").detach();
    wire.run(&mut scene, 1_400);
    let codes = vec![(4, 100, true), (2, 100, true), (7, 12_000, true)];
    assert_eq!(heard(&scene, scene.id(near)).1, codes);
    let stats = scene.control.stats(scene.id(far)).expect("it lives");
    assert!(stats.relayed > 500 && stats.relay_dropped == 0);
    let sent = &scene.calls[far].sent;
    let relayed = &sent[sent.iter().position(|p| is_event(p, 96)).expect("events are passed on") - 5..];
    assert!(is_one_sequence(relayed));
    let original: Vec<_> = scene.calls[source].sent.iter().filter(|p| is_event(p, 101)).collect();
    let passed: Vec<_> = relayed.iter().filter(|p| is_event(p, 96)).collect();
    assert_eq!(passed.len(), original.len());
    let offset = passed[0].rtp().header.timestamp.wrapping_sub(original[0].rtp().header.timestamp);
    for (passed, original) in passed.iter().zip(&original) {
        let (p, o) = (passed.rtp(), original.rtp());
        assert_eq!((p.payload, p.header.marker), (o.payload, o.header.marker));
        assert_eq!(p.header.timestamp.wrapping_sub(o.header.timestamp), offset);
    }
    scene.stop();
}

#[test]
fn events_cross_between_codecs_with_their_durations_on_the_other_clock() {
    let mut scene = Scene::plain();
    let wide = CodecSpec::l16(SampleRate::HZ_16000, pt(97));
    let source = scene.call(spec(), None);
    let near = scene.call(spec(), None);
    let far = scene.call(SessionSpec::new(wide).telephone_event(pt(100), 16_000), None);
    let end = scene.call(SessionSpec::new(wide).telephone_event(pt(100), 16_000), None);
    scene.control.bridge(scene.id(near), scene.id(far)).expect("both are free").detach();
    let mut wires = [Wire::new(source, near, Network::new(5, 20_000, 50, 50)), Wire::new(far, end, Network::clean())];
    let mut run = |scene: &mut Scene, ticks: u64| {
        for _ in 0..ticks {
            scene.tick();
            wires.iter_mut().for_each(|wire| wire.carry(scene));
        }
    };
    run(&mut scene, 50);
    scene.control.send_digits(scene.id(source), Digits::new("0123").expect("digits")).expect("accepted").detach();
    run(&mut scene, 150);
    let (starts, ends) = heard(&scene, scene.id(end));
    assert_eq!(starts, [0, 1, 2, 3]);
    assert_eq!(ends, [0, 1, 2, 3].map(|code| (code, 100, true)));
    let long = Digits::new("9").expect("a digit").duration(Millis(14_000));
    scene.control.send_digits(scene.id(source), long).expect("accepted").detach();
    run(&mut scene, 1_500);
    let (starts, ends) = heard(&scene, scene.id(end));
    assert_eq!((starts.len(), ends[4..].to_vec()), (5, vec![(9, 14_000, true)]), "also in segments of half the length");
    assert!(is_one_sequence(&scene.calls[far].sent));
    scene.stop();
}

#[test]
fn digits_of_our_own_go_between_relayed_packets_without_breaking_the_sequence() {
    let mut scene = Scene::plain();
    let phone = Phone::new(CodecSpec::pcmu(), 20, 3, Network::clean());
    let near = scene.call(spec(), Some(phone));
    let far = scene.call(spec(), None);
    scene.control.bridge(scene.id(near), scene.id(far)).expect("both are free").detach();
    scene.run(100);
    scene.control.send_digits(scene.id(far), Digits::new("12").expect("digits")).expect("accepted").detach();
    scene.run(200);
    let sent = &scene.calls[far].sent;
    let from = sent.iter().position(|p| is_event(p, 101)).expect("the digits went out") - 20;
    assert!(is_one_sequence(&sent[from..]));
    let last = sent.iter().rposition(|p| is_event(p, 101)).expect("there are some");
    assert!(sent[last + 1].rtp().header.marker && sent.len() > last + 50, "the relay goes on");
    let stamps: Vec<u32> = sent[last..].iter().map(|p| p.rtp().header.timestamp).collect();
    assert!(stamps.windows(2).all(|pair| (pair[1].wrapping_sub(pair[0]) as i32) > 0));
    scene.stop();
}

#[test]
fn who_is_on_hold_or_muted_is_not_heard_and_hears_no_digits_either() {
    let mut scene = Scene::plain();
    let source = scene.call(spec(), None);
    let (near, far) = (scene.call(spec(), None), scene.call(spec(), None));
    scene.control.bridge(scene.id(near), scene.id(far)).expect("both are free").detach();
    let mut wire = Wire::new(source, near, Network::clean());
    wire.run(&mut scene, 30);
    let mut passed = Vec::new();
    for act in 0..5 {
        let (near, far) = (scene.id(near), scene.id(far));
        match act {
            0 => scene.control.hold(near, None).expect("accepted").detach(),
            1 => scene.control.resume(near).expect("accepted").detach(),
            2 => scene.control.mute(near, Direction::Inbound, true).expect("accepted").detach(),
            3 => {
                scene.control.txn().mute(near, Direction::Inbound, false).hold(far, None).commit().expect("ok").detach()
            }
            _ => scene.control.resume(far).expect("accepted").detach(),
        }
        wire.run(&mut scene, 10);
        scene.control.send_digits(scene.id(source), Digits::new("8").expect("a digit")).expect("accepted").detach();
        wire.run(&mut scene, 60);
        passed.push(scene.calls[2].sent.iter().filter(|p| is_event(p, 101) && p.rtp().header.marker).count());
    }
    assert_eq!(passed, [0, 1, 1, 1, 2]);
    assert_eq!(heard(&scene, scene.id(near)).0, [8; 5], "the host hears of all of them");
    scene.stop();
}

#[test]
fn what_is_agreed_on_comes_under_one_payload_type_and_goes_under_another() {
    use media_core::codec::negotiation::{Capabilities, MediaFormats};
    let ours = Capabilities::new().codec(CodecSpec::pcmu()).telephone_event(pt(101), 8_000);
    let answer = MediaFormats::new().format(pt(0), "", "").format(pt(96), "telephone-event/8000", "0-15");
    let agreed = ours.accept(&answer).expect("both have all of it");
    let mut scene = Scene::plain();
    let call = scene.call(SessionSpec::new(agreed.send).beside(&agreed, 0), None);
    let peer = scene.call(SessionSpec::new(CodecSpec::pcmu()).telephone_event(pt(101), 8_000), None);
    let mut wire = Wire::new(peer, call, Network::clean());
    wire.run(&mut scene, 10);
    for id in [scene.id(call), scene.id(peer)] {
        scene.control.send_digits(id, Digits::new("3").expect("a digit")).expect("accepted").detach();
    }
    wire.run(&mut scene, 60);
    assert_eq!(scene.calls[call].sent.iter().filter(|p| is_event(p, 96)).count(), 7);
    assert_eq!(heard(&scene, scene.id(call)).0, [3], "under 101, as we said");
    scene.stop();
}

#[test]
fn garbage_under_the_events_payload_type_is_counted_and_tells_little() {
    let mut scene = Scene::plain();
    let call = scene.call(spec(), None);
    scene.run(2);
    let mut state = 1u32;
    for tick in 0..200u64 {
        for n in 0..40u16 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let header = RtpHeader {
                marker: state & 1 == 1,
                payload_type: pt(101),
                sequence: (state >> 3) as u16 ^ n,
                timestamp: state.rotate_left(7),
                ssrc: Ssrc(state >> 29),
            };
            let payload = vec![state as u8; (state >> 20) as usize % 40];
            let arrival = Micros(tick * 10_000);
            let _ = scene.calls[call].ingress.push(&[&header.to_bytes()[..], &payload].concat(), arrival);
        }
        scene.tick();
    }
    scene.run(30);
    let (starts, ends) = heard(&scene, scene.id(call));
    assert_eq!(starts.len(), ends.len());
    assert!(scene.control.stats(scene.id(call)).expect("it lives").malformed > 1_000);
    assert_eq!(scene.control.telemetry().workers.iter().map(|w| w.reports_lost).sum::<u64>(), 0);
    scene.stop();
}

/// Captures of a SIP tester, one digit each: Ethernet, IP version 4, UDP.
#[test]
#[allow(clippy::print_stdout, reason = "says what was left out")]
fn recorded_digits_are_heard_once() {
    let shared = std::env::var("MEDIA_CORE_SHARED")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared").into());
    let folder = std::path::Path::new(&shared).join("data/pcap");
    let mut found = 0;
    for (name, code) in ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "star", "pound"].into_iter().zip(0u8..) {
        let Ok(capture) = std::fs::read(folder.join(format!("dtmf_2833_{name}.pcap"))) else { continue };
        found += 1;
        let mut scene = Scene::plain();
        let mut rest = &capture[24..];
        let mut datagrams = Vec::new();
        while let Some((header, after)) = rest.split_first_chunk::<16>() {
            let length = u32::from_le_bytes([header[8], header[9], header[10], header[11]]) as usize;
            datagrams.push(&after[14 + 20 + 8..length]);
            rest = &after[length..];
        }
        let payload_type = datagrams[0][1] & 0x7f;
        let call = scene.call(SessionSpec::new(CodecSpec::pcmu()).telephone_event(pt(payload_type), 8_000), None);
        scene.run(2);
        for datagram in datagrams {
            let arrival = Micros(scene.next_tick() * 10_000);
            scene.calls[call].ingress.push(datagram, arrival).expect("there is room");
            scene.run(2);
        }
        scene.run(30);
        let (starts, ends) = heard(&scene, scene.id(call));
        assert_eq!((starts, ends.len()), (vec![code], 1), "{name}");
        assert!(ends[0].2, "{name}: {ends:?}");
        scene.stop();
    }
    if found == 0 {
        println!("left out: ../shared/data/pcap is not there");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn one_report_for_each_digit_over_any_network(
        seed in any::<u64>(),
        keys in "[0-9*#A-D]{1,10}",
        jitter in 0u64..150_000,
        loss in 0u64..300,
        double in 0u64..300,
        duration in 60u32..300,
        gap in 60u32..200,
        ptime in 1u32..=6,
    ) {
        let mut scene = Scene::plain();
        let spec = || spec().ptime(Millis(ptime * 10));
        let (from, to) = (scene.call(spec(), None), scene.call(spec(), None));
        let mut wire = Wire::new(from, to, Network::new(seed, jitter, loss, double));
        wire.run(&mut scene, 20);
        let digits = Digits::new(&keys).expect("digits").duration(Millis(duration)).gap(Millis(gap));
        scene.control.send_digits(scene.id(from), digits).expect("accepted").detach();
        wire.run(&mut scene, 700);
        let (mut starts, ends) = heard(&scene, scene.id(to));
        let mut ends: Vec<u8> = ends.iter().map(|end| end.0).collect();
        let mut codes: Vec<u8> = keys.chars().map(|key| "0123456789*#ABCD".find(key).expect("a key") as u8).collect();
        starts.sort_unstable();
        ends.sort_unstable();
        codes.sort_unstable();
        prop_assert_eq!(&starts, &ends);
        // With 4 packets or more for each digit a whole one is lost less than once in a hundred times.
        let missing = codes.len() - starts.len().min(codes.len());
        prop_assert!(missing <= 2, "{:?} of {:?}", starts, codes);
        prop_assert!(starts.iter().all(|code| codes.contains(code)) && starts.len() <= codes.len());
        scene.stop();
    }
}
