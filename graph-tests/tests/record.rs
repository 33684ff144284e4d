//! Recordings: every track has every tick, whatever happens to packets, calls and the disk.

use std::path::PathBuf;

use graph_tests::{Network, Phone, Scene};
use media_core::engine::PlayControl;
use media_core::graph::NodeEventKind;
use media_core::session::record::{
    Format, Gap, Layout, RecordError, RecordSpec, Recorded, Recorder, Recording, RecordingEvent, Sidecar, Span,
};
use media_core::{
    CodecSpec, EventKind, Millis, PayloadType, SampleRate, SessionSpec, SessionUpdate, Source, TapPoint, Tick,
};

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
    let stalled = scene.next_tick();
    scene.run(1_000);
    for _ in 0..10 {
        recorder.pump().expect("the disk is there");
        scene.run(10);
    }
    let gaps: Vec<Gap> = std::iter::from_fn(|| recorder.next_gap()).collect();
    let told: Vec<_> = gaps.iter().map(|gap| (gap.track, gap.first.0, gap.ticks)).collect();
    assert_eq!(told, [(0, stalled + 200, 800), (1, stalled + 200, 800)]);
    let recorded = recorder.finish().expect("the disk is there");
    let (audio, side) = read(&recorded);
    balances(&side);
    for track in &side.tracks {
        let start = (stalled + 200 - side.first_tick) * 160;
        assert_eq!(track.gaps, [Span { start, samples: 160 * 800, tick: stalled + 200, ticks: 800 }], "{track:?}");
    }
    let gap = side.tracks[0].gaps[0];
    // But for what a resampler still holds.
    let silence = gap.start as usize + 160..(gap.start + gap.samples) as usize;
    assert!(audio.iter().all(|audio| audio[silence.clone()].iter().all(|sample| *sample == 0)));
    assert_eq!(side.samples / 160, 1_199 + 1 - (side.first_tick - 5));
    scene.stop();
}

#[test]
fn what_a_detector_finds_late_is_masked_while_it_is_held_back() {
    let mut scene = call();
    let spec = RecordSpec::new().layout(Layout::Tracks).hold_back(Millis(300));
    let mut recorder = recorder(&scene, "late", spec, 1_000);
    scene.run(100);
    recorder.pump().expect("the disk is there");
    let now = scene.next_tick();
    // The last 200 ms are still here, what is a second ago is not.
    assert_eq!(recorder.mask_between(Tick(now - 20), Tick(now - 10)), 0);
    assert_eq!(recorder.mask_between(Tick(now - 50), Tick(now - 40)), 10);
    // A digit that began before it was told, and lasts.
    let (code, volume, session, source) = (5, 10, scene.id(0), media_core::DigitSource::Tones);
    recorder.mask_digit(Tick(now), session, &NodeEventKind::DigitStarted { code, volume, source });
    scene.run(60);
    recorder.pump().expect("the disk is there");
    let digit = NodeEventKind::Digit { code, volume, duration: Millis(600), complete: true, source };
    recorder.mask_digit(Tick(now + 60), session, &digit);
    scene.run(100);
    let recorded = recorder.finish().expect("the disk is there");
    let unmasked = recorded.unmasked_ticks;
    let (audio, side) = read(&recorded);
    balances(&side);
    // From as long before as is held back, and 50 ms beyond its end.
    let [masked] = side.masked[..] else { panic!("{:?}", side.masked) };
    assert_eq!((masked.tick, masked.tick + masked.ticks, unmasked), (now - 30, now + 65, 10));
    for track in audio {
        let silent = |from: u64, to: u64| track[from as usize..to as usize].iter().all(|sample| *sample == 0);
        assert!(silent(masked.start, masked.start + masked.samples));
        assert!(!silent(masked.start + masked.samples, side.samples) && !silent(0, masked.start));
    }
    scene.stop();
}

/// The taps of the call twice: to a WAV file, and to one of Ogg/Opus.
fn twice(name: &str, layout: Layout) -> (Vec<Vec<i16>>, Recorded) {
    let mut scene = call();
    let spec = RecordSpec::new().layout(layout).rate(SampleRate::HZ_16000);
    let mut plain = recorder(&scene, &format!("{name}-plain"), spec, 1_000);
    let mut opus = recorder(&scene, name, spec.format(Format::OggOpus { bitrate: Some(32_000) }), 1_000);
    scene.run(20);
    scene.script(355, |_, _| {
        plain.pump().expect("the disk is there");
        opus.pump().expect("the disk is there");
    });
    let (plain, opus) = (plain.finish().expect("the disk is there"), opus.finish().expect("the disk is there"));
    scene.stop();
    let (mut tracks, side) = read(&plain);
    // The taps were put in one after the other.
    let opened: Sidecar = serde_json::from_slice(&std::fs::read(&opus.sidecar).expect("it is there")).expect("JSON");
    let later = (opened.first_tick - side.first_tick) as usize * 160;
    tracks.iter_mut().for_each(|track| _ = track.drain(..later));
    (tracks, opus)
}

