//! Playing: places, repeats, marks, gain, pause, seek and ducking, to a leg and into a room.

use graph_tests::Scene;
use media_core::engine::PlayControl;
use media_core::graph::NodeEventKind;
use media_core::graph::nodes::TapFrame;
use media_core::processing::dsp::ToneSpec;
use media_core::session::Cue;
use media_core::{
    CodecSpec, Decibels, EventKind, Millis, PayloadType, Reject, RoomSpec, SampleRate, SessionId, SessionSpec, Source,
    TapPoint, TapReader,
};

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

const RATE: SampleRate = SampleRate::HZ_16000;

fn wide() -> CodecSpec {
    CodecSpec::l16(RATE, PayloadType::new(96).expect("below 128"))
}

/// A second of audio in which every sample names its place.
fn second() -> Vec<f32> {
    (0..16_000).map(|n| 0.25 + n as f32 / 65_536.0).collect()
}

fn source() -> Source {
    Source::Pcm { samples: second().into(), rate: RATE, repeat: false }
}

fn scene() -> (Scene, SessionId, TapReader) {
    let mut scene = Scene::plain();
    let call = scene.call(SessionSpec::new(wide()), None);
    let id = scene.id(call);
    let heard = scene.control.tap(id, TapPoint::Sent, Millis(20_000)).expect("it lives").1;
    (scene, id, heard)
}

fn audio(reader: &mut TapReader) -> Vec<f32> {
    std::iter::from_fn(|| reader.read()).flat_map(|frame| frame.samples().to_vec()).collect()
}

/// Ticks and kinds of what nodes told.
fn told(scene: &Scene, id: SessionId) -> Vec<(u64, NodeEventKind)> {
    let kind = |event: &media_core::Event| match event.kind {
        EventKind::Node { kind, .. } => Some((event.tick.0, kind)),
        _ => None,
    };
    scene.events_of(id).filter_map(kind).collect()
}

#[test]
fn a_source_begins_repeats_and_tells_its_marks_at_their_ticks() {
    let (mut scene, id, mut heard) = scene();
    let cue = Cue::new().start(Millis(500)).times(2).mark(Millis(900)).mark(Millis(600));
    let (_, op) = scene.control.play_as(id, source(), cue).expect("it lives");
    scene.run(200);
    let start = op.try_result().expect("it was answered").expect("it was applied").tick.0;
    let played: Vec<f32> = audio(&mut heard).into_iter().skip_while(|sample| *sample == 0.0).collect();
    // The edge is new, so its first tick fades in.
    assert_eq!(&played[160..8_000], &second()[8_160..]);
    assert_eq!(&played[8_000..24_000], &second()[..]);
    let (marks, done): (Vec<_>, Vec<_>) =
        told(&scene, id).into_iter().partition(|e| matches!(e.1, NodeEventKind::Mark { .. }));
    let at = |ms: u64| start + ms / 10 - 1;
    let expected = [(100, 0), (400, 1), (500 + 600, 0), (500 + 900, 1)];
    assert_eq!(marks, expected.map(|(ms, id)| (at(ms), NodeEventKind::Mark { id })));
    assert_eq!(done, [(at(1_500), NodeEventKind::PlayDone { samples: 16_000 })]);
    scene.stop();
}

#[test]
fn a_pause_keeps_the_place_and_a_seek_changes_it() {
    let (mut scene, id, mut heard) = scene();
    let (play, _) = scene.control.play(id, source()).expect("it lives");
    scene.run(20);
    let _paused = scene.control.control_play(id, play, PlayControl::Pause).expect("it plays");
    scene.run(30);
    let before = audio(&mut heard);
    let last = before.iter().rposition(|sample| *sample != 0.0).expect("it was heard");
    assert!(before[last + 1..].len() > 160 * 25, "silence while it rests");
    let _resumed = scene.control.control_play(id, play, PlayControl::Resume).expect("it plays");
    scene.run(10);
    let after: Vec<f32> = audio(&mut heard).into_iter().skip_while(|sample| *sample == 0.0).collect();
    let place = (after[400] - 0.25) * 65_536.0;
    assert!((3_300.0..3_800.0).contains(&place), "{place}");
    let steps = [PlayControl::Seek(Millis(900)), PlayControl::Gain(Decibels(-20.0), Millis(0))];
    for step in steps {
        let _changed = scene.control.control_play(id, play, step).expect("it plays");
    }
    scene.run(20);
    let end: Vec<f32> = audio(&mut heard).into_iter().take_while(|sample| *sample != 0.0).collect();
    let (last, expected) = (*end.last().expect("it was heard"), second()[15_999] * 0.1);
    assert!((last - expected).abs() < 1e-5, "{last} {expected}");
    assert_eq!(told(&scene, id).len(), 1, "done once");
    let _again = scene.control.control_play(id, play, PlayControl::Seek(Millis(0))).expect("it is still there");
    scene.run(110);
    assert_eq!(told(&scene, id).len(), 2, "and again");
    let nan = PlayControl::Gain(Decibels(f32::NAN), Millis(0));
    assert!(matches!(scene.control.control_play(id, play, nan), Err(Reject::Gain(_))));
    let _stopped = scene.control.stop_play(id, play).expect("it is still there");
    assert!(matches!(scene.control.control_play(id, play, PlayControl::Pause), Err(Reject::NoSuchHandle(_))));
    scene.stop();
}

