//! A leg whose party is a program: what it writes is heard, what is said to it is read, in a bridge and in a room.

use graph_tests::{Network, Phone, Scene};
use media_core::graph::NodeEventKind;
use media_core::session::{ExternalPort, ExternalSpec};
use media_core::{
    CodecSpec, Decibels, EventKind, Millis, PayloadType, Reject, RoomSpec, SampleRate, SessionId, SessionSpec,
    SessionUpdate, TapPoint, TapReader,
};

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

const RATE: SampleRate = SampleRate::HZ_16000;

fn wide() -> CodecSpec {
    CodecSpec::l16(RATE, PayloadType::new(96).expect("below 128"))
}

fn program(scene: &mut Scene, spec: ExternalSpec) -> (SessionId, ExternalPort) {
    let created = scene.control.create(SessionSpec::external(RATE, spec)).expect("there is room");
    (created.id, created.external.expect("it is a program's"))
}

fn kinds(scene: &Scene, id: SessionId) -> Vec<(u64, NodeEventKind)> {
    let kind = |event: &media_core::Event| match event.kind {
        EventKind::Node { kind, .. } => Some((event.tick.0, kind)),
        _ => None,
    };
    scene.events_of(id).filter_map(kind).collect()
}

/// A sawtooth that never repeats within the test, so that every sample names its place.
fn ramp(from: usize, count: usize) -> Vec<f32> {
    (from..from + count).map(|n| 0.25 + (n % 16_384) as f32 / 65_536.0).collect()
}

#[test]
fn what_a_program_writes_is_heard_to_the_sample_and_its_marks_are_told_when_played() {
    let mut scene = Scene::plain();
    let (id, mut port) = program(&mut scene, ExternalSpec::new());
    let call = scene.call(SessionSpec::new(wide()), Some(Phone::new(wide(), 20, 1, Network::clean())));
    let _bridged = scene.control.bridge(id, scene.id(call)).expect("both are free");
    let mut heard = scene.control.tap(scene.id(call), TapPoint::Sent, Millis(5_000)).expect("it lives").1;
    assert_eq!(port.writer.write(&ramp(0, 1_000)), 1_000);
    assert!(port.writer.mark(7));
    assert_eq!(port.writer.write(&ramp(1_000, 600)), 600);
    assert!(port.writer.mark(8));
    scene.run(40);
    let mut samples: Vec<f32> = Vec::new();
    while let Some(frame) = heard.read() {
        samples.extend(frame.samples());
    }
    let start = samples.iter().position(|sample| *sample > 0.2).expect("it was heard");
    let said: Vec<f32> = samples[start..].iter().copied().filter(|sample| *sample != 0.0).collect();
    assert_eq!(&said[..1_600], &ramp(0, 1_600)[..], "every sample, in order");
    let told = kinds(&scene, id);
    let marks: Vec<_> = told
        .iter()
        .filter_map(|(tick, kind)| if let NodeEventKind::Mark { id } = kind { Some((*tick, *id)) } else { None })
        .collect();
    assert_eq!(marks.iter().map(|mark| mark.1).collect::<Vec<_>>(), [7, 8]);
    // 1 000 samples end in the seventh tick, 1 600 with the tenth, so that the eleventh can tell.
    let first = told.iter().map(|event| event.0).min().expect("something was told");
    assert_eq!(marks[1].0 - first, 4, "{told:?}");
    assert_eq!(told.iter().filter(|(_, kind)| *kind == NodeEventKind::Starved).count(), 1, "{told:?}");
    scene.stop();
}

