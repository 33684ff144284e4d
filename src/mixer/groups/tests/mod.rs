//! What sharing an encoder promises, on the clips of the examples and, where they are, on more speech.
#![allow(clippy::print_stdout, reason = "figures for people, with --nocapture")]

mod rules;
mod session;

use std::path::PathBuf;

use self::session::{Outcome, session};
use crate::codec::CodecKind;
use crate::codec::CodecSpec;
use crate::codec::audio::g726::Rate;
use crate::processing::format::resample;
use crate::types::{PayloadType, SampleRate};

/// All codecs that are shared, and whether a rejoin of theirs is exact.
fn codecs() -> Vec<(CodecSpec, bool)> {
    let dynamic = PayloadType::new(97).expect("below 128");
    let g726 = |rate| CodecSpec::of(CodecKind::G726(rate), dynamic, SampleRate::HZ_8000, 8_000);
    let g729 = CodecSpec::g729().with_fmtp("annexb=no").expect("a known value");
    let mut all = vec![CodecSpec::pcmu(), CodecSpec::pcma(), CodecSpec::g722(), g729];
    all.extend([Rate::Kbit16, Rate::Kbit24, Rate::Kbit32].map(g726));
    let mut all: Vec<_> = all.into_iter().map(|codec| (codec, true)).collect();
    #[cfg(feature = "opus")]
    for rate in [SampleRate::HZ_8000, SampleRate::HZ_16000, SampleRate::HZ_48000] {
        let config = crate::codec::audio::opus::OpusConfig::new(rate, 1).complexity(5);
        all.push((CodecSpec::opus_with(config, dynamic), false));
    }
    all
}

/// Pairs of talkers at 16 kHz.
fn pairs() -> Vec<(Vec<f32>, Vec<f32>)> {
    let clips = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/clips");
    let mut pairs = vec![(clip(PathBuf::from(clips).join("alice.wav")), clip(PathBuf::from(clips).join("bob.wav")))];
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared").into();
    let folder = std::env::var_os("MEDIA_CORE_SHARED").map_or(beside, PathBuf::from).join("data/speech/16k");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|f| f.path()).collect();
    files.sort();
    let speech: Vec<Vec<f32>> = files.into_iter().map(clip).filter(|clip| clip.len() > 32_000).collect();
    pairs.extend(speech.chunks_exact(2).take(8).map(|two| (two[0].clone(), two[1].clone())));
    pairs
}

fn clip(path: PathBuf) -> Vec<f32> {
    let mut file = hound::WavReader::open(path).expect("a WAV file");
    let rate = SampleRate::new(file.spec().sample_rate).expect("a rate of the engine");
    let samples: Vec<f32> = file.samples::<i16>().map(|x| f32::from(x.expect("whole")) / 32_768.0).collect();
    resample(&samples, rate, SampleRate::HZ_16000)
}

#[test]
fn a_fork_sends_what_an_encoder_of_his_own_would_have_sent_and_a_rejoin_is_hardly_heard() {
    for (codec, exact) in codecs() {
        let mut all: Vec<Outcome> = Vec::new();
        for (far, own) in pairs() {
            let outcome = session(&codec, &far, &own);
            assert!(outcome.forked_alike, "{}: other bytes than an encoder of his own", codec.name());
            assert!(outcome.counters.forks == 1 && outcome.counters.rejoins >= 1, "{:?}", outcome.counters);
            all.push(outcome);
        }
        let sorted = |of: &dyn Fn(&Outcome) -> f64| {
            let mut column: Vec<f64> = all.iter().map(of).collect();
            column.sort_by(f64::total_cmp);
            column
        };
        let [first, second, later] = [0, 1, 2].map(|n| sorted(&|outcome: &Outcome| outcome.snr[n]));
        let (error, waited) = (sorted(&|outcome| outcome.error), sorted(&|outcome| outcome.waited as f64));
        let name = format!("{} at {} Hz", codec.name(), codec.rate.hz());
        println!(
            "{name}: first {first:.1?}, second {second:.1?}, later {later:.1?}, error {error:.0?}, waited {waited:?}"
        );
        assert!(first[0] >= 20.0, "{name}: first packets at {first:.1?} dB");
        assert!(second[0] >= 30.0, "{name}: second packets at {second:.1?} dB");
        assert!(later[0] >= 30.0, "{name}: the second after it at {later:.1?} dB");
        assert!(!exact || error[all.len() - 1] < -100.0, "{name}: off by {error:.0?} dBov");
    }
}
