//! Comfort noise through the engine: played while the sender pauses, sent in place of silence.

use assert_no_alloc::AllocDisabler;
use graph_tests::{Network, Phone, Scene, Wire, audio};
use media_core::codec::audio::comfort::ComfortPayload;
use media_core::frame::Provenance;
use media_core::rtp::RtpHeader;
use media_core::{CodecSpec, Direction, Micros, Millis, PayloadType, SessionSpec, Ssrc, TapPoint};
use proptest::prelude::*;

#[global_allocator]
static GUARD: AllocDisabler = AllocDisabler;

fn pt(value: u8) -> PayloadType {
    PayloadType::new(value).expect("below 128")
}

fn spec() -> SessionSpec {
    SessionSpec::new(CodecSpec::pcmu()).comfort_noise(pt(13))
}

fn level(samples: &[f32]) -> f32 {
    10.0 * (samples.iter().map(|s| s * s).sum::<f32>() / samples.len() as f32).max(1e-20).log10()
}

/// A sender by hand: 20 ms of audio, or of a pause.
struct Hand {
    sequence: u16,
    timestamp: u32,
}

impl Hand {
    fn push(&mut self, scene: &mut Scene, call: usize, payload_type: u8, payload: &[u8]) {
        let header = RtpHeader {
            marker: false,
            payload_type: pt(payload_type),
            sequence: self.sequence,
            timestamp: self.timestamp,
            ssrc: Ssrc(9),
        };
        self.sequence = self.sequence.wrapping_add(1);
        let arrival = Micros(scene.next_tick() * 10_000);
        let datagram = [&header.to_bytes()[..], payload].concat();
        scene.calls[call].ingress.push(&datagram, arrival).expect("there is room");
    }

    fn pass(&mut self, scene: &mut Scene) {
        scene.run(2);
        self.timestamp = self.timestamp.wrapping_add(160);
    }
}

#[test]
fn the_described_noise_is_heard_in_a_pause_and_nothing_counts_as_lost() {
    for (wanted, spectrum) in [(40, &[][..]), (55, &[-0.8, 0.3]), (30, &[0.6, 0.1, -0.2])] {
        let mut scene = Scene::up_to_date();
        let call = scene.call(spec(), None);
        let (_, mut tap, opened) =
            scene.control.tap(scene.id(call), TapPoint::Received, Millis(20_000)).expect("accepted");
        opened.detach();
        let mut hand = Hand { sequence: 65_500, timestamp: u32::MAX - 9_000 };
        let mut payload = [0; 11];
        let length = ComfortPayload::new(wanted, spectrum).write(&mut payload);
        for packet in 0..400u32 {
            match packet {
                100..300 if packet % 20 == 0 => hand.push(&mut scene, call, 13, &payload[..length]),
                100..300 => {}
                _ => hand.push(&mut scene, call, 0, &[0x90; 160]),
            }
            hand.pass(&mut scene);
        }
        let stats = scene.control.stats(scene.id(call)).expect("it lives");
        assert_eq!((stats.lost, stats.late, stats.discarded, stats.wrong_payload_type), (0, 0, 0, 0));
        assert_eq!((stats.comfort_received, stats.received), (10, 210));
        assert_eq!(stats.concealed_samples, 0, "a pause is no loss");
        // The pause is shorter by what the playout began too deep: at most its 80 ms.
        assert!(stats.comfort_samples.abs_diff(200 * 160) <= 640, "{stats:?}");
        let frames: Vec<_> = std::iter::from_fn(|| tap.read()).collect();
        let noise: Vec<f32> = frames
            .iter()
            .filter(|frame| frame.info.provenance == Provenance::ComfortNoise && !frame.info.silent)
            .flat_map(|frame| frame.samples().to_vec())
            .collect();
        let got = level(&noise[800..]);
        assert!((got + f32::from(wanted)).abs() < 1.0, "-{wanted} dBov became {got}");
        scene.stop();
    }
}