#[test]
fn what_is_said_to_a_program_is_read_tick_by_tick() {
    let mut scene = Scene::plain();
    let (id, mut port) = program(&mut scene, ExternalSpec::new());
    let call = scene.call(SessionSpec::new(wide()), Some(Phone::new(wide(), 20, 1, Network::clean())));
    let mut said = scene.control.tap(scene.id(call), TapPoint::Received, Millis(5_000)).expect("it lives").1;
    let _bridged = scene.control.bridge(id, scene.id(call)).expect("both are free");
    scene.run(3);
    while said.read().is_some() {}
    while port.reader.read().is_some() {}
    scene.run(90);
    for _ in 0..90 {
        let (said, heard) = (said.read().expect("a frame each tick"), port.reader.read().expect("a frame each tick"));
        assert_eq!((said.tick, said.samples()), (heard.tick, heard.samples()));
    }
    scene.run(150);
    let lost = scene.control.stats(id).expect("it lives").tap_overrun;
    assert!((42..=50).contains(&lost), "a second is kept: {lost}");
    scene.stop();
}

#[test]
fn who_speaks_stops_the_program_within_a_tick() {
    let mut scene = Scene::plain();
    let (id, mut port) = program(&mut scene, ExternalSpec::new().barge_in(Decibels(-40.0)));
    let call = scene.call(SessionSpec::new(wide()), Some(Phone::new(wide(), 20, 3, Network::clean())));
    let _bridged = scene.control.bridge(id, scene.id(call)).expect("both are free");
    scene.calls[call].phone.as_mut().expect("it has one").hush(true);
    let mut said = scene.control.tap(scene.id(call), TapPoint::Received, Millis(5_000)).expect("it lives").1;
    let mut heard = scene.control.tap(scene.id(call), TapPoint::Sent, Millis(5_000)).expect("it lives").1;
    assert_eq!(port.writer.write(&ramp(0, 32_000)), 32_000);
    scene.run(50);
    scene.calls[call].phone.as_mut().expect("it has one").hush(false);
    scene.run(100);
    let told = kinds(&scene, id);
    let barged = told.iter().find(|(_, kind)| *kind == NodeEventKind::BargeIn).expect("he spoke").0;
    let loud = |frame: &media_core::graph::nodes::TapFrame| frame.samples().iter().map(|s| s * s).sum::<f32>() > 0.016;
    let spoke = std::iter::from_fn(|| said.read()).find(loud).expect("he spoke").tick.0;
    let last = std::iter::from_fn(|| heard.read()).filter(|f| f.samples().iter().any(|s| s.abs() > 0.01)).last();
    assert_eq!(barged, spoke + 1);
    assert_eq!(last.expect("it was heard").tick.0, barged, "it fades out in that tick");
    assert!(scene.control.stats(id).expect("it lives").skipped_samples > 20_000);
    scene.stop();
}

#[test]
fn what_waits_is_bounded_and_flushed() {
    let mut scene = Scene::plain();
    let (id, mut port) = program(&mut scene, ExternalSpec::new().backlog(Millis(50), Millis(100)));
    scene.run(2);
    let taken = port.writer.write(&ramp(0, 160_000));
    assert!((1_600..8_000).contains(&taken), "{taken}");
    scene.run(1);
    let told = kinds(&scene, id);
    assert!(
        told.iter().any(|(_, kind)| matches!(kind, NodeEventKind::Backlog { dropped } if *dropped > 1_000)),
        "{told:?}"
    );
    let _flushed = scene.control.flush(id).expect("it is a program's");
    scene.run(1);
    let mark = port.writer.mark(1);
    scene.run(2);
    assert!(mark && kinds(&scene, id).iter().any(|(_, kind)| *kind == NodeEventKind::Mark { id: 1 }));
    let control = scene.control.clone();
    let other = scene.call(SessionSpec::new(wide()), None);
    assert!(matches!(control.flush(scene.id(other)), Err(Reject::NotExternal(_))));
    assert!(matches!(control.update(id, SessionUpdate::new()), Err(Reject::External(_))));
    assert!(control.create(SessionSpec::external(RATE, ExternalSpec::new().backlog(Millis(2), Millis(1)))).is_err());
    let _gone = control.destroy(id).expect("it lives");
    scene.run(3);
    scene.stop();
    assert!(port.writer.is_closed() && port.reader.is_finished() || port.reader.read().is_some());
}

