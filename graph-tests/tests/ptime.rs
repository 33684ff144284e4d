//! Every packet time in with every packet time out: exact cadence, right timestamps, and all audio heard.

use graph_tests::{Network, Phone, Scene, audio, check_cadence, check_stream, correlation};
use media_core::graph::NodeEventKind;
use media_core::{CodecSpec, EventKind, JitterConfig, Millis, SessionSpec, Ssrc};

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

#[test]
fn every_packet_time_meets_every_other() {
    for heard in (10..=60).step_by(10) {
        for sent in (10..=60).step_by(10) {
            meet(CodecSpec::pcmu(), heard, CodecSpec::pcma(), sent);
            if heard != sent {
                meet(CodecSpec::pcmu(), heard, CodecSpec::pcmu(), sent);
            }
        }
    }
}

/// The phone of `a` speaks with packets of `heard` ms; `b` is sent packets of `sent` ms.
fn meet(a: CodecSpec, heard: u32, b: CodecSpec, sent: u32) {
    let mut scene = Scene::plain();
    let fixed = JitterConfig::fixed(Millis(80));
    let phone = Phone::new(a, heard, 11, Network::clean());
    scene.call(SessionSpec::new(a).ptime(Millis(heard)).jitter(fixed), Some(phone));
    // Equal times would pass by a table.
    scene.call(SessionSpec::new(b).ptime(Millis(sent)).jitter(fixed).relay(false), None);
    let _applied = scene.control.bridge(scene.id(0), scene.id(1)).expect("both are free");
    scene.run(300);
    let (calls, ..) = scene.stop();
    let (said, packets) = (calls[0].phone.as_ref().expect("it has one").spoken(), &calls[1].sent);
    let pair = format!("{heard} ms in, {sent} ms out");
    let ticks = u64::from(sent / 10);
    assert_eq!(packets.len() as u64, 300 / ticks, "{pair}");
    assert_eq!(packets[0].tick + 1, ticks, "{pair}");
    check_cadence(&b, ticks, packets).expect(&pair);
    check_stream(&b, packets).expect(&pair);
    assert!(packets.iter().skip(1).all(|p| !p.rtp().header.marker), "{pair}");
    // The whole of it in one piece, less than a quarter of a second later.
    let (likeness, delay) = correlation(said, &audio(&b, packets), 2_000);
    assert!(likeness > 0.995 && delay > 0, "{pair}: likeness {likeness:.4} at {delay} samples");
}

#[test]
fn a_sender_that_changes_its_ssrc_is_heard_on() {
    let codec = CodecSpec::pcmu();
    let mut scene = Scene::plain();
    let jitter = JitterConfig::fixed(Millis(60));
    scene.call(SessionSpec::new(codec).jitter(jitter), Some(Phone::new(codec, 20, 11, Network::clean())));
    scene.call(SessionSpec::new(codec).relay(false), None);
    let _applied = scene.control.bridge(scene.id(0), scene.id(1)).expect("both are free");
    scene.script(300, |scene, tick| {
        if tick == 150 {
            scene.calls[0].phone.as_mut().expect("it has one").switch_source(Ssrc(77));
        }
    });
    let switched = |kind: &EventKind| {
        matches!(kind, EventKind::Node { kind: NodeEventKind::SourceSwitched { ssrc: Ssrc(77) }, .. })
    };
    assert_eq!(scene.events_of(scene.id(0)).filter(|e| switched(&e.kind)).count(), 1);
    let (calls, ..) = scene.stop();
    let (said, packets) = (calls[0].phone.as_ref().expect("it has one").spoken(), &calls[1].sent);
    check_cadence(&codec, 2, packets).expect("cadence");
    check_stream(&codec, packets).expect("one stream");
    let heard = audio(&codec, packets);
    // Half a second on both sides, from 120 ms after the switch on: neither is missing, nor late by more than the first was.
    let before = correlation(&said[8_000..11_800], &heard[8_000..], 1_600);
    let after = correlation(&said[12_960..16_960], &heard[12_960..], 1_600);
    assert!(before.0 > 0.99 && after.0 > 0.99, "{before:?} {after:?}");
    assert!(after.1.abs_diff(before.1) <= 320, "{before:?} {after:?}");
}
