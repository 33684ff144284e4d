//! The recurrent noise suppressor in a leg: made by `--features ns-rnn`, without allocation on the worker.
#![cfg(feature = "ns-rnn")]

use assert_no_alloc::AllocDisabler;
use graph_tests::{Network, Phone, Scene, hash_packets};
use media_core::processing::audio::ns::{NsConfig, NsKind, NsLevel};
use media_core::{CodecSpec, ProcessingSpec, SampleRate, SessionSpec};

#[global_allocator]
static GUARD: AllocDisabler = AllocDisabler;

fn recurrent() -> ProcessingSpec {
    ProcessingSpec::new().noise(NsConfig::new().kind(NsKind::Recurrent))
}

#[test]
fn calls_through_the_net_at_any_rate_allocate_nothing_and_are_alike_on_any_number_of_workers() {
    let hash = |workers: usize| {
        let mut scene = Scene::of(workers, 8);
        let codecs = [CodecSpec::pcmu(), CodecSpec::g722(), CodecSpec::pcma(), CodecSpec::g722()];
        let calls = codecs.map(|codec| {
            let phone = Phone::new(codec, 20, 7, Network::jittery(3));
            scene.call(SessionSpec::new(codec).processing(recurrent()), Some(phone))
        });
        for pair in calls.chunks(2) {
            let _bridged = scene.control.bridge(scene.id(pair[0]), scene.id(pair[1])).expect("accepted");
        }
        scene.run(60);
        for call in calls {
            let figures = scene.control.processing(scene.id(call)).expect("it lives").expect("it is processed");
            assert!(figures.noise.is_some() && figures.latency_samples > 80);
            // Off, on again, and at another level.
            let _off = scene.control.process(scene.id(call), ProcessingSpec::new()).expect("accepted");
            scene.run(3);
            let _on = scene.control.process(scene.id(call), recurrent()).expect("accepted");
            scene.run(5);
            let _level = scene.control.noise_level(scene.id(call), NsLevel::Low).expect("accepted");
            scene.run(5);
        }
        calls.map(|call| hash_packets(&scene.calls[call].sent))
    };
    assert_eq!(hash(1), hash(3));
}

#[test]
fn the_net_is_counted_at_what_it_costs() {
    let spectral = ProcessingSpec::new().noise(NsConfig::new());
    for rate in [SampleRate::HZ_8000, SampleRate::HZ_16000, SampleRate::HZ_48000] {
        assert!(recurrent().cost(rate) > 2 * spectral.cost(rate));
    }
}