#[test]
fn a_program_sits_in_a_room() {
    let mut scene = Scene::of(2, 8);
    let (room, _) = scene.control.create_room(RoomSpec::new()).expect("there is room");
    let (id, mut port) = program(&mut scene, ExternalSpec::new());
    let (other, mut ear) = program(&mut scene, ExternalSpec::new());
    for id in [id, other] {
        let _joined = scene.control.join(id, room, Decibels(0.0)).expect("it is free");
    }
    scene.run(5);
    while ear.reader.read().is_some() {}
    assert_eq!(port.writer.write(&ramp(0, 1_600)), 1_600);
    scene.run(20);
    let heard: Vec<f32> = std::iter::from_fn(|| ear.reader.read()).flat_map(|frame| frame.samples().to_vec()).collect();
    let heard: Vec<f32> = heard.into_iter().filter(|sample| *sample != 0.0).collect();
    assert_eq!(heard, ramp(0, 1_600));
    assert!(std::iter::from_fn(|| port.reader.read()).all(|frame| frame.samples().iter().all(|s| *s == 0.0)));
    scene.stop();
}

/// A program whose audio reaches a leg, with taps on what was played of it and on what that leg is sent.
fn bridged(spec: ExternalSpec) -> (Scene, SessionId, ExternalPort, [TapReader; 2]) {
    let mut scene = Scene::plain();
    let (id, port) = program(&mut scene, spec);
    let call = scene.call(SessionSpec::new(wide()), None);
    let _bridged = scene.control.bridge(id, scene.id(call)).expect("both are free");
    scene.run(2);
    let tap = |id, point| scene.control.tap(id, point, Millis(60_000)).expect("it lives").1;
    let taps = [tap(id, TapPoint::Received), tap(scene.id(call), TapPoint::Sent)];
    scene.run(5);
    (scene, id, port, taps)
}

fn audio(reader: &mut TapReader) -> Vec<f32> {
    std::iter::from_fn(|| reader.read()).flat_map(|frame| frame.samples().to_vec()).collect()
}

#[test]
fn bursts_of_any_size_are_played_without_a_seam() {
    let (mut scene, id, mut port, mut taps) = bridged(ExternalSpec::new());
    taps.iter_mut().for_each(|tap| _ = audio(tap));
    // As services send it: a sentence at once, then crumbs, then nothing for longer than what was sent lasts.
    let (mut written, mut sizes) = (0, [96_320, 7, 33, 480, 1_601, 12_000, 1, 319].iter().cycle());
    for turn in 0..40 {
        let size = sizes.next().expect("it goes on");
        assert_eq!(port.writer.write(&ramp(written, *size)), *size);
        written += size;
        scene.run(if turn % 8 == 7 { 700 } else { 2 });
    }
    assert!(port.writer.end());
    scene.run(10);
    let heard: Vec<f32> = audio(&mut taps[1]).into_iter().filter(|sample| *sample != 0.0).collect();
    assert_eq!(heard.len(), written);
    assert!(heard == ramp(0, written), "every sample, in order");
    assert_eq!(scene.control.stats(id).expect("it lives").skipped_samples, 0);
    scene.stop();
}

