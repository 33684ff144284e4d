//! Recordings: every track has every tick, whatever happens to packets, calls and the disk.

use std::path::PathBuf;

use graph_tests::{Network, Phone, Scene};
use media_core::session::record::{
    Layout, RecordError, RecordSpec, Recorded, Recorder, Recording, RecordingEvent, Sidecar,
};
use media_core::{CodecSpec, Millis, PayloadType, SampleRate, SessionSpec, SessionUpdate, TapPoint};

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

fn wide() -> CodecSpec {
    CodecSpec::l16(SampleRate::HZ_16000, PayloadType::new(96).expect("below 128"))
}

fn file(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("media-core-record-{}-{name}.wav", std::process::id()))
}

/// A call of two legs at two rates over bad networks.
fn call() -> Scene {
    let mut scene = Scene::of(2, 8);
    for (n, codec) in [CodecSpec::pcmu(), wide()].into_iter().enumerate() {
        let phone = Phone::new(codec, 20, 50 + n as u64, Network::bad(n as u64));
        scene.call(SessionSpec::new(codec).relay(false), Some(phone));
    }
    let _bridged = scene.control.bridge(scene.id(0), scene.id(1)).expect("both are free");
    scene.run(5);
    scene
}

fn recorder(scene: &Scene, name: &str, spec: RecordSpec, ring: u32) -> Recorder {
    let tap = |(name, call): (&str, usize)| {
        let tap = scene.control.tap(scene.id(call), TapPoint::Received, Millis(ring)).expect("it lives");
        (name.to_owned(), tap.1)
    };
    let taps = [("alice", 0), ("bob", 1)].map(tap).into_iter().collect();
    Recorder::create(file(name), spec, taps).expect("the folder is writable")
}

fn read(recorded: &Recorded) -> (Vec<Vec<i16>>, Sidecar) {
    let mut wav = hound::WavReader::open(&recorded.path).expect("it is complete");
    let channels = usize::from(wav.spec().channels);
    let all: Vec<i16> = wav.samples().map(|sample| sample.expect("it is complete")).collect();
    let side = std::fs::read(&recorded.sidecar).expect("it is there");
    let side: Sidecar = serde_json::from_slice(&side).expect("it is JSON");
    let split = (0..channels).map(|channel| all.iter().skip(channel).step_by(channels).copied().collect()).collect();
    for path in [&recorded.path, &recorded.sidecar] {
        std::fs::remove_file(path).expect("it was just written");
    }
    (split, side)
}

/// The runs of every track fill it to the last sample.
fn balances(side: &Sidecar) {
    for track in &side.tracks {
        let mut next = 0;
        for run in &track.runs {
            assert_eq!(run.start, next, "{track:?}");
            next += run.samples;
        }
        assert_eq!(next, side.samples, "{}", track.name);
    }
}

#[test]
fn tracks_are_equal_to_the_sample_over_loss_hold_update_and_the_end_of_a_leg() {
    let mut scene = call();
    let spec = RecordSpec::new().layout(Layout::Tracks).rate(SampleRate::HZ_16000);
    let mut recorder = recorder(&scene, "tracks", spec, 1_000);
    let mut plain = scene.control.tap(scene.id(1), TapPoint::Received, Millis(60_000)).expect("it lives").1;
    scene.script(1_000, |scene, tick| match tick {
        200 => _ = scene.control.hold(scene.id(0), None).expect("it lives").try_result(),
        300 => _ = scene.control.resume(scene.id(0)).expect("it is held").try_result(),
        400 => {
            let update = SessionUpdate::new().ptime(Millis(40));
            _ = scene.control.update(scene.id(0), update).expect("it lives").try_result();
        }
        800 => _ = scene.control.destroy(scene.id(0)).expect("it lives").try_result(),
        _ if tick % 37 == 0 => recorder.pump().expect("the disk is there"),
        _ => {}
    });
    let recorded = recorder.finish().expect("the disk is there");
    assert_eq!((recorded.samples % 160, recorded.gap_samples), (0, 0));
    let (tracks, side) = read(&recorded);
    balances(&side);
    assert_eq!(tracks.len(), 2);
    assert!(tracks.iter().all(|track| track.len() as u64 == recorded.samples));
    assert!(recorded.samples >= 160 * 990);
    let first = side.first_tick;
    let mut compared = 0;
    // Not the first ones: while the second tap is put in, what both hear passes a fade from itself to itself.
    for frame in std::iter::from_fn(|| plain.read()).filter(|frame| frame.tick.0 > first + 10) {
        let at = (frame.tick.0 - first) as usize * 160;
        let direct: Vec<i16> = frame.samples().iter().map(|s| (s * 32_768.0).round() as i16).collect();
        if let Some(recorded) = tracks[1].get(at..at + 160) {
            assert_eq!(recorded, direct, "{}", frame.tick);
            compared += 1;
        }
    }
    assert!(compared > 970, "{compared}");
    let origins = |track: usize| side.tracks[track].runs.iter().map(|run| run.origin.as_str()).collect::<Vec<_>>();
    assert!(origins(0).contains(&"concealed") && origins(0).last() == Some(&"absent"), "{:?}", origins(0));
    scene.stop();
}

