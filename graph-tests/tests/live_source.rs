//! A live source: what a program writes is played like any other source, by one player at a time.

use graph_tests::Scene;
use media_core::engine::PlayControl;
use media_core::graph::NodeEventKind;
use media_core::session::{BuildError, Cue, SourceError, SpecError};
use media_core::{
    CodecSpec, Decibels, EventKind, Millis, PayloadType, PcmWriter, Reject, SampleRate, SessionId, SessionSpec, Source,
    TapPoint, TapReader,
};

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

const RATE: SampleRate = SampleRate::HZ_16000;

fn ramp(from: usize, count: usize) -> Vec<f32> {
    (from..from + count).map(|n| 0.25 + (n % 16_384) as f32 / 65_536.0).collect()
}

fn scene(codec: CodecSpec) -> (Scene, SessionId, TapReader) {
    let mut scene = Scene::plain();
    let call = scene.call(SessionSpec::new(codec), None);
    let id = scene.id(call);
    let heard = scene.control.tap(id, TapPoint::Sent, Millis(20_000)).expect("it lives").1;
    scene.run(2);
    (scene, id, heard)
}

fn wide() -> CodecSpec {
    CodecSpec::l16(RATE, PayloadType::new(96).expect("below 128"))
}

fn live() -> (PcmWriter, Source) {
    Source::live(RATE, Millis(10_000), Millis(20_000))
}

fn audio(reader: &mut TapReader) -> Vec<f32> {
    std::iter::from_fn(|| reader.read()).flat_map(|frame| frame.samples().to_vec()).collect()
}

fn told(scene: &Scene, id: SessionId) -> Vec<NodeEventKind> {
    let kind = |event: &media_core::Event| match event.kind {
        EventKind::Node { kind, .. } => Some(kind),
        _ => None,
    };
    scene.events_of(id).filter_map(kind).collect()
}

#[test]
fn what_is_written_is_heard_to_the_sample_with_its_marks_and_its_end_is_told() {
    let (mut scene, id, mut heard) = scene(wide());
    let (mut writer, source) = live();
    // Written before it plays: nothing of it is lost.
    assert_eq!(writer.write(&ramp(0, 800)), 800);
    let (_, op) = scene.control.play(id, source).expect("it lives");
    scene.run(2);
    assert!(op.try_result().expect("it was answered").is_ok());
    assert_eq!(writer.write(&ramp(800, 2_350)), 2_350);
    assert!(writer.mark(4));
    scene.run(30);
    let heard: Vec<f32> = audio(&mut heard).into_iter().filter(|sample| *sample != 0.0).collect();
    // The edge is new: its first tick fades in.
    assert_eq!(&heard[160..], &ramp(160, 3_150 - 160)[..]);
    assert_eq!(told(&scene, id), [NodeEventKind::Mark { id: 4 }, NodeEventKind::Starved]);
    scene.stop();
}

#[test]
fn it_is_paused_turned_down_and_flushed() {
    let (mut scene, id, mut heard) = scene(wide());
    let (mut writer, source) = live();
    let (play, _) = scene.control.play_as(id, source, Cue::new().gain(Decibels(-20.0))).expect("it lives");
    assert_eq!(writer.write(&vec![0.5; 32_000]), 32_000);
    scene.run(20);
    assert!((audio(&mut heard).last().expect("it is heard") - 0.05).abs() < 1e-3);
    let _paused = scene.control.control_play(id, play, PlayControl::Pause).expect("it plays");
    scene.run(20);
    assert_eq!(*audio(&mut heard).last().expect("a tick each"), 0.0);
    let _resumed = scene.control.control_play(id, play, PlayControl::Resume).expect("it plays");
    scene.run(5);
    assert!(*audio(&mut heard).last().expect("it is heard") > 0.04);
    let _flushed = scene.control.control_play(id, play, PlayControl::Flush).expect("it plays");
    scene.run(3);
    assert_eq!(*audio(&mut heard).last().expect("a tick each"), 0.0);
    let stopped = vec![0.0; 160];
    let memory = Source::Pcm { samples: stopped.into(), rate: RATE, repeat: true };
    let (other, _) = scene.control.play(id, memory).expect("it lives");
    let refused = scene.control.control_play(id, other, PlayControl::Flush);
    assert!(matches!(refused, Err(Reject::NotExternal(_))));
    scene.stop();
}

#[test]
fn one_player_at_a_time_has_it_and_the_next_one_goes_on() {
    let (mut scene, id, mut heard) = scene(CodecSpec::pcmu());
    let (mut writer, source) = live();
    let (play, _) = scene.control.play(id, source.clone()).expect("it lives");
    let twice = scene.control.play(id, source.clone());
    assert!(matches!(twice, Err(Reject::Source(SourceError::Taken))));
    let twice = scene.control.create(SessionSpec::player(RATE, source.clone(), Cue::new()));
    assert!(matches!(twice, Err(Reject::Build(BuildError::Spec(SpecError::Taken)))));
    assert_eq!(writer.write(&vec![0.25; 16_000]), 16_000);
    scene.run(20);
    // Another rate than the writer's.
    assert!((audio(&mut heard).last().expect("it is heard") - 0.25).abs() < 1e-3);
    let _stopped = scene.control.stop_play(id, play).expect("it plays");
    scene.run(3);
    let (_, op) = scene.control.play(id, source.clone()).expect("it is free again");
    scene.run(20);
    assert!(op.try_result().expect("it was answered").is_ok());
    assert!((audio(&mut heard).last().expect("it is heard") - 0.25).abs() < 1e-3);
    let _gone = scene.control.destroy(id).expect("it lives");
    scene.run(3);
    assert!(!writer.is_closed(), "the source is still there to be played");
    drop(source);
    scene.stop();
    assert!(writer.is_closed());
}