#[test]
fn ogg_opus_recordings_are_what_rfc_7845_says_and_play_back_in_step() {
    for (layout, name, head) in [
        (Layout::Mono, "mono", &[1, 0][..]),
        (Layout::Stereo, "stereo", &[2, 1, 2, 0, 0, 1]),
        (Layout::Tracks, "tracks", &[2, 255, 2, 0, 0, 1]),
    ] {
        let (plain, opus) = twice(&format!("opus-{name}"), layout);
        let file = std::fs::File::open(&opus.path).expect("it was just written");
        let mut packets = ogg::PacketReader::new(std::io::BufReader::new(file));
        let packets: Vec<ogg::Packet> =
            std::iter::from_fn(|| packets.read_packet().expect("pages are whole")).collect();
        let (first, last) = (&packets[0], packets.last().expect("there is audio"));
        assert_eq!((&first.data[..9], first.data[9], &first.data[18..]), (&b"OpusHead\x01"[..], head[0], &head[1..]));
        assert!(packets[1].data.starts_with(b"OpusTags") && packets[2].first_in_page());
        let skip = u64::from(u16::from_le_bytes([first.data[10], first.data[11]]));
        // 6.5 ms at 48 kHz, and the end to the sample.
        assert_eq!((skip, last.absgp_page(), last.last_in_stream()), (312, skip + opus.samples * 3, true));
        let mut scene = Scene::plain();
        let leg = scene.call(SessionSpec::new(wide()), None);
        let id = scene.id(leg);
        let mut tap = scene.control.tap(id, TapPoint::Sent, Millis(10_000)).expect("it lives").1;
        scene.run(2);
        let source = Source::file(&opus.path).expect("it is a file");
        let opened = tap.read().expect("a frame each tick").tick.0 + 1;
        let (play, _) = scene.control.play(id, source).expect("it lives");
        scene.run(400);
        let mut heard =
            || -> Vec<f32> { std::iter::from_fn(|| tap.read()).flat_map(|frame| frame.samples().to_vec()).collect() };
        let audio = heard();
        let ends = scene.events_of(id).find_map(|event| match event.kind {
            EventKind::Node { kind: NodeEventKind::PlayDone { samples }, .. } => Some(samples),
            _ => None,
        });
        assert_eq!(ends, Some(opus.samples));
        let started = scene.events_of(id).find_map(|event| match event.kind {
            EventKind::Node { kind: NodeEventKind::PlayStarted, .. } => Some(event.tick.0),
            _ => None,
        });
        let at = (started.expect("it is heard") - opened) as usize * 160;
        let channels = plain.len() as f32;
        let mix = |n: usize| plain.iter().map(|track| f32::from(track[n]) / 32_768.0).sum::<f32>() / channels;
        let reference: Vec<f32> = (0..opus.samples as usize).map(mix).collect();
        let best = (0..200usize)
            .max_by(|a, b| alike(&audio[at..], &reference, *a).total_cmp(&alike(&audio[at..], &reference, *b)));
        let likeness = alike(&audio[at..], &reference, 0);
        assert!(likeness > 0.9 && best.is_some_and(|lag| lag <= 1), "{name}: {likeness} {best:?}");
        // From the middle, it is the same audio.
        let _seek = scene.control.control_play(id, play, PlayControl::Seek(Millis(1_500))).expect("it is there");
        scene.run(100);
        let again = heard();
        let (whole, part) = (&audio[at + 24_000 + 1_600..][..8_000], &again[1_600..9_600]);
        let error: f32 = whole.iter().zip(part).map(|(a, b)| (a - b).powi(2)).sum();
        let power: f32 = whole.iter().map(|sample| sample * sample).sum();
        assert!(error < power / 100.0, "{name}: {}", 10.0 * (power / error).log10());
        scene.stop();
        for path in [&opus.path, &opus.sidecar] {
            std::fs::remove_file(path).expect("it was just written");
        }
    }
}

/// Correlation of what was heard with what was said, `lag` samples later.
fn alike(heard: &[f32], said: &[f32], lag: usize) -> f32 {
    let pairs = || heard[lag..].iter().zip(said).skip(1_600).take(48_000);
    let sum = |f: fn((&f32, &f32)) -> f32| pairs().map(f).sum::<f32>();
    sum(|(a, b)| a * b) / (sum(|(a, _)| a * a) * sum(|(_, b)| b * b)).sqrt()
}

#[test]
fn a_full_disk_ends_the_recording_and_not_the_call() {
    let full = std::path::Path::new("/dev/full");
    if !full.exists() {
        println!("skipped: no {}", full.display());
        return;
    }
    for format in [Format::Wav, Format::OggOpus { bitrate: None }] {
        let mut scene = call();
        let tap =
            |call: usize| scene.control.tap(scene.id(call), TapPoint::Received, Millis(10_000)).expect("it lives").1;
        let taps = vec![("alice".to_owned(), tap(0)), ("bob".to_owned(), tap(1))];
        let mut recorder = Recorder::create(full, RecordSpec::new().format(format), taps).expect("it opens");
        let mut failed = None;
        for _ in 0..100 {
            scene.run(10);
            failed = failed.or(recorder.pump().err());
        }
        assert!(matches!(failed, Some(RecordError::Wav(_) | RecordError::Ogg(_))), "{failed:?}");
        drop(recorder);
        scene.run(10);
        assert!(scene.control.stats(scene.id(0)).expect("it lives").ticks > 900);
        scene.stop();
    }
    let odd = RecordSpec::new().rate(SampleRate::HZ_32000).format(Format::OggOpus { bitrate: None });
    let scene = call();
    let tap = scene.control.tap(scene.id(0), TapPoint::Received, Millis(100)).expect("it lives").1;
    assert!(matches!(Recorder::create(file("odd"), odd, vec![("alice".into(), tap)]), Err(RecordError::Rate(32_000))));
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
