//! What is listened for is switched on and off in mid-call, told by its event, and nothing else changes.

use graph_tests::{Network, Phone, Scene, Teller};
use media_core::engine::Detectors;
use media_core::graph::NodeEventKind;
use media_core::processing::audio::answering::{AnswerConfig, Answered, MachineSign, SilenceConfig};
use media_core::processing::audio::ns::NsConfig;
use media_core::processing::audio::vad::VadConfig;
use media_core::{CodecSpec, EventKind, Millis, ProcessingSpec, SessionSpec, Signal};

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

/// A voice and pauses, at 8 kHz: (speaks, milliseconds).
fn script(parts: &[(bool, usize)]) -> Vec<f32> {
    let mut said = Vec::new();
    for &(speaks, ms) in parts {
        let start = said.len();
        said.resize(start + ms * 8, 0.0);
        if speaks {
            for (n, sample) in said[start..].iter_mut().enumerate() {
                // A rectangle of 125 Hz: loud, and no libm.
                *sample = if (n / 32).is_multiple_of(2) { 0.1 } else { -0.1 };
            }
        }
    }
    said
}

/// What was detected in a call, by tick.
fn detected(scene: &Scene, call: usize) -> Vec<(u64, Signal)> {
    let signal = |event: &media_core::Event| match event.kind {
        EventKind::Node { kind: NodeEventKind::Detected { signal }, .. } => Some((event.tick.0, signal)),
        _ => None,
    };
    scene.events_of(scene.id(call)).filter_map(signal).collect()
}

/// Runs a call that says this; detectors are asked for before its first word.
fn heard(said: &[(bool, usize)], detectors: Detectors) -> Vec<(u64, Signal)> {
    let mut scene = Scene::plain();
    let codec = CodecSpec::pcmu();
    let call = scene.call(SessionSpec::new(codec), None);
    scene.run(2);
    scene.control.detect(scene.id(call), detectors).expect("accepted").detach();
    let mut teller = Teller::new(codec, script(said), Network::clean());
    for _ in 0..800 {
        teller.tick(&mut scene, call);
        scene.tick();
    }
    let told = detected(&scene, call);
    scene.stop();
    told
}

#[test]
fn a_person_and_a_machine_are_told_apart_by_what_they_say_first() {
    let detectors = Detectors::new().answer(AnswerConfig::default());
    let verdict = |said: &[(bool, usize)]| heard(said, detectors).into_iter().map(|told| told.1).collect::<Vec<_>>();
    let person = [(false, 500), (true, 400), (false, 4_000)];
    assert_eq!(verdict(&person), [Signal::Answered(Answered::Person)]);
    let talks = [(false, 300), (true, 6_000)];
    assert_eq!(verdict(&talks), [Signal::Answered(Answered::Machine(MachineSign::Greeting))]);
    assert_eq!(verdict(&[(false, 6_000)]), [Signal::Answered(Answered::Machine(MachineSign::Silence))]);
}

#[test]
fn a_silence_of_the_length_asked_for_is_told_once_for_each() {
    let said = [(true, 1_000), (false, 2_000), (true, 500), (false, 600), (true, 500), (false, 2_500)];
    let told = heard(&said, Detectors::new().silence(SilenceConfig::new(Millis(1_000))));
    assert!(told.iter().all(|(_, signal)| *signal == Signal::Silence(Millis(1_000))), "{told:?}");
    assert_eq!(told.len(), 2, "{told:?}");
    // The second pause was too short; the next one that counts begins 3.6 s after the first, less what the delay has sunk.
    assert!((340..=360).contains(&(told[1].0 - told[0].0)), "{told:?}");
}

#[test]
fn detectors_come_and_go_without_a_trace_in_the_audio_and_digits_and_noise_stay_as_they_were() {
    let run = |switches: bool| {
        let mut scene = Scene::plain();
        let codec = CodecSpec::pcmu();
        let noise = ProcessingSpec::new().noise(NsConfig::new()).voice(VadConfig::simple());
        let phone = Phone::new(codec, 20, 3, Network::clean());
        let a = scene.call(SessionSpec::new(codec).processing(noise), Some(phone));
        let b = scene.call(SessionSpec::new(codec), None);
        scene.control.bridge(scene.id(a), scene.id(b)).expect("accepted").detach();
        scene.run(100);
        let all = Detectors::new().voice(VadConfig::simple()).signals().silence(SilenceConfig::default());
        let keep = Detectors::new().voice(VadConfig::simple());
        for detectors in [all, keep, all.answer(AnswerConfig::default()), keep] {
            if switches {
                scene.control.detect(scene.id(a), detectors).expect("accepted").detach();
            }
            scene.run(100);
        }
        let (calls, events, _) = scene.stop();
        assert!(events.iter().all(|e| !matches!(e.kind, EventKind::Failed { .. })));
        calls[b].sent.clone()
    };
    let (still, switched) = (run(false), run(true));
    assert!(still.len() > 200 && still == switched);
}
