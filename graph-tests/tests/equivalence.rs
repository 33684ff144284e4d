//! The same bits for any number of phases and workers, for calls that move, and for edits that change nothing.

use graph_tests::{Network, Packet, Phone, Scene, Voice};
use media_core::processing::dsp::ToneSpec;
use media_core::{
    CodecSpec, Decibels, Direction, Millis, PayloadType, SampleRate, SessionSpec, Source, TapPoint, WorkerId,
};

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

const TICKS: u64 = 700;

/// Eight calls of all kinds, on `workers` in turn, and everything that can happen to them. `also` acts before each tick.
fn evening(workers: usize, phases: u8, mut also: impl FnMut(&mut Scene, u64)) -> Vec<Vec<Packet>> {
    let mut scene = Scene::of(workers, phases);
    let wide = CodecSpec::l16(SampleRate::HZ_16000, PayloadType::new(97).expect("below 128"));
    let codecs = [CodecSpec::pcmu(), CodecSpec::pcma(), wide, CodecSpec::pcmu()];
    for n in 0..8u16 {
        let (codec, ptime) = (codecs[usize::from(n % 4)], [20, 30, 20, 20, 10, 60, 40, 20][usize::from(n)]);
        // Both legs of a pair begin on one worker, so that no run has moves of its own.
        let worker = WorkerId(n / 2 % workers as u16);
        let network = if n < 4 { Network::bad(u64::from(n)) } else { Network::jittery(u64::from(n)) };
        let phone = Phone::new(codec, ptime, 40 + u64::from(n), network);
        scene.call(SessionSpec::new(codec).ptime(Millis(ptime)).worker(worker), Some(phone));
    }
    let music = Source::Tone(ToneSpec::new().partial(425.0, Decibels(-13.0)));
    let clip = Voice::new(5, 8_000).take(9_000);
    scene.script(TICKS, |scene, tick| {
        let (control, id) = (scene.control.clone(), |n| scene.id(n));
        let clip = || Source::Pcm { samples: clip.clone().into(), rate: SampleRate::HZ_8000, repeat: false };
        let done = match tick {
            10 => control.txn().bridge(id(0), id(1)).commit(),
            11 => control.bridge(id(2), id(3)),
            12 => control.bridge(id(4), id(5)),
            13 => control.bridge(id(6), id(7)),
            150 => control.gain(id(0), Direction::Inbound, Decibels(-9.0), Millis(700)),
            200 => control.hold(id(2), Some(music.clone())),
            250 => control.play(id(4), clip()).map(|(_, done)| done),
            300 => control.resume(id(2)),
            350 => control.unbridge(id(6)),
            380 => control.bridge(id(7), id(6)),
            420 => control.mute(id(1), Direction::Outbound, true),
            460 => control.mute(id(1), Direction::Outbound, false),
            500 => control.tap(id(5), TapPoint::Sent, Millis(100)).map(|(_, _, done)| done),
            600 => control.destroy(id(3)),
            _ => return also(scene, tick),
        };
        drop(done.expect("the sessions live"));
        also(scene, tick);
    });
    let (calls, ..) = scene.stop();
    calls.into_iter().map(|call| call.sent).collect()
}

fn is_same(one: &[Vec<Packet>], other: &[Vec<Packet>]) {
    for (call, (one, other)) in one.iter().zip(other).enumerate() {
        assert!(one.len() > 50, "call {call} was sent {} packets", one.len());
        let first = one.iter().zip(other).position(|(a, b)| a != b);
        assert!(first.is_none() && one.len() == other.len(), "call {call} differs from packet {first:?} on");
    }
}

#[test]
fn phases_change_nothing() {
    let one = evening(1, 1, |_, _| {});
    for phases in [2, 4, 8] {
        is_same(&one, &evening(1, phases, |_, _| {}));
    }
}

#[test]
fn workers_change_nothing() {
    let one = evening(1, 8, |_, _| {});
    for (workers, phases) in [(2, 8), (3, 8), (3, 1)] {
        is_same(&one, &evening(workers, phases, |_, _| {}));
    }
}

#[test]
fn calls_that_move_every_second_hear_no_difference() {
    let still = evening(1, 8, |_, _| {});
    let mut moves = 0;
    let moved = evening(3, 8, |scene, tick| {
        // At another tick for every call, also while its plan is in transition.
        for call in (0..8).filter(|call| tick % 100 == 10 * call + 1 || (tick == 251 && *call == 4)) {
            // Legs that are bridged later have to come together first, which takes a tick.
            if call >= 6 && (340..380).contains(&tick) {
                continue;
            }
            let to = WorkerId(((tick / 100 + call) % 3) as u16);
            moves += u64::from(scene.control.migrate(scene.id(call as usize), to).is_ok());
        }
    });
    assert!(moves > 40);
    is_same(&still, &moved);
}

#[test]
fn a_call_moves_in_the_middle_of_an_edit_without_a_trace() {
    let edited = |workers| {
        move |scene: &mut Scene, tick: u64| {
            if [100, 220, 440].contains(&tick) {
                let id = scene.id(4);
                let clip = Source::Pcm { samples: vec![0.1; 4_000].into(), rate: SampleRate::HZ_8000, repeat: true };
                let (_id, _done) = scene.control.play(id, clip).expect("the session lives");
                if workers > 1 {
                    // Taken at the same boundary: the session leaves with its transition under way.
                    drop(scene.control.migrate(id, WorkerId((tick / 110 % 2) as u16)).expect("both workers run"));
                }
            }
        }
    };
    is_same(&evening(1, 8, edited(1)), &evening(2, 8, edited(2)));
}

#[test]
fn an_edit_to_an_equal_plan_changes_nothing() {
    let without = evening(1, 8, |_, _| {});
    let with = evening(1, 8, |scene, tick| {
        for call in (0..8).filter(|call| tick % 50 == 5 * call + 2) {
            // A call may have ended by then.
            let _ = scene.control.edit(scene.id(call as usize), |_, _| Ok(()));
        }
    });
    is_same(&without, &with);
}
