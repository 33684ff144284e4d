//! Taps: every frame by its tick with its origin, at no cost to the call.

use graph_tests::{Network, Packet, Phone, Scene};
use media_core::frame::Provenance;
use media_core::graph::NodeEventKind;
use media_core::graph::nodes::TapFrame;
use media_core::{CodecSpec, EventKind, Millis, SessionSpec, SessionStats, TapPoint, TapReader, TapWriter};

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
    // The second tap is opened when the first one's transition has run.
    for (frames, start) in recording.frames.iter().zip(0..) {
        let ticks: Vec<u64> = frames.iter().map(|f| f.tick.0).collect();
        assert!(ticks.iter().copied().eq(start..400), "{ticks:?}");
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
    // Room for 5 frames, read every 20 ticks: 15 lost each time, but 14 where the tap was opened a tick later.
    let recording = record(true, 50, |tick| tick % 20 == 19);
    for (frames, start) in recording.frames.iter().zip(0..) {
        let ticks: Vec<u64> = frames.iter().map(|f| f.tick.0).collect();
        let kept = (start..start + 5).chain((20..400).filter(|tick| tick % 20 < 5));
        assert!(ticks.iter().copied().eq(kept), "{ticks:?}");
    }
    // Each gap is told when it has ended; the last one never did. Two taps.
    let mut overruns = recording.overruns;
    overruns.sort_unstable();
    assert_eq!(overruns, [vec![14], vec![15; 2 * 19 - 1]].concat());
    assert_eq!(recording.stats.tap_overrun, 2 * 20 * 15 - 1);
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