#[test]
fn what_plays_ducks_what_is_heard_otherwise() {
    let (mut scene, id, mut heard) = scene();
    let flat = Source::Pcm { samples: vec![0.5; 1_600].into(), rate: RATE, repeat: true };
    let music = scene.control.create(SessionSpec::player(RATE, flat, Cue::new())).expect("there is room");
    let _bridged = scene.control.bridge(id, music.id).expect("both are free");
    scene.run(20);
    let quiet = Source::Pcm { samples: vec![0.001; 16_000].into(), rate: RATE, repeat: false };
    let _playing = scene.control.play_as(id, quiet, Cue::new().duck(Decibels(20.0))).expect("it lives");
    scene.run(200);
    let frames: Vec<TapFrame> = std::iter::from_fn(|| heard.read()).collect();
    let level = |tick: usize| frames[tick].samples()[80];
    assert_eq!(level(15), 0.5);
    assert!((level(100) - 0.051).abs() < 1e-4, "{}", level(100));
    assert_eq!(level(190), 0.5);
    let jumps = frames.iter().skip(10).flat_map(|f| f.samples().to_vec()).collect::<Vec<_>>();
    let largest = jumps.windows(2).map(|pair| (pair[0] - pair[1]).abs()).fold(0.0, f32::max);
    assert!(largest < 0.002, "{largest}");
    scene.stop();
}

#[test]
fn a_player_plays_into_a_room_and_is_controlled_there() {
    let (mut scene, id, mut heard) = scene();
    let (room, _) = scene.control.create_room(RoomSpec::new()).expect("there is room");
    let created =
        scene.control.create(SessionSpec::player(RATE, source(), Cue::new().times(0))).expect("there is room");
    let play = created.play.expect("it plays");
    for member in [id, created.id] {
        let _joined = scene.control.join(member, room, Decibels(0.0)).expect("it is free");
    }
    scene.run(10);
    let said: Vec<f32> = audio(&mut heard).into_iter().skip_while(|sample| *sample == 0.0).collect();
    assert!(said.len() > 1_000 && said[500..1_000].windows(2).all(|pair| pair[1] > pair[0]), "it is heard in order");
    let _paused = scene.control.control_play(created.id, play, PlayControl::Pause).expect("it plays");
    scene.run(10);
    let rest = audio(&mut heard);
    assert!(rest[800..].iter().all(|sample| *sample == 0.0));
    assert!(matches!(scene.control.stop_play(created.id, play), Err(Reject::Reserved(_))));
    scene.stop();
}

#[test]
fn call_progress_tones_keep_the_cadence_of_their_country() {
    for (tone, on, off) in [
        (ToneSpec::RINGBACK_EUROPE, 100, 400),
        (ToneSpec::BUSY_EUROPE, 50, 50),
        (ToneSpec::CONGESTION_EUROPE, 25, 25),
        (ToneSpec::RINGBACK_NORTH_AMERICA, 200, 400),
        (ToneSpec::CONGESTION_NORTH_AMERICA, 25, 25),
        (ToneSpec::RINGBACK_UK, 40, 20),
        (ToneSpec::BUSY_UK, 38, 37),
    ] {
        let (mut scene, id, mut heard) = scene();
        let _played = scene.control.play(id, Source::Tone(tone)).expect("it lives");
        scene.run(700);
        let loud: Vec<bool> = std::iter::from_fn(|| heard.read())
            .map(|frame: TapFrame| frame.samples().iter().any(|sample| sample.abs() > 0.01))
            .skip_while(|loud| !loud)
            .collect();
        let first = loud.iter().position(|loud| !loud).expect("it pauses");
        let pause = loud[first..].iter().position(|loud| *loud).expect("it goes on");
        assert!(first.abs_diff(on) <= 1 && pause.abs_diff(off) <= 1, "{first} {pause}, expected {on} {off}");
        scene.stop();
    }
}
