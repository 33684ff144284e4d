//! Golden hashes of what calls are sent. A changed hash is a change of what people hear, or of the wire.

use graph_tests::{Network, Phone, Scene, check_stream, hash_packets};
use media_core::processing::dsp::ToneSpec;
use media_core::{CodecSpec, Decibels, Direction, Millis, PayloadType, SampleRate, SessionSpec, Source};

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

/// Compares each call's stream with its hash, and checks that it is whole where a codec is given.
fn is_golden(scene: Scene, codecs: &[CodecSpec], golden: &[u64]) {
    let (calls, ..) = scene.stop();
    for (call, codec) in calls.iter().zip(codecs) {
        assert!(call.sent.len() > 50, "{}: {} packets", call.id, call.sent.len());
        check_stream(codec, &call.sent).expect("the stream is whole");
    }
    let hashes: Vec<u64> = calls.iter().map(|call| hash_packets(&call.sent)).collect();
    assert_eq!(
        hashes, golden,
        "what the calls are sent has changed. If that is meant, put these hashes into the test and say in the \
         changelog what people hear differently: {hashes:#018x?}"
    );
}

fn wide() -> CodecSpec {
    CodecSpec::l16(SampleRate::HZ_16000, PayloadType::new(97).expect("below 128"))
}

/// Two bridged calls over the networks given.
fn pair(a: (CodecSpec, u32), b: (CodecSpec, u32), networks: [Network; 2]) -> Scene {
    let mut scene = Scene::plain();
    for (((codec, ptime), seed), network) in [(a, 1), (b, 2)].into_iter().zip(networks) {
        scene.call(SessionSpec::new(codec).ptime(Millis(ptime)), Some(Phone::new(codec, ptime, seed, network)));
    }
    let _applied = scene.control.bridge(scene.id(0), scene.id(1)).expect("both are free");
    scene
}

#[test]
fn mu_law_meets_a_law_over_a_bad_network() {
    let (a, b) = (CodecSpec::pcmu(), CodecSpec::pcma());
    let mut scene = pair((a, 20), (b, 30), [Network::bad(3), Network::bad(4)]);
    scene.run(1_000);
    is_golden(scene, &[a, b], &[0x5639_f766_d7e7_aa75, 0xf18d_ccd1_b3bb_5a4b]);
}

#[test]
fn a_relayed_call_over_a_bad_network() {
    let a = CodecSpec::pcmu();
    let mut scene = pair((a, 20), (a, 20), [Network::bad(3), Network::bad(4)]);
    scene.run(1_000);
    is_golden(scene, &[], &[0x6e2a_d877_14a7_32e6, 0x327d_901c_9200_6996]);
}

#[test]
fn wide_band_meets_narrow_band() {
    let mut scene = pair((wide(), 20), (CodecSpec::pcmu(), 20), [Network::clean(), Network::jittery(5)]);
    scene.run(500);
    is_golden(scene, &[wide(), CodecSpec::pcmu()], &[0x7fcc_174d_8fac_46f3, 0xdbc7_78e1_f3bb_d395]);
}

#[test]
fn a_call_on_hold_hears_a_tone_and_then_the_other_again() {
    let a = CodecSpec::pcma();
    let mut scene = pair((a, 20), (a, 20), [Network::clean(), Network::clean()]);
    let tone = Source::Tone(ToneSpec::new().partial(440.0, Decibels(-13.0)));
    scene.script(400, |scene, tick| match tick {
        100 => drop(scene.control.hold(scene.id(0), Some(tone.clone())).expect("not held")),
        300 => drop(scene.control.resume(scene.id(0)).expect("held")),
        _ => {}
    });
    is_golden(scene, &[a, a], &[0xa17e_b6c6_eb88_92e3, 0x63b7_90f7_3bda_de65]);
}

#[test]
fn a_wav_file_plays_into_a_call() {
    let a = CodecSpec::pcmu();
    let mut scene = pair((a, 20), (a, 20), [Network::clean(), Network::clean()]);
    let wav = wav(&graph_tests::Voice::new(9, 16_000).take(24_000));
    scene.script(300, |scene, tick| {
        if tick == 50 {
            let source = Source::wav_bytes(&wav).expect("it was just written");
            let (_id, _applied) = scene.control.play(scene.id(1), source).expect("the session lives");
        }
    });
    is_golden(scene, &[a, a], &[0x16c6_3584_d0e6_a5ba, 0x72c5_1118_0080_abeb]);
}

#[test]
fn gains_and_mutes_ramp() {
    let a = CodecSpec::pcmu();
    let mut scene = pair((a, 20), (a, 20), [Network::clean(), Network::clean()]);
    scene.script(400, |scene, tick| {
        let (control, id) = (&scene.control, scene.id(0));
        let done = match tick {
            50 => control.gain(id, Direction::Inbound, Decibels(-12.0), Millis(500)),
            120 => control.gain(id, Direction::Outbound, Decibels(6.0), Millis(250)),
            200 => control.mute(id, Direction::Inbound, true),
            250 => control.mute(id, Direction::Inbound, false),
            300 => control.gain(id, Direction::Inbound, Decibels(0.0), Millis(100)),
            _ => return,
        };
        drop(done.expect("the session lives"));
    });
    is_golden(scene, &[a, a], &[0x8915_8c76_edd5_05a3, 0x4da5_b71c_eb54_52f1]);
}

fn wav(samples: &[f32]) -> Vec<u8> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 16_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut bytes, spec).expect("the format is WAV's");
    samples.iter().for_each(|s| writer.write_sample((s * 32_767.0) as i16).expect("memory takes it"));
    writer.finalize().expect("memory takes it");
    bytes.into_inner()
}
