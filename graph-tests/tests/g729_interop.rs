//! G.729 against two foreign implementations, as black boxes: bcg729 (loaded at run time, with Annex B) and
//! ffmpeg (as a program, without it). Where they are not installed the tests say so and pass.
//!
//! Neither is bit-exact, so waveforms are compared: bcg729's at 25 dB at least. ffmpeg's post-filter is that of
//! the main body, which Annex A simplifies, and the ITU's own vectors of Annex A come out of it 17 to 29 dB from
//! the reference (SPEECH 23.0 dB); silence descriptors it does not know at all.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use bcg729::Bcg729;
use media_core::codec::audio::g729::{CodedFrame, Decoder, DtxEncoder, FrameKind, SidParams, SpeechParams};

#[path = "g729_interop/bcg729.rs"]
mod bcg729;

/// Of implementations of one annex.
const SAME_ANNEX_DB: f64 = 25.0;

/// Of Annex A against the main body's post-filter.
const MAIN_BODY_DB: f64 = 17.0;

#[test]
fn bcg729_decodes_our_pauses_as_we_do() {
    let Some(foreign) = Bcg729::load() else { return };
    for (name, audio) in corpus() {
        let coded = encode(&audio, true);
        assert!(coded.iter().any(|payload| payload.len() == 2), "{name} has no pause");
        check(&name, &decode(&coded), &foreign.decode(&coded), SAME_ANNEX_DB);
    }
}

#[test]
fn we_decode_bcg729_s_pauses_as_it_does() {
    let Some(foreign) = Bcg729::load() else { return };
    for (name, audio) in corpus() {
        let coded = foreign.encode(&audio);
        assert!(coded.iter().any(|payload| payload.len() == 2), "{name} has no pause");
        check(&name, &foreign.decode(&coded), &decode(&coded), SAME_ANNEX_DB);
    }
}

#[test]
fn ffmpeg_decodes_our_speech_as_we_do() {
    for (name, audio) in corpus() {
        let coded = encode(&audio, false);
        let Some(foreign) = ffmpeg(&coded.concat()) else { return };
        check(&name, &decode(&coded), &foreign, MAIN_BODY_DB);
    }
}

fn check(name: &str, expected: &[i16], heard: &[i16], least: f64) {
    let length = expected.len().min(heard.len());
    assert!(length + 800 >= expected.len() && length > 8000, "{name}: {length} of {} samples", expected.len());
    let signal: f64 = expected.iter().map(|&x| f64::from(x).powi(2)).sum();
    let error: f64 = expected.iter().zip(heard).map(|(&x, &y)| (f64::from(x) - f64::from(y)).powi(2)).sum();
    let snr = 10.0 * (signal / error.max(1.0)).log10();
    println!("{name}: {snr:.1} dB over {} frames", length / 80);
    assert!(snr >= least, "{name}: {snr:.1} dB");
}

/// Payloads of 10 ms each: ten bytes, two, or none.
fn encode(audio: &[i16], dtx: bool) -> Vec<Vec<u8>> {
    let mut encoder = DtxEncoder::new(dtx);
    let frames = audio.as_chunks::<80>().0.iter().map(|frame| encoder.encode_frame(frame));
    frames
        .map(|frame| match frame {
            CodedFrame::Speech(params) => params.pack().to_vec(),
            CodedFrame::Sid(params) => params.pack().to_vec(),
            CodedFrame::Untransmitted => Vec::new(),
        })
        .collect()
}

fn decode(payloads: &[Vec<u8>]) -> Vec<i16> {
    let mut decoder = Decoder::new();
    let frames = payloads.iter().map(|payload| {
        let kind = match (payload.first_chunk(), payload.first_chunk()) {
            (Some(speech), _) => FrameKind::Speech(SpeechParams::unpack(speech)),
            (None, Some(sid)) => FrameKind::Sid(SidParams::unpack(sid)),
            (None, None) => FrameKind::Untransmitted,
        };
        let mut out = [0; 80];
        decoder.decode(&kind, &mut out);
        out
    });
    frames.collect::<Vec<_>>().concat()
}

/// Raw frames through the ffmpeg program.
fn ffmpeg(coded: &[u8]) -> Option<Vec<i16>> {
    let arguments = ["-v", "error", "-f", "g729", "-i", "pipe:0", "-f", "s16le", "pipe:1"];
    let spawned = Command::new("ffmpeg").args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut child) = spawned else {
        println!("skipped: no ffmpeg");
        return None;
    };
    let mut input = child.stdin.take().expect("stdin is piped");
    let coded = coded.to_vec();
    let writer = std::thread::spawn(move || input.write_all(&coded));
    let output = child.wait_with_output().expect("ffmpeg ends with its input");
    writer.join().expect("the writer does not panic").expect("ffmpeg takes all");
    Some(output.stdout.as_chunks::<2>().0.iter().map(|&word| i16::from_le_bytes(word)).collect())
}

/// Speech of the shared data at 8 kHz over steady noise at −50 dB, so that each recording has pauses.
fn corpus() -> Vec<(String, Vec<i16>)> {
    let shared = std::env::var("MEDIA_CORE_SHARED")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared").into());
    let Ok(folder) = fs::read_dir(PathBuf::from(shared).join("data/speech/8k")) else {
        println!("skipped: no speech at 8 kHz (set MEDIA_CORE_SHARED)");
        return Vec::new();
    };
    let mut paths: Vec<_> = folder.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    let waves = paths.iter().filter(|path| path.extension().is_some_and(|e| e == "wav"));
    waves.map(|path| (path.file_stem().unwrap_or_default().to_string_lossy().into(), read(path))).collect()
}

fn read(path: &PathBuf) -> Vec<i16> {
    let mut reader = hound::WavReader::open(path).expect("a WAV file");
    assert_eq!(reader.spec().sample_rate, 8000);
    let speech: Vec<i16> = reader.samples::<i16>().map(|s| s.expect("16-bit samples")).collect();
    let mut seed = 1u32;
    let mut noise = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 16) as i16 / 200
    };
    // Two seconds before and behind: the detector learns the background first.
    let pause = [0; 16_000];
    pause.iter().chain(&speech).chain(&pause).map(|&s| s.saturating_add(noise())).collect()
}
