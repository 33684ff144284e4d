//! Taps: every frame by its tick with its origin, at no cost to the call.

use graph_tests::{Network, Packet, Phone, Scale, Scene};
use media_core::frame::Provenance;
use media_core::graph::nodes::TapFrame;
use media_core::graph::{NodeEventKind, Segment};
use media_core::{
    CodecSpec, Decibels, Direction, EventKind, ExternalSpec, Millis, PayloadType, Reject, RoomSpec, SampleRate,
    SessionSpec, SessionStats, TapPoint, TapReader, TapWriter,
};

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

/// Two calls over bad networks that are decoded, with or without taps on both points of the first.
struct Recording {
    sent: Vec<Vec<Packet>>,
    frames: [Vec<TapFrame>; 2],
    stats: SessionStats,
    overruns: Vec<u32>,
}

fn record(tapped: bool, length: u32, mut reads: impl FnMut(u64) -> bool) -> Recording {
    let codec = CodecSpec::pcmu();
    let mut scene = Scene::plain();
    for n in 0..2 {
        let spec = SessionSpec::new(codec).relay(false);
        scene.call(spec, Some(Phone::new(codec, 20, 20 + n, Network::bad(n))));
    }
    let _applied = scene.control.bridge(scene.id(0), scene.id(1)).expect("both are free");
    let mut readers: Vec<TapReader> = Vec::new();
    if tapped {
        for point in [TapPoint::Received, TapPoint::Sent] {
            let tap = scene.control.tap(scene.id(0), point, Millis(length));
            readers.push(tap.map(|(_, reader, _)| reader).expect("the session lives"));
        }
    }
    let mut frames: [Vec<TapFrame>; 2] = Default::default();
    for tick in 0..400 {
        scene.tick();
        if reads(tick) || tick == 399 {
            for (reader, frames) in readers.iter_mut().zip(&mut frames) {
                frames.extend(std::iter::from_fn(|| reader.read()));
            }
        }
    }
    let _destroyed = scene.control.destroy(scene.id(0)).expect("the session lives");
    scene.tick();
    let (mut stats, mut overruns) = (None, Vec::new());
    for event in scene.events_of(scene.id(0)) {
        match &event.kind {
            EventKind::Destroyed { stats: last } => stats = Some(**last),
            EventKind::Node { kind: NodeEventKind::TapOverrun { frames }, .. } => overruns.push(*frames),
            _ => {}
        }
    }
    let (calls, ..) = scene.stop();
    assert!(readers.iter().all(TapReader::is_finished));
    let sent = calls.into_iter().map(|call| call.sent).collect();
    Recording { sent, frames, stats: stats.expect("it was destroyed"), overruns }
}

#[test]
fn a_tap_has_every_tick_once_and_agrees_with_the_figures() {
    let recording = record(true, 500, |_| true);
    for frames in &recording.frames {
        let ticks: Vec<u64> = frames.iter().map(|f| f.tick.0).collect();
        assert!(ticks.iter().copied().eq(0..400), "{ticks:?}");
        assert!(frames.iter().all(|f| f.samples().len() == 80));
    }
    assert!(recording.overruns.is_empty());
    let count = |origin| recording.frames[0].iter().filter(|f| f.info.provenance == origin).count() as u64;
    let stats = recording.stats;
    let samples = stats.received_samples + stats.concealed_samples + stats.silent_samples;
    assert_eq!((stats.ticks, samples), (400, 400 * 80));
    // A frame is what most of it is, so the counts agree but for the edges of each stretch.
    let edges = 2 * stats.concealment_events + 4;
    let received = count(Provenance::Received) + count(Provenance::Stretched);
    for (frames, samples) in [
        (received, stats.received_samples),
        (count(Provenance::Concealed), stats.concealed_samples),
        (count(Provenance::Silence), stats.silent_samples),
    ] {
        assert!(frames.abs_diff(samples / 80) <= edges, "{frames} frames, {samples} samples, {edges} edges");
    }
    assert!(count(Provenance::Concealed) > 5, "the network was too good to tell");
}

