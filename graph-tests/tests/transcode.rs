//! Which conversion a bridge takes, and that the short ones are exact.

use assert_no_alloc::AllocDisabler;
use graph_tests::{Network, Phone, Scene, Talker};
use media_core::codec::audio::g711::{transcode_a_to_u, transcode_u_to_a};
use media_core::{
    CodecSpec, Conversion, Decibels, Direction, EventKind, Micros, Millis, PayloadType, SampleRate, SessionId,
    SessionSpec,
};

#[global_allocator]
static GUARD: AllocDisabler = AllocDisabler;

fn wide() -> CodecSpec {
    CodecSpec::l16(SampleRate::HZ_16000, PayloadType::new(97).expect("below 128"))
}

fn bridged(scene: &Scene, session: SessionId) -> (bool, Conversion) {
    let told = scene.events_of(session).filter_map(|event| match event.kind {
        EventKind::Bridged { relay, conversion, .. } => Some((relay, conversion)),
        _ => None,
    });
    told.last().expect("it was bridged")
}

#[test]
fn the_shortest_conversion_is_told_and_described() {
    let narrow = SampleRate::HZ_8000;
    for (a, b, ptime, want) in [
        (CodecSpec::pcmu(), CodecSpec::pcmu(), 20, Conversion::Relay),
        (CodecSpec::pcmu(), CodecSpec::pcma(), 20, Conversion::Table),
        (CodecSpec::pcmu(), CodecSpec::pcma(), 30, Conversion::Transcode { rate: narrow }),
        (wide(), CodecSpec::pcma(), 20, Conversion::Resample { from: SampleRate::HZ_16000, to: narrow }),
    ] {
        let mut scene = Scene::plain();
        scene.call(SessionSpec::new(a), None);
        scene.call(SessionSpec::new(b).ptime(Millis(ptime)), None);
        scene.control.bridge(scene.id(0), scene.id(1)).expect("both are free").detach();
        scene.run(3);
        assert_eq!(bridged(&scene, scene.id(1)), (want == Conversion::Relay, want));
        let text = scene.control.describe(scene.id(1)).expect("it lives");
        assert!(text.contains(&format!("hears {}: {want}", scene.id(0))), "{text}");
        scene.stop();
    }
}

#[test]
fn by_table_every_byte_is_the_one_that_decoding_and_encoding_gives() {
    for (from, to) in [(CodecSpec::pcmu(), CodecSpec::pcma()), (CodecSpec::pcma(), CodecSpec::pcmu())] {
        let mut codes: Vec<u8> = (0..=255).collect();
        let (mut audio, mut direct) = ([0.0; 256], [0; 256]);
        from.decoder().decode(&codes, &mut audio).expect("256 codes");
        to.encoder().encode(&audio, &mut direct).expect("room for 256 codes");
        let table = from.table_to(&to).expect("both are G.711");
        codes.iter_mut().for_each(|code| *code = table[usize::from(*code)]);
        assert_eq!(codes, direct);
        assert!(to.table_to(&to).is_none() && from.table_to(&wide()).is_none());
    }
}

#[test]
fn packets_that_pass_by_table_are_those_received_code_by_code() {
    let mut scene = Scene::plain();
    let speaks = |codec, seed| Some(Phone::new(codec, 20, seed, Network::clean()));
    scene.call(SessionSpec::new(CodecSpec::pcmu()), speaks(CodecSpec::pcmu(), 3));
    scene.call(SessionSpec::new(CodecSpec::pcma()), speaks(CodecSpec::pcma(), 4));
    scene.control.bridge(scene.id(0), scene.id(1)).expect("both are free").detach();
    scene.run(400);
    let stats = [0, 1].map(|n| scene.control.stats(scene.id(n)).expect("it lives"));
    assert!(stats.iter().all(|s| s.relayed > 180 && s.lost == 0 && s.received > 180), "{stats:?}");
    let (calls, ..) = scene.stop();
    type Transcode = fn(&[u8], &mut [u8]);
    for (from, to, transcode) in [(0, 1, transcode_u_to_a as Transcode), (1, 0, transcode_a_to_u)] {
        let codec = [CodecSpec::pcmu(), CodecSpec::pcma()];
        let spoken = calls[from].phone.as_ref().expect("it has one").spoken();
        let mut coded = vec![0; spoken.len()];
        codec[from].encoder().encode(spoken, &mut coded).expect("room for it");
        let mut want = vec![0; coded.len()];
        transcode(&coded, &mut want);
        let sent: Vec<u8> = calls[to].sent.iter().flat_map(|p| p.rtp().payload.to_vec()).collect();
        let passed = sent.len() - sent.len() % 160;
        assert!(passed > 160 * 180);
        assert!(want.windows(passed).step_by(160).any(|heard| heard == &sent[..passed]));
        graph_tests::check_stream(&codec[to], &calls[to].sent).expect("one stream");
    }
}

#[test]
fn a_table_gives_way_to_audio_when_audio_is_needed_and_comes_back() {
    let mut scene = Scene::plain();
    scene.call(SessionSpec::new(CodecSpec::pcmu()), Some(Phone::new(CodecSpec::pcmu(), 20, 3, Network::clean())));
    scene.call(SessionSpec::new(CodecSpec::pcma()), None);
    let (a, b) = (scene.id(0), scene.id(1));
    scene.control.bridge(a, b).expect("both are free").detach();
    let mut relayed = Vec::new();
    scene.script(400, |scene, tick| {
        let control = scene.control.clone();
        match tick {
            100 => control.gain(a, Direction::Inbound, Decibels(-6.0), Millis(0)).expect("it lives").detach(),
            200 => control.gain(a, Direction::Inbound, Decibels(0.0), Millis(0)).expect("it lives").detach(),
            _ => {}
        }
        relayed.push(control.stats(b).expect("it lives").relayed);
    });
    assert!(relayed[100] > 40 && relayed[120] == relayed[200] && relayed[399] > relayed[210] + 80, "{relayed:?}");
    let (calls, ..) = scene.stop();
    graph_tests::check_stream(&CodecSpec::pcma(), &calls[1].sent).expect("one stream");
}

#[test]
fn a_party_with_other_packet_times_than_agreed_is_not_relayed() {
    for (says, agreed) in [(30, 20), (10, 20), (60, 10)] {
        let mut scene = Scene::plain();
        let ptime = Millis(agreed);
        scene.call(SessionSpec::new(CodecSpec::pcmu()).ptime(ptime), None);
        scene.call(SessionSpec::new(CodecSpec::pcmu()).ptime(ptime), None);
        scene.control.bridge(scene.id(0), scene.id(1)).expect("both are free").detach();
        let mut talker = Talker::new(CodecSpec::pcmu(), says, 400.0);
        scene.script(300, |scene, tick| {
            if let Some(datagram) = talker.packet(tick) {
                scene.calls[0].ingress.push(&datagram, Micros(tick * 10_000)).expect("there is room");
            }
        });
        let changed = |kind: &EventKind| matches!(kind, EventKind::CodecChanged { ptime, .. } if ptime.0 == says);
        assert_eq!(scene.events_of(scene.id(0)).filter(|e| changed(&e.kind)).count(), 1, "{says} {agreed}");
        let (calls, ..) = scene.stop();
        let late: Vec<_> = calls[1].sent.iter().filter(|p| p.tick > 100).cloned().collect();
        graph_tests::check_cadence(&CodecSpec::pcmu(), u64::from(agreed / 10), &late).expect("as agreed");
        graph_tests::check_stream(&CodecSpec::pcmu(), &calls[1].sent).expect("one stream");
    }
}
