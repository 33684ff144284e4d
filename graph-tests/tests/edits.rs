//! Edits: legs that they do not touch have the same bits with and without them, and edges that change do not click.

use graph_tests::{Network, Packet, Phone, Scale, Scene, audio, largest_step};
use media_core::graph::Segment;
use media_core::processing::dsp::ToneSpec;
use media_core::{
    CodecSpec, Decibels, DigitPolicy, DigitsToFar, Direction, EngineConfig, Millis, NodeId, OfflineEngine, PayloadType,
    Pending, ProcessingSpec, SampleRate, SessionId, SessionSpec, Source, TapPoint,
};
use std::sync::{Arc, OnceLock};

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

/// Three pairs on one worker; the script may do anything to the first.
fn three_pairs(mut script: impl FnMut(&mut Scene, u64)) -> Vec<Vec<Packet>> {
    let mut scene = Scene::plain();
    for n in 0..6u64 {
        let codec = if n % 4 == 3 { CodecSpec::pcma() } else { CodecSpec::pcmu() };
        scene.call(SessionSpec::new(codec), Some(Phone::new(codec, 20, 60 + n, Network::bad(n))));
    }
    scene.script(500, |scene, tick| {
        if let (1, control) = (tick, &scene.control) {
            for pair in 0..3 {
                drop(control.bridge(scene.id(2 * pair), scene.id(2 * pair + 1)).expect("both are free"));
            }
        }
        script(scene, tick);
    });
    let (calls, ..) = scene.stop();
    calls.into_iter().map(|call| call.sent).collect()
}

#[test]
fn what_new_sessions_are_given_at_once_takes_no_tick_of_its_own() {
    let mut engine = OfflineEngine::new(EngineConfig::new().workers(1)).expect("the configuration is valid");
    let control = engine.control();
    engine.run(3);
    let mut answers = Vec::new();
    let digits = ProcessingSpec::new().digits(DigitPolicy::new().render(true).to_far(DigitsToFar::Convert));
    let sessions: Vec<_> =
        (0..40).map(|_| control.create(SessionSpec::new(CodecSpec::pcmu())).expect("there is room")).collect();
    for session in &sessions {
        answers.push(control.process(session.id, digits.clone()).expect("accepted"));
        answers.push(control.play(session.id, tone()).expect("accepted").1);
        answers.push(control.hold(session.id, Some(tone())).expect("accepted"));
    }
    let tick = engine.tick();
    let at_once = |answer: &Pending| matches!(answer.try_result(), Some(Ok(applied)) if applied.tick == tick);
    assert_eq!(answers.iter().filter(|answer| at_once(answer)).count(), 120);
    engine.run(40);
    assert!(sessions.iter().all(|session| control.stats(session.id).is_ok_and(|stats| stats.sent > 8)));
    // Of one that runs, the second waits for the first to have faded in.
    let [first, second] = [(); 2].map(|()| control.play(sessions[0].id, tone()).expect("accepted").1);
    let tick = engine.tick();
    assert!(matches!(first.try_result(), Some(Ok(applied)) if applied.tick == tick) && second.try_result().is_none());
    engine.run(1);
    assert!(second.wait().is_ok() && engine.stop().reclaimed);
}

#[test]
fn legs_that_an_edit_does_not_touch_have_the_same_bits_without_it() {
    let without = three_pairs(|_, _| {});
    let (mut play, mut tap) = (None, None);
    let with = three_pairs(|scene, tick| {
        let (control, a, b) = (scene.control.clone(), scene.id(0), scene.id(1));
        let done = match tick {
            50 => insert(scene, a, Segment::Up, 0.5).1,
            53 => insert(scene, b, Segment::Down, 0.7).1,
            80 => control.edit(a, |t, _| {
                let node = t.find("scale").expect("it was put in");
                t.splice_out(node)?;
                Ok(())
            }),
            100 => control.play(a, tone()).map(|(id, done)| {
                play = Some(id);
                done
            }),
            150 => control.stop_play(a, play.expect("it plays")),
            160 => control.tap(b, TapPoint::Received, Millis(50)).map(|(id, reader, done)| {
                tap = Some((id, reader));
                done
            }),
            200 => control.hold(a, Some(tone())),
            240 => control.close_tap(b, tap.take().expect("it is open").0),
            250 => control.resume(a),
            300 => control.unbridge(a),
            320 => control.bridge(b, a),
            350 => control.gain(a, Direction::Inbound, Decibels(-6.0), Millis(100)),
            400 => control.gain(a, Direction::Inbound, Decibels(0.0), Millis(100)),
            450 => control.destroy(b),
            _ => return,
        };
        drop(done.expect("the operation fits"));
    });
    assert_ne!(without[0], with[0]);
    for call in 2..6 {
        assert!(without[call] == with[call], "call {call} was touched");
    }
}