#[test]
fn the_call_is_the_same_with_and_without_taps_and_slow_readers() {
    let untapped = record(false, 0, |_| true);
    assert!(untapped.sent == record(true, 500, |_| true).sent);
    assert!(untapped.sent == record(true, 30, |_| false).sent);
}

#[test]
fn a_slow_reader_loses_frames_and_is_told_how_many() {
    // Room for 5 frames, read every 20 ticks: 15 lost each time.
    let recording = record(true, 50, |tick| tick % 20 == 19);
    for frames in &recording.frames {
        let ticks: Vec<u64> = frames.iter().map(|f| f.tick.0).collect();
        assert!(ticks.iter().copied().eq((0..400).filter(|tick| tick % 20 < 5)), "{ticks:?}");
    }
    // Each gap is told when it has ended; the last one never did. Two taps.
    assert_eq!(recording.overruns, vec![15; 2 * 19]);
    assert_eq!(recording.stats.tap_overrun, 2 * 20 * 15);
}

#[test]
fn legs_written_from_a_common_tick_stay_equal_in_samples() {
    let recording = record(true, 50, |tick| tick % 20 == 19);
    let lossless = record(true, 500, |_| true);
    let folder = std::env::temp_dir().join(format!("tap-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    let mut lengths = Vec::new();
    for (name, frames) in [("gaps.wav", &recording.frames[0][3..]), ("whole.wav", &lossless.frames[0][..385])] {
        let mut writer = TapWriter::create(folder.join(name), CodecSpec::pcmu().rate).expect("the folder is there");
        writer.start_at(media_core::Tick(0));
        frames.iter().for_each(|frame| writer.write(frame).expect("the disk has room"));
        lengths.push((writer.gaps(), frames.len() as u64));
        writer.finish().expect("the disk has room");
    }
    let read = |name: &str| {
        let mut reader = hound::WavReader::open(folder.join(name)).expect("it was just written");
        reader.samples::<i16>().map(|s| s.expect("16 bits")).collect::<Vec<i16>>()
    };
    let (gaps, whole) = (read("gaps.wav"), read("whole.wav"));
    std::fs::remove_dir_all(&folder).expect("it was just made");
    assert_eq!((gaps.len(), whole.len()), (385 * 80, 385 * 80));
    assert_eq!(lengths, [(385 - (100 - 3), 97), (0, 385)]);
    for tick in 0..385usize {
        let place = tick * 80..(tick + 1) * 80;
        let kept = tick % 20 < 5 && tick >= 3;
        assert!(if kept { gaps[place.clone()] == whole[place] } else { gaps[place].iter().all(|s| *s == 0) });
    }
}

#[test]
fn a_tap_listens_where_it_is_put() {
    let (codec, narrow) =
        (CodecSpec::l16(SampleRate::HZ_16000, PayloadType::new(96).expect("below 128")), CodecSpec::pcmu());
    let mut scene = Scene::plain();
    // One leg sends another rate than it receives.
    let spec = SessionSpec::new(codec).send(narrow);
    let a = scene.call(spec, Some(Phone::new(codec, 20, 1, Network::clean())));
    let b = scene.call(SessionSpec::new(codec), Some(Phone::new(codec, 20, 2, Network::clean())));
    let (a, b) = (scene.id(a), scene.id(b));
    let _bridged = scene.control.bridge(a, b).expect("both are free");
    let edited = scene.control.edit(a, move |topology, legs| {
        let edge = topology.edges().find(|edge| edge.from.0 == legs.receive).expect("it is connected");
        topology.insert_between(edge, Segment::Up, Box::new(Scale::new(SampleRate::HZ_16000, 0.5)))?;
        Ok(())
    });
    let _edited = edited.expect("it lives");
    let _quiet = scene.control.gain(a, Direction::Inbound, Decibels(-20.0), Millis(0)).expect("it lives");
    let _quiet = scene.control.gain(a, Direction::Outbound, Decibels(-20.0), Millis(0)).expect("it lives");
    scene.run(10);
    let scale = scene.control.find(a, "scale").expect("it lives").expect("it was put in");
    let tap = |session, point| scene.control.tap(session, point, Millis(10_000)).expect("it is there").1;
    let mut taps = [
        tap(a, TapPoint::Received),
        tap(a, TapPoint::Node(scale)),
        tap(a, TapPoint::Processed),
        tap(b, TapPoint::Heard),
        tap(a, TapPoint::Heard),
        tap(a, TapPoint::Sent),
        tap(b, TapPoint::Processed),
    ];
    let rates = taps.each_ref().map(|tap| tap.rate().hz());
    assert_eq!(rates, [16_000, 16_000, 16_000, 16_000, 8_000, 8_000, 16_000]);
    scene.run(150);
    let frames = taps.each_mut().map(|tap| {
        let frames = std::iter::from_fn(|| tap.read()).filter(|frame| frame.tick.0 >= 30).collect::<Vec<_>>();
        assert_eq!(frames.len(), 130);
        frames.iter().flat_map(|frame| frame.samples().to_vec()).collect::<Vec<f32>>()
    });
    let scaled = |from: usize, to: usize, factor: f32| {
        let worst = frames[from].iter().zip(&frames[to]).map(|(a, b)| (a * factor - b).abs()).fold(0.0, f32::max);
        assert!(worst < 1e-5 && frames[to].iter().any(|sample| sample.abs() > 0.001), "{from} {to}: {worst}");
    };
    scaled(0, 1, 0.5);
    scaled(1, 2, 0.1);
    scaled(2, 3, 1.0);
    scaled(4, 5, 0.1);
    let nobody = scene.control.legs(b).expect("it lives").send;
    // The sender passes nothing on, and the other leg has no such node.
    assert!(matches!(scene.control.tap(b, TapPoint::Node(nobody), Millis(100)), Err(Reject::NoSuchHandle(_))));
    let other = scene.call(SessionSpec::new(codec), None);
    let unknown = scene.control.tap(scene.id(other), TapPoint::Node(scale), Millis(100));
    assert!(matches!(unknown, Err(Reject::Topology(_))));
    scene.stop();
}

#[test]
fn a_tap_of_a_room_has_the_whole_mix_and_is_heard_by_nobody() {
    let rate = SampleRate::HZ_16000;
    let mut scene = Scene::of(2, 8);
    let (room, _) = scene.control.create_room(RoomSpec::new().members(3)).expect("there is room");
    let mut ports = Vec::new();
    for _ in 0..2 {
        let created = scene.control.create(SessionSpec::external(rate, ExternalSpec::new())).expect("there is room");
        let _joined = scene.control.join(created.id, room, Decibels(0.0)).expect("it is free");
        ports.push(created.external.expect("it is a program's"));
    }
    let mut tap = scene.control.tap_room(room, rate, Millis(5_000)).expect("there is a place");
    assert!(matches!(scene.control.tap_room(room, rate, Millis(5_000)), Err(Reject::RoomFull(_))));
    scene.run(10);
    for (port, level) in ports.iter_mut().zip([0.25, 0.125]) {
        assert_eq!(port.writer.write(&[level; 1_600]), 1_600);
    }
    scene.run(20);
    assert!(tap.op.try_result().expect("it was answered").is_ok());
    let mix: Vec<f32> = std::iter::from_fn(|| tap.reader.read()).flat_map(|f| f.samples().to_vec()).collect();
    let mix: Vec<f32> = mix.into_iter().filter(|sample| *sample != 0.0).collect();
    assert_eq!(mix, vec![0.375; 1_600]);
    let heard: Vec<f32> = std::iter::from_fn(|| ports[0].reader.read()).flat_map(|f| f.samples().to_vec()).collect();
    assert!(heard.iter().all(|sample| *sample == 0.0 || *sample == 0.125));
    let _gone = scene.control.destroy(tap.listener).expect("it lives");
    scene.run(3);
    assert!(tap.reader.is_finished());
    scene.stop();
}
