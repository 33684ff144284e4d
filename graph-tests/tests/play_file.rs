//! Files that play while they are read: as if they were in memory, whatever the disk does.

use std::path::{Path, PathBuf};

use graph_tests::Scene;
use media_core::engine::{PlayControl, PlayId};
use media_core::graph::{NodeEventKind, ReadFailure};
use media_core::session::{Cue, SourceError};
use media_core::{
    CodecSpec, Decibels, EventKind, Millis, PayloadType, Reject, RoomSpec, SampleRate, SessionId, SessionSpec,
    SessionUpdate, Source, TapPoint, TapReader,
};

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

const RATE: SampleRate = SampleRate::HZ_16000;

fn wide() -> CodecSpec {
    CodecSpec::l16(RATE, PayloadType::new(96).expect("below 128"))
}

/// A file that goes with the test.
struct Temporary(PathBuf);

impl Temporary {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("media-core-play-{}-{name}", std::process::id())))
    }

    /// A WAV file in which every sample names its place.
    fn wav(name: &str, rate: u32, samples: usize) -> Self {
        let file = Self::new(name);
        let format = hound::WavSpec {
            channels: 1,
            sample_rate: rate,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut wav = hound::WavWriter::create(&file.0, format).expect("a temporary folder");
        (0..samples).for_each(|n| wav.write_sample(word(n)).expect("the disk has room"));
        wav.finalize().expect("the disk has room");
        file
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // Some tests take it away themselves.
        let _ = std::fs::remove_file(&self.0);
    }
}

impl AsRef<Path> for Temporary {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

fn word(n: usize) -> i16 {
    1_000 + (n % 30_000) as i16
}

/// Two legs, each with a tap on what it is sent.
struct Pair {
    scene: Scene,
    ids: [SessionId; 2],
    taps: [TapReader; 2],
}

impl Pair {
    fn new(codec: CodecSpec) -> Self {
        let mut scene = Scene::plain();
        let ids = [0, 1].map(|_| {
            let call = scene.call(SessionSpec::new(codec), None);
            scene.id(call)
        });
        let taps = ids.map(|id| scene.control.tap(id, TapPoint::Sent, Millis(60_000)).expect("it lives").1);
        scene.run(2);
        Self { scene, ids, taps }
    }

    /// The same at one tick to both: from the disk to the first, from memory to the second.
    fn play(&mut self, file: &Temporary, how: &Cue) -> [PlayId; 2] {
        let txn = self.scene.control.txn();
        let (a, txn) = txn.play_as(self.ids[0], Source::file(file).expect("it is a file"), how.clone());
        let (b, txn) = txn.play_as(self.ids[1], Source::wav(file).expect("it is a file"), how.clone());
        let _played = txn.commit().expect("both live");
        [a, b]
    }

    fn control(&mut self, plays: [PlayId; 2], control: PlayControl) {
        for (id, play) in self.ids.into_iter().zip(plays) {
            let _changed = self.scene.control.control_play(id, play, control).expect("it plays");
        }
    }