#[test]
fn a_direction_that_an_edit_does_not_touch_has_the_same_bits_without_it() {
    // The pair that is not relayed: packets are coded anew, and only one way is edited.
    let no_relay = |edited: bool| {
        let mut scene = Scene::plain();
        for n in 0..2 {
            let codec = CodecSpec::pcmu();
            scene.call(SessionSpec::new(codec).relay(false), Some(Phone::new(codec, 20, n, Network::bad(n))));
        }
        let _applied = scene.control.bridge(scene.id(0), scene.id(1)).expect("both are free");
        scene.script(300, |scene, tick| {
            if edited && tick % 20 == 7 {
                drop(insert(scene, scene.id(0), Segment::Up, 0.9).1.expect("it fits"));
            }
        });
        let (calls, ..) = scene.stop();
        calls.into_iter().map(|call| call.sent).collect::<Vec<_>>()
    };
    let (without, with) = (no_relay(false), no_relay(true));
    assert_ne!(without[1], with[1]);
    assert!(without[0] == with[0], "what the edited leg hears was touched");
}

#[test]
fn edges_that_change_fade_instead_of_clicking() {
    let codec = CodecSpec::l16(SampleRate::HZ_8000, PayloadType::new(97).expect("below 128"));
    let mut scene = Scene::plain();
    scene.call(SessionSpec::new(codec), None);
    // A slow ramp up and down: full scale's step would be 1, its own is 1/400.
    let triangle: Vec<f32> = (0..800).map(|n: i32| 0.5 - (n - 400).abs() as f32 / 400.0).collect();
    let clip = Source::Pcm { samples: triangle.into(), rate: SampleRate::HZ_8000, repeat: true };
    let (_id, _done) = scene.control.play(scene.id(0), clip).expect("the session lives");
    let mut node = None;
    scene.script(200, |scene, tick| {
        let id = scene.id(0);
        let done = match tick {
            50 | 110 => {
                let (inserted, done) = insert_before_send(scene, id, -0.9);
                node = inserted;
                done
            }
            80 | 150 => {
                let taken = node.take().expect("it was put in");
                scene.control.edit(id, move |t, _| {
                    t.splice_out(taken)?;
                    Ok(())
                })
            }
            _ => return,
        };
        drop(done.expect("the edit fits"));
    });
    let (calls, ..) = scene.stop();
    let heard = audio(&codec, &calls[0].sent);
    // From 0.5 to −0.45 within one tick of 80 samples is 0.012 a sample, and the signal's own 0.0025.
    let step = largest_step(&heard[400..]);
    assert!(step < 0.95 / 80.0 * 1.6 + 0.005, "a step of {step}");
    assert!(step > 0.005, "the edits did nothing");
}

fn insert(
    scene: &Scene,
    session: SessionId,
    segment: Segment,
    factor: f32,
) -> (Option<NodeId>, Result<media_core::Pending, media_core::Reject>) {
    put(scene, session, segment, factor, move |e, legs| match segment {
        Segment::Up => e.from.0 == legs.receive,
        Segment::Down => e.from.0 == legs.fader_down,
    })
}

fn insert_before_send(
    scene: &Scene,
    session: SessionId,
    factor: f32,
) -> (Option<NodeId>, Result<media_core::Pending, media_core::Reject>) {
    put(scene, session, Segment::Down, factor, |e, legs| e.to.0 == legs.send)
}

fn put(
    scene: &Scene,
    session: SessionId,
    segment: Segment,
    factor: f32,
    at: impl Fn(media_core::graph::Edge, media_core::session::Legs) -> bool + Send + 'static,
) -> (Option<NodeId>, Result<media_core::Pending, media_core::Reject>) {
    let place = Arc::new(OnceLock::new());
    let inserted = place.clone();
    let done = scene.control.edit(session, move |topology, legs| {
        let edge = topology.edges().find(|e| at(*e, legs)).expect("every leg has it");
        let node = topology.insert_between(edge, segment, Box::new(Scale::new(SampleRate::HZ_8000, factor)))?;
        inserted.set(node).expect("set once");
        Ok(())
    });
    (place.get().copied(), done)
}

fn tone() -> Source {
    Source::Tone(ToneSpec::new().partial(440.0, Decibels(-12.0)))
}