#[test]
fn a_backlog_of_speech_is_drained_by_its_pauses_and_never_becomes_latency() {
    let spec = ExternalSpec::new().backlog(Millis(200), Millis(30_000));
    let (mut scene, id, mut port, mut taps) = bridged(spec);
    taps.iter_mut().for_each(|tap| _ = audio(tap));
    // The connection was away: 10 s come at once, words of 400 ms with pauses of 600.
    let tone = |n: usize| (n as f32 * 0.1).sin() * 0.3;
    let speech: Vec<f32> = (0..160_000).map(|n| if n % 16_000 < 6_400 { tone(n % 16_000) } else { 0.0 }).collect();
    assert_eq!(port.writer.write(&speech), speech.len());
    assert!(port.writer.mark(1));
    let sent = scene.next_tick();
    scene.run(1_200);
    let told = kinds(&scene, id);
    let played = told.iter().find(|(_, kind)| *kind == NodeEventKind::Mark { id: 1 }).expect("it was played").0;
    // Ten words take 4 s; of the pauses only the last 200 ms are left.
    assert!((400..=430).contains(&(played - sent)), "{}", played - sent);
    assert!(!told.iter().any(|(_, kind)| matches!(kind, NodeEventKind::Backlog { .. })), "no word is lost");
    let heard = audio(&mut taps[1]);
    let words = heard.iter().filter(|sample| **sample != 0.0).count();
    assert!(words.abs_diff(10 * 6_400) < 800, "{words}");
    scene.stop();
}

#[test]
fn audio_beyond_the_maximum_is_left_out_without_a_click() {
    let (mut scene, id, mut port, mut taps) = bridged(ExternalSpec::new().backlog(Millis(50), Millis(100)));
    let tone = |n: usize| (n as f32 * 0.05).sin() * 0.5;
    let mut written = 0;
    for _ in 0..50 {
        written += port.writer.write(&(written..written + 3_000).map(tone).collect::<Vec<_>>());
        scene.run(6);
    }
    let told = kinds(&scene, id);
    assert!(told.iter().filter(|(_, kind)| matches!(kind, NodeEventKind::Backlog { .. })).count() > 10);
    let heard = audio(&mut taps[1]);
    let start = heard.iter().position(|sample| sample.abs() > 0.1).expect("it was heard");
    let end = heard.iter().rposition(|sample| *sample != 0.0).expect("it was heard");
    let steps = heard[start..end - 200].windows(2).map(|pair| (pair[0] - pair[1]).abs());
    let largest = steps.fold(0.0, f32::max);
    // The tone's own steps are 0.025.
    assert!(largest < 0.05, "{largest}");
    scene.stop();
}

#[test]
fn what_was_played_is_tapped_to_the_sample_without_what_was_heard() {
    let (mut scene, id, mut port, mut taps) = bridged(ExternalSpec::new().backlog(Millis(500), Millis(1_000)));
    taps.iter_mut().for_each(|tap| _ = audio(tap));
    let speech: Vec<f32> =
        ramp(0, 40_000).iter().enumerate().map(|(n, s)| if n / 4_000 % 2 == 0 { *s } else { 0.0 }).collect();
    let mut written = 0;
    scene.script(300, |scene, tick| {
        written += port.writer.write(&speech[written..speech.len().min(written + 700)]);
        if tick % 60 == 0 {
            let _flushed = scene.control.flush(id).expect("it is a program's");
        }
    });
    let [played, sent] = taps.each_mut().map(audio);
    assert_eq!(played.len(), 300 * 160);
    assert!(played == sent && played.iter().any(|sample| *sample != 0.0));
    // A flush leaves no length behind: what is written next is heard in the next tick.
    let _flushed = scene.control.flush(id).expect("it is a program's");
    scene.run(2);
    taps.iter_mut().for_each(|tap| _ = audio(tap));
    assert_eq!(port.writer.write(&ramp(0, 160)), 160);
    scene.run(1);
    assert_eq!(audio(&mut taps[0]), ramp(0, 160));
    scene.stop();
}

#[test]
fn what_is_no_number_is_silence_and_what_is_too_loud_is_clipped() {
    let (mut scene, _, mut port, mut taps) = bridged(ExternalSpec::new());
    taps.iter_mut().for_each(|tap| _ = audio(tap));
    let bad = [f32::NAN, f32::INFINITY, 7.0, -7.0, 0.5].repeat(320);
    assert_eq!(port.writer.write(&bad), 1_600);
    scene.run(10);
    assert_eq!(audio(&mut taps[0]), [0.0, 0.0, 1.0, -1.0, 0.5].repeat(320));
    scene.stop();
}