    fn heard(&mut self) -> [Vec<f32>; 2] {
        let audio =
            |tap: &mut TapReader| std::iter::from_fn(|| tap.read()).flat_map(|f| f.samples().to_vec()).collect();
        let [a, b] = &mut self.taps;
        [audio(a), audio(b)]
    }
}

fn told(scene: &Scene, id: SessionId) -> Vec<(u64, NodeEventKind)> {
    let kind = |event: &media_core::Event| match event.kind {
        EventKind::Node { kind, .. } => Some((event.tick.0, kind)),
        _ => None,
    };
    scene.events_of(id).filter_map(kind).collect()
}

/// What is told of a file and of memory is the same, but for the start.
fn told_alike(pair: &Pair) {
    let [file, memory] = pair.ids.map(|id| told(&pair.scene, id));
    let file: Vec<_> = file.into_iter().filter(|event| event.1 != NodeEventKind::PlayStarted).collect();
    assert_eq!(file, memory);
}

#[test]
fn a_file_sounds_as_if_it_were_in_memory_at_every_rate() {
    for (name, codec, rate) in [
        ("same.wav", wide(), 16_000),
        ("up.wav", wide(), 8_000),
        ("cd.wav", wide(), 44_100),
        ("down.wav", CodecSpec::pcmu(), 48_000),
    ] {
        let file = Temporary::wav(name, rate, rate as usize * 7 / 3 + 1);
        let mut pair = Pair::new(codec);
        pair.play(&file, &Cue::new());
        pair.scene.run(300);
        let [disk, memory] = pair.heard();
        assert!(memory.iter().filter(|sample| **sample != 0.0).count() > codec.rate.hz() as usize * 2);
        assert!(disk == memory, "{name}");
        told_alike(&pair);
        assert!(told(&pair.scene, pair.ids[0]).iter().any(|event| event.1 == NodeEventKind::PlayStarted));
        pair.scene.stop();
    }
}

#[test]
fn places_repeats_marks_seeks_and_pauses_are_those_of_memory() {
    let file = Temporary::wav("cues.wav", 16_000, 16_000 + 7);
    let mut pair = Pair::new(wide());
    let how = Cue::new().start(Millis(700)).times(3).mark(Millis(100)).mark(Millis(800)).gain(Decibels(-6.0));
    let plays = pair.play(&file, &how);
    pair.scene.run(400);
    told_alike(&pair);
    for control in [
        PlayControl::Seek(Millis(650)),
        PlayControl::Pause,
        PlayControl::Resume,
        PlayControl::Gain(Decibels(0.0), Millis(50)),
        PlayControl::Seek(Millis(20)),
        PlayControl::Seek(Millis(5_000)),
    ] {
        pair.control(plays, control);
        pair.scene.run(27);
    }
    let [disk, memory] = pair.heard();
    let differs = disk.iter().zip(&memory).position(|(a, b)| a != b);
    // Beyond its end a file has no last sample to go to.
    assert!(differs.is_none_or(|at| at > 160 * 530), "{differs:?}");
    let marks = |id| told(&pair.scene, id).into_iter().filter(|e| matches!(e.1, NodeEventKind::Mark { .. })).count();
    assert!(marks(pair.ids[0]) >= 6);
    pair.scene.stop();
}

#[test]
fn a_disk_that_stalls_is_silence_of_known_extent_and_nothing_is_lost() {
    let file = Temporary::wav("stall.wav", 16_000, 16_000 * 4);
    let mut pair = Pair::new(wide());
    let how = Cue::new();
    pair.play(&file, &how);
    pair.scene.run(50);
    pair.scene.stall_disk(true);
    pair.scene.run(300);
    pair.scene.stall_disk(false);
    pair.scene.run(400);
    let [disk, _] = pair.heard();
    let told = told(&pair.scene, pair.ids[0]);
    let [(starved, NodeEventKind::PlayStarved { at }), (resumed, NodeEventKind::PlayResumed { samples })] = told[1..3]
    else {
        panic!("{told:?}")
    };
    // A second was read ahead.
    assert_eq!((at % 160, samples), (0, (resumed - starved) * 160));
    assert!((16_000..25_000).contains(&at), "{at}");
    let first = disk.iter().position(|sample| *sample != 0.0).expect("it was heard");
    let gap = first + at as usize..first + (at + samples) as usize;
    let (before, after) = (&disk[first + 160..gap.start], &disk[gap.end + 160..]);
    let at_place = |n: usize| f32::from(word(n)) / 32_768.0;
    assert!(before.iter().zip(160..).all(|(sample, n)| *sample == at_place(n)));
    assert!(disk[gap.start + 160..gap.end].iter().all(|sample| *sample == 0.0));
    assert!(after.iter().zip(at as usize + 160..16_000 * 4).all(|(sample, n)| *sample == at_place(n)));
    let edges = disk[gap.start - 2..gap.end + 200].windows(2).map(|pair| (pair[0] - pair[1]).abs()).fold(0.0, f32::max);
    assert!(edges < 0.02, "no click: {edges}");
    assert!(matches!(told.last(), Some((_, NodeEventKind::PlayDone { samples: 64_000 }))), "{told:?}");
    pair.scene.stop();
}

#[test]
fn a_file_that_ends_before_it_says_or_goes_fails_at_a_known_place() {
    let whole = Temporary::wav("whole.wav", 16_000, 32_000);
    let bytes = std::fs::read(&whole).expect("it was just written");
    let cut = Temporary::new("cut.wav");
    std::fs::write(&cut, &bytes[..44 + 2 * 24_000]).expect("a temporary folder");
    let gone = Temporary::wav("gone.wav", 16_000, 32_000);
    for (file, takes, why, place) in
        [(&cut, false, ReadFailure::Corrupt, 23_900..24_001), (&gone, true, ReadFailure::Unreadable, 8_000..8_001)]
    {
        let mut pair = Pair::new(wide());
        let source = Source::file(file).expect("its beginning is whole");
        if takes {
            std::fs::remove_file(file).expect("it is there");
        }
        let (play, _) = pair.scene.control.play(pair.ids[0], source).expect("it lives");
        pair.scene.run(200);
        let told = told(&pair.scene, pair.ids[0]);
        let Some((_, NodeEventKind::PlayFailed { at, why: told })) = told.last() else { panic!("{told:?}") };
        assert!(*told == why && place.contains(at), "{told:?} {at}");
        // The leg goes on, and what failed can be taken away.
        let _stopped = pair.scene.control.stop_play(pair.ids[0], play).expect("it is still there");
        let (_, again) = pair.scene.control.play(pair.ids[0], Source::file(&whole).expect("whole")).expect("it lives");
        pair.scene.run(10);
        assert!(again.try_result().expect("it was answered").is_ok());
        pair.scene.stop();
    }
}

#[test]
fn what_is_no_file_to_play_is_told_at_once() {
    let garbage = Temporary::new("garbage.wav");
    std::fs::write(&garbage, [7u8; 5_000]).expect("a temporary folder");
    let broken = Temporary::new("broken.wav");
    std::fs::write(&broken, b"RIFF\x10\0\0\0WAVEfmt ").expect("a temporary folder");
    let ogg = Temporary::new("vorbis.ogg");
    std::fs::write(&ogg, [&b"OggS"[..], &[0; 200]].concat()).expect("a temporary folder");
    let odd = Temporary::wav("odd.wav", 11_025, 100);
    let empty = Temporary::wav("empty.wav", 8_000, 0);
    let open = |path: &Path| Source::file(path).expect_err("it cannot be played");
    assert!(matches!(open(Path::new("/no such folder/a.wav")), SourceError::Unreadable(_)));
    assert!(matches!(open(&std::env::temp_dir()), SourceError::NoFile));
    assert!(matches!(open(Path::new("/dev/zero")), SourceError::NoFile));
    assert!(matches!(open(&garbage.0), SourceError::Format));
    assert!(matches!(open(&broken.0), SourceError::Wav(_)));
    assert!(matches!(open(&ogg.0), SourceError::Format));
    assert!(matches!(open(&odd.0), SourceError::Rate(_)));
    assert!(matches!(open(&empty.0), SourceError::Empty));
    let scene = Scene::plain();
    let gain = Cue::new().gain(Decibels(f32::NAN));
    let fine = Temporary::wav("fine.wav", 8_000, 100);
    let nobody = SessionId::from_tag(77);
    let source = Source::file(&fine).expect("it is a file");
    assert!(matches!(scene.control.play_as(nobody, source, gain), Err(Reject::Gain(_) | Reject::NoSuchSession(_))));
    scene.stop();
}

#[test]
fn what_is_no_number_in_a_file_is_silence() {
    let file = Temporary::new("nan.wav");
    let format = hound::WavSpec {
        channels: 2,
        sample_rate: 16_000,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut wav = hound::WavWriter::create(&file.0, format).expect("a temporary folder");
    for n in 0..64_000 {
        wav.write_sample([0.5, f32::NAN, 0.5, 0.5, f32::INFINITY, 0.1][n % 6]).expect("the disk has room");
    }
    wav.finalize().expect("the disk has room");
    let mut pair = Pair::new(wide());
    pair.play(&file, &Cue::new());
    pair.scene.run(250);
    let [disk, memory] = pair.heard();
    assert!(disk == memory && disk.iter().all(|sample| sample.is_finite()) && disk.contains(&0.5));
    pair.scene.stop();
}

#[test]
fn a_file_of_thirty_hours_plays_from_any_place() {
    let file = Temporary::wav("huge.wav", 16_000, 16_000);
    let mut bytes = std::fs::read(&file).expect("it was just written");
    let data = 3_900_000_000u32;
    bytes[4..8].copy_from_slice(&(data + 36).to_le_bytes());
    bytes[40..44].copy_from_slice(&data.to_le_bytes());
    std::fs::write(&file, &bytes).expect("a temporary folder");
    // A hole, not blocks of the disk.
    std::fs::OpenOptions::new()
        .write(true)
        .open(&file)
        .and_then(|file| file.set_len(u64::from(data) + 44))
        .expect("holes are free");
    let mut pair = Pair::new(wide());
    let source = Source::file(&file).expect("it is a file");
    let (play, _) = pair.scene.control.play(pair.ids[0], source).expect("it lives");
    pair.scene.run(150);
    let _far =
        pair.scene.control.control_play(pair.ids[0], play, PlayControl::Seek(Millis(15_000_000))).expect("it plays");
    pair.scene.run(50);
    let _near = pair.scene.control.control_play(pair.ids[0], play, PlayControl::Seek(Millis(900))).expect("it plays");
    pair.scene.run(5);
    let [heard, _] = pair.heard();
    let expected = f32::from(word(14_400 + 4 * 160)) / 32_768.0;
    assert!(heard[heard.len() - 160..].contains(&expected));
    assert!(told(&pair.scene, pair.ids[0]).iter().all(|event| event.1 == NodeEventKind::PlayStarted));
    pair.scene.stop();
}

#[test]
fn a_file_goes_on_over_a_change_of_rate_and_is_heard_in_a_room() {
    let file = Temporary::wav("rates.wav", 16_000, 48_000);
    let mut pair = Pair::new(wide());
    pair.play(&file, &Cue::new().times(2));
    pair.scene.run(100);
    for id in pair.ids {
        let _updated = pair.scene.control.update(id, SessionUpdate::new().codec(CodecSpec::pcmu())).expect("it lives");
    }
    pair.scene.run(600);
    let done = |id| {
        let told = told(&pair.scene, id);
        told.into_iter().find(|event| matches!(event.1, NodeEventKind::PlayDone { .. })).map(|event| event.0)
    };
    let (disk, memory) = (done(pair.ids[0]).expect("it ends"), done(pair.ids[1]).expect("it ends"));
    assert!(disk.abs_diff(memory) <= 1, "{disk} {memory}");
    let (room, _) = pair.scene.control.create_room(RoomSpec::new()).expect("there is room");
    let source = Source::file(&file).expect("it is a file").repeated();
    let player = pair.scene.control.create(SessionSpec::player(RATE, source, Cue::new())).expect("there is room");
    let _joined = pair.scene.control.join(player.id, room, Decibels(0.0)).expect("it is free");
    let mut tap = pair.scene.control.tap_room(room, RATE, Millis(10_000)).expect("there is room");
    pair.scene.run(700);
    let heard: Vec<f32> = std::iter::from_fn(|| tap.reader.read()).flat_map(|f| f.samples().to_vec()).collect();
    // Who comes fades in.
    let first = heard.iter().position(|sample| *sample != 0.0).expect("it is heard") + 480;
    let start = (heard[first] * 32_768.0) as i32 - 1_000;
    for (n, sample) in heard[first..].iter().enumerate() {
        let expected = word((n + start as usize) % 48_000);
        assert_eq!((sample * 32_768.0).round() as i16, expected, "{n}");
    }
    assert!(heard.len() - first > 160 * 690);
    pair.scene.stop();
}
