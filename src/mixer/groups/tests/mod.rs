//! What sharing an encoder promises, on the clips of the examples and, where they are, on more speech.

mod rules;
mod session;

use std::path::PathBuf;

use self::session::{Outcome, session};
use crate::codec::CodecKind;
use crate::codec::CodecSpec;
use crate::codec::audio::g726::Rate;
use crate::processing::format::resample;
use crate::types::{PayloadType, SampleRate};

/// Codecs, and the SNR in dB that the first two packets of a rejoin have in the middle of all pairs at least. Of codecs without a
/// packet that leans on nothing the second is no better than the first.
fn codecs() -> Vec<(CodecSpec, [f64; 2])> {
    let dynamic = PayloadType::new(97).expect("below 128");
    let g726 = CodecSpec::of(CodecKind::G726(Rate::Kbit32), dynamic, SampleRate::HZ_8000, 8_000);
    let g729 = CodecSpec::g729().with_fmtp("annexb=no").expect("a known value");
    let mut all = vec![
        (CodecSpec::pcmu(), [200.0, 200.0]),
        (CodecSpec::pcma(), [200.0, 200.0]),
        (CodecSpec::g722(), [10.0, 10.0]),
        (g726, [10.0, 10.0]),
        (g729, [10.0, 10.0]),
    ];
    #[cfg(feature = "opus")]
    for rate in [SampleRate::HZ_8000, SampleRate::HZ_16000, SampleRate::HZ_48000] {
        let config = crate::codec::audio::opus::OpusConfig::new(rate, 1).complexity(5);
        all.push((CodecSpec::opus_with(config, dynamic), [15.0, 30.0]));
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
    for (codec, bars) in codecs() {
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
        for n in 0..3 {
            let (snr, error) = (sorted(&|outcome| outcome.snr[n]), sorted(&|outcome| outcome.error[n]));
            let (middle, last) = (all.len() / 2, all.len() - 1);
            println!(
                "{} {} Hz, packet {n}: SNR {:.1} dB at least, {:.1} in the middle; difference {:.0} dBov at most, {:.0} in the middle",
                codec.name(),
                codec.rate.hz(),
                snr[0],
                snr[middle],
                error[last],
                error[middle],
            );
        }
        println!("{:?}", all[0].counters);
        let middle = |n: usize| sorted(&|outcome: &Outcome| outcome.snr[n])[all.len() / 2];
        let loudest = all.iter().flat_map(|outcome| outcome.error).fold(-200.0, f64::max);
        assert!(middle(0) >= bars[0] && middle(1) >= bars[1], "{}: below {bars:?} dB", codec.name());
        // The packet of a rejoin is a quiet one, so the ratio says less than the level of what is wrong.
        assert!(loudest <= -40.0, "{}: off by {loudest} dBov", codec.name());
    }
}