#[test]
fn a_silent_party_is_sent_as_comfort_noise_and_speech_as_before() {
    let mut scene = Scene::up_to_date();
    let phone = Phone::new(CodecSpec::pcma(), 20, 3, Network::clean());
    // What passes by a table is not listened to.
    let near = scene.call(SessionSpec::new(CodecSpec::pcma()).relay(false), Some(phone));
    let far = scene.call(spec(), None);
    let end = scene.call(spec(), None);
    scene.control.bridge(scene.id(near), scene.id(far)).expect("both are free").detach();
    let mut wire = Wire::new(far, end, Network::clean());
    wire.run(&mut scene, 200);
    let before = scene.control.stats(scene.id(far)).expect("it lives");
    assert!(before.comfort_sent <= 2, "speech is sent as speech");
    scene.control.mute(scene.id(near), Direction::Inbound, true).expect("accepted").detach();
    wire.run(&mut scene, 400);
    scene.control.mute(scene.id(near), Direction::Inbound, false).expect("accepted").detach();
    wire.run(&mut scene, 200);
    let after = scene.control.stats(scene.id(far)).expect("it lives");
    assert!((8..=14).contains(&(after.comfort_sent - before.comfort_sent)), "{}", after.comfort_sent);
    let sent = &scene.calls[far].sent;
    let steps = sent.windows(2).map(|pair| {
        let (before, after) = (pair[0].rtp().header, pair[1].rtp().header);
        assert_eq!(after.sequence, before.sequence.wrapping_add(1));
        (before, after, after.timestamp.wrapping_sub(before.timestamp))
    });
    for (before, after, step) in steps {
        let resumes = before.payload_type.value() == 13 && after.payload_type.value() == 0;
        assert!(step > 0 && step < 8_000 && step % 160 == 0);
        assert_eq!(after.marker, resumes, "the marker stands where a talk spurt begins, and nowhere else");
    }
    let stats = scene.control.stats(scene.id(end)).expect("it lives");
    assert_eq!((stats.lost, stats.concealed_samples), (0, 0));
    scene.stop();
}

#[test]
fn the_noise_of_one_leg_is_noise_for_a_leg_that_has_no_comfort_noise() {
    let mut scene = Scene::up_to_date();
    let near = scene.call(spec(), None);
    let far = scene.call(SessionSpec::new(CodecSpec::pcmu()), None);
    scene.control.bridge(scene.id(near), scene.id(far)).expect("both are free").detach();
    let mut hand = Hand { sequence: 5, timestamp: 9 };
    for packet in 0..200u32 {
        match packet {
            ..20 => hand.push(&mut scene, near, 0, &[0xb0; 160]),
            20 => hand.push(&mut scene, near, 13, &[35]),
            _ => {}
        }
        hand.pass(&mut scene);
    }
    assert_eq!(scene.control.stats(scene.id(far)).expect("it lives").relayed, 0, "what the far leg cannot take");
    let heard = audio(&CodecSpec::pcmu(), &scene.calls[far].sent[60..]);
    assert!((level(&heard) + 35.0).abs() < 1.0, "{}", level(&heard));
    scene.stop();
}

#[test]
fn comfort_noise_is_relayed_under_the_far_legs_payload_type() {
    let mut scene = Scene::up_to_date();
    let near = scene.call(spec(), None);
    let far = scene.call(SessionSpec::new(CodecSpec::pcmu()).comfort_noise(pt(120)), None);
    scene.control.bridge(scene.id(near), scene.id(far)).expect("both are free").detach();
    let mut hand = Hand { sequence: 5, timestamp: 9 };
    scene.run(3);
    for packet in 0..100u32 {
        match packet {
            ..20 | 80.. => hand.push(&mut scene, near, 0, &[0xb0; 160]),
            20 | 40 | 60 => hand.push(&mut scene, near, 13, &[35, 100, 130]),
            _ => {}
        }
        hand.pass(&mut scene);
    }
    let sent = &scene.calls[far].sent;
    let relayed: Vec<_> = sent.iter().filter(|p| p.rtp().header.payload_type.value() == 120).collect();
    let passed = |p: &&&graph_tests::Packet| p.rtp().payload == [35, 100, 130];
    assert_eq!(relayed.iter().filter(passed).count(), 3);
    let last = &sent[sent.len() - 25..];
    assert!(last.windows(2).all(|p| p[1].rtp().header.sequence == p[0].rtp().header.sequence.wrapping_add(1)));
    scene.stop();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]
    #[test]
    fn any_payloads_in_any_order_are_played_without_harm(
        packets in proptest::collection::vec(
            (0u8..4, any::<u8>(), proptest::collection::vec(any::<u8>(), 0..30)), 1..150),
    ) {
        let mut scene = Scene::up_to_date();
        let call = scene.call(spec(), None);
        let mut hand = Hand { sequence: 0, timestamp: 0 };
        scene.run(1);
        for (kind, change, payload) in &packets {
            hand.sequence = hand.sequence.wrapping_add(if *change > 230 { 7 } else { 0 });
            hand.timestamp = hand.timestamp.wrapping_add(if *change > 240 { u32::from(*change) << 8 } else { 0 });
            match kind {
                0 => hand.push(&mut scene, call, 0, &[*change; 160]),
                1 => hand.push(&mut scene, call, 13, payload),
                2 => hand.push(&mut scene, call, 0, payload),
                _ => {}
            }
            hand.pass(&mut scene);
        }
        let stats = scene.control.stats(scene.id(call)).expect("it lives");
        let played = stats.received_samples + stats.concealed_samples + stats.silent_samples;
        prop_assert_eq!(played % 80, 0);
        prop_assert!(stats.comfort_samples <= stats.silent_samples);
        scene.stop();
    }
}
