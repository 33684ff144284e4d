//! A long call with losses, a change of packet time and a hold: both legs of its recording have every tick of it.
//!
//! 20 minutes of virtual time; `MEDIA_CORE_MINUTES=60` makes it the hour.

use graph_tests::{Network, Phone, Scene};
use media_core::session::record::{Layout, RecordSpec, Recorder, Sidecar};
use media_core::{CodecSpec, Millis, SessionSpec, SessionUpdate, TapPoint, TapReader};

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

#[test]
fn both_legs_have_every_sample_of_a_long_call() {
    let minutes = std::env::var("MEDIA_CORE_MINUTES").ok().and_then(|text| text.parse().ok()).unwrap_or(20u64);
    let ticks = minutes * 6_000;
    let mut scene = Scene::of(2, 8);
    for n in 0..2 {
        let phone = Phone::new(CodecSpec::pcmu(), 20, 90 + n, Network::bad(n));
        scene.call(SessionSpec::new(CodecSpec::pcmu()).relay(false), Some(phone));
    }
    let _bridged = scene.control.bridge(scene.id(0), scene.id(1)).expect("both are free");
    scene.run(5);
    let tap = |call: usize| scene.control.tap(scene.id(call), TapPoint::Received, Millis(2_000)).expect("it lives").1;
    let taps = vec![("alice".to_owned(), tap(0)), ("bob".to_owned(), tap(1))];
    let mut plain: Vec<TapReader> = (0..2).map(tap).collect();
    let path = std::env::temp_dir().join(format!("media-core-hour-{}.wav", std::process::id()));
    let mut recorder =
        Recorder::create(&path, RecordSpec::new().layout(Layout::Tracks), taps).expect("a temporary folder");
    let mut direct: [Vec<(u64, u64)>; 2] = Default::default();
    scene.script(ticks, |scene, tick| {
        if tick == ticks / 4 {
            let update = SessionUpdate::new().ptime(Millis(40));
            _ = scene.control.update(scene.id(0), update).expect("it lives").try_result();
        } else if tick == ticks / 3 {
            // The party changes its packets as well, and its stream.
            scene.calls[1].phone = Some(Phone::new(CodecSpec::pcmu(), 30, 99, Network::bad(7)));
        } else if tick == ticks / 2 {
            _ = scene.control.hold(scene.id(0), None).expect("it lives").try_result();
        } else if tick == ticks / 2 + ticks / 10 {
            _ = scene.control.resume(scene.id(0)).expect("it is held").try_result();
        }
        if tick % 50 == 0 {
            recorder.pump().expect("the disk has room");
            for (reader, direct) in plain.iter_mut().zip(&mut direct) {
                while let Some(frame) = reader.read() {
                    direct.push((frame.tick.0, hash(frame.samples().iter().map(|s| (s * 32_768.0).round() as i16))));
                }
            }
        }
    });
    let recorded = recorder.finish().expect("the disk has room");
    scene.stop();
    let side: Sidecar = serde_json::from_slice(&std::fs::read(&recorded.sidecar).expect("it is there")).expect("JSON");
    let mut wav = hound::WavReader::open(&recorded.path).expect("it is complete");
    assert_eq!((wav.spec().channels, u64::from(wav.duration())), (2, recorded.samples));
    // Every tick but those that the taps took to be opened.
    assert_eq!(recorded.gap_samples, 0);
    assert!(recorded.samples.is_multiple_of(80) && recorded.samples / 80 >= ticks - 10, "{recorded:?}");
    for track in &side.tracks {
        assert_eq!(track.runs.iter().map(|run| run.samples).sum::<u64>(), side.samples, "{}", track.name);
        assert!(track.runs.iter().any(|run| run.origin == "concealed"));
    }
    let mut compared = [0; 2];
    let mut next = [0usize; 2];
    let mut tick = [(); 160].map(|()| 0i16);
    for at in side.first_tick..side.first_tick + side.samples / 80 {
        for (to, from) in tick.iter_mut().zip(wav.samples::<i16>()) {
            *to = from.expect("it is complete");
        }
        for leg in 0..2 {
            while direct[leg].get(next[leg]).is_some_and(|(tick, _)| *tick < at) {
                next[leg] += 1;
            }
            let Some((_, heard)) = direct[leg].get(next[leg]).filter(|(tick, _)| *tick == at) else { continue };
            // While the last tap is put in, what all hear passes a fade from itself to itself.
            if at > side.first_tick + 10 {
                assert_eq!(hash(tick.iter().skip(leg).step_by(2).copied()), *heard, "leg {leg} in tick {at}");
                compared[leg] += 1;
            }
        }
    }
    assert!(compared.iter().all(|compared| *compared > ticks - 100), "{compared:?}");
    println!("{minutes} min: {} samples in each leg, {compared:?} ticks compared to the bit", side.samples);
    for path in [&recorded.path, &recorded.sidecar] {
        std::fs::remove_file(path).expect("it was just written");
    }
}

fn hash(words: impl Iterator<Item = i16>) -> u64 {
    words.fold(0xcbf2_9ce4_8422_2325, |hash, word| (hash ^ u64::from(word as u16)).wrapping_mul(0x0100_0000_01b3))
}