#[test]
fn a_stalled_disk_leaves_a_gap_of_known_extent_and_nothing_else() {
    let mut scene = call();
    let mut recorder = recorder(&scene, "stall", RecordSpec::new().layout(Layout::Stereo), 2_000);
    scene.run(100);
    recorder.pump().expect("the disk is there");
    // 10 s without a look at the taps, whose rings hold 2.
    scene.run(1_000);
    for _ in 0..10 {
        recorder.pump().expect("the disk is there");
        scene.run(10);
    }
    let recorded = recorder.finish().expect("the disk is there");
    let (_, side) = read(&recorded);
    balances(&side);
    for track in &side.tracks {
        assert_eq!(track.gaps.len(), 1, "{track:?}");
        assert_eq!(track.gaps[0].samples, 160 * 800, "{track:?}");
    }
    assert_eq!(side.samples / 160, 1_199 + 1 - (side.first_tick - 5));
    scene.stop();
}

#[test]
fn a_pause_leaves_time_out_and_a_mask_leaves_silence() {
    let mut scene = call();
    let mut recorder = recorder(&scene, "mask", RecordSpec::new(), 1_000);
    let step = |scene: &mut Scene, recorder: &mut Recorder| {
        scene.run(50);
        recorder.pump().expect("the disk is there");
    };
    step(&mut scene, &mut recorder);
    recorder.mask();
    step(&mut scene, &mut recorder);
    recorder.pause();
    step(&mut scene, &mut recorder);
    recorder.resume();
    step(&mut scene, &mut recorder);
    let (tracks, side) = read(&recorder.finish().expect("the disk is there"));
    balances(&side);
    let [mask, pause] = [side.masked[0], side.paused[0]];
    assert_eq!((mask.samples, pause.samples), (8_000, 8_000));
    let silent = |from: u64, to: u64| tracks[0][from as usize..to as usize].iter().all(|sample| *sample == 0);
    assert!(silent(mask.start, mask.start + mask.samples) && !silent(0, mask.start));
    assert_eq!(pause.start, mask.start + mask.samples);
    assert!(!silent(pause.start, side.samples));
    scene.stop();
}

#[test]
fn a_recording_on_its_thread_ends_with_its_calls() {
    let mut scene = call();
    let recording = Recording::start(recorder(&scene, "thread", RecordSpec::new(), 10_000)).expect("a thread");
    scene.run(200);
    for call in 0..2 {
        let _gone = scene.control.destroy(scene.id(call)).expect("it lives");
    }
    scene.run(5);
    scene.stop();
    let Some(RecordingEvent::Stopped(recorded)) = recording.stop() else { panic!("it ends well") };
    assert!(recorded.samples >= 160 * 195, "{recorded:?}");
    balances(&read(&recorded).1);
}

#[test]
fn what_cannot_be_recorded_is_told() {
    let scene = call();
    assert!(matches!(Recorder::create(file("none"), RecordSpec::new(), Vec::new()), Err(RecordError::Tracks(0))));
    let tap = scene.control.tap(scene.id(0), TapPoint::Received, Millis(100)).expect("it lives").1;
    let nowhere = std::env::temp_dir().join("no such folder").join("a.wav");
    let refused = Recorder::create(nowhere, RecordSpec::new(), vec![("alice".into(), tap)]);
    assert!(matches!(refused, Err(RecordError::Wav(_))));
    scene.stop();
}
