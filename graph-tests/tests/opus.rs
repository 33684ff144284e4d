//! Opus against packets and audio of other encoders and decoders (set MEDIA_CORE_SHARED where `../shared` is not).
//!
//! Every decoder must arrive at the encoder's final range in every packet (RFC 6716 §6.1), to the bit.
//! Audio may differ in the rounding of its float arithmetic, so that is held to a signal-to-noise ratio, or
//! to two steps of 16 bits where there is next to no signal.
#![allow(clippy::print_stdout, reason = "a test that was left out says so")]

use std::fs;
use std::path::{Path, PathBuf};

use media_core::codec::AudioDecoder;
use media_core::codec::audio::opus::OpusDecoder;
use media_core::types::SampleRate;

/// The folder of Opus vectors; `None` where it is not at hand.
fn vectors(folder: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let root = std::env::var_os("MEDIA_CORE_SHARED").map_or(beside, PathBuf::from);
    let found = Some(root.join("data/codec/opus").join(folder)).filter(|path| path.is_dir());
    if found.is_none() {
        println!("skipped: no Opus vectors (set MEDIA_CORE_SHARED)");
    }
    found
}

fn with_extension(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of vectors");
    let paths = entries.map(|entry| entry.expect("readable").path());
    let mut found: Vec<_> = paths.filter(|path| path.extension().is_some_and(|e| e == extension)).collect();
    found.sort();
    found
}

/// Packets with their final ranges, in the layout of RFC 6716's vectors: length, range, bytes.
fn packets(path: &Path) -> Vec<(u32, Vec<u8>)> {
    let bytes = fs::read(path).expect("readable");
    let (mut rest, mut packets) = (&bytes[..], Vec::new());
    while let Some((head, behind)) = rest.split_at_checked(8) {
        let word = |at: usize| u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        let (packet, behind) = behind.split_at(word(0) as usize);
        packets.push((word(4), packet.to_vec()));
        rest = behind;
    }
    packets
}

fn decoder(channels: usize) -> OpusDecoder {
    OpusDecoder::new(SampleRate::HZ_48000, channels).expect("a form of Opus")
}

fn pcm(path: &Path) -> Vec<i16> {
    let bytes = fs::read(path).expect("readable");
    bytes.chunks_exact(2).map(|b| i16::from_le_bytes([b[0], b[1]])).collect()
}

fn rounded(audio: &[f32]) -> impl Iterator<Item = i16> + '_ {
    audio.iter().map(|s| (s * 32_768.0).round_ties_even().clamp(-32_768.0, 32_767.0) as i16)
}

/// Signal to noise in decibels; 150 if nothing differs.
fn snr(expected: &[i16], audio: &[f32]) -> f64 {
    let square = |a: f64| a * a;
    let energy: f64 = expected.iter().map(|&e| square(f64::from(e))).sum();
    let noise: f64 = expected.iter().zip(rounded(audio)).map(|(&e, a)| square(f64::from(e) - f64::from(a))).sum();
    if noise == 0.0 { 150.0 } else { 10.0 * (energy.max(1.0) / noise).log10() }
}

fn within_two_steps(expected: &[i16], audio: &[f32]) -> bool {
    expected.iter().zip(rounded(audio)).all(|(e, a)| e.abs_diff(a) <= 2)
}

#[test]
fn packets_of_another_libopus_decode_to_its_final_ranges_and_its_audio() {
    let Some(folder) = vectors("generated") else { return };
    let files = with_extension(&folder, "bit");
    assert!(files.len() >= 12, "{} files", files.len());
    for path in files {
        let name = path.file_stem().expect("a file").to_string_lossy().into_owned();
        let channels = if name.contains("stereo") { 2 } else { 1 };
        let mut decoder = decoder(channels);
        let (mut audio, mut out) = (Vec::new(), vec![0.0; 5_760 * channels]);
        for (at, (range, packet)) in packets(&path).into_iter().enumerate() {
            let samples =
                decoder.decode(&packet, &mut out).unwrap_or_else(|error| panic!("{name}, packet {at}: {error}"));
            assert!(decoder.paused() || decoder.final_range() == range, "{name}, packet {at}");
            audio.extend_from_slice(&out[..samples * channels]);
        }
        let expected = pcm(&path.with_extension("dec"));
        assert_eq!(audio.len(), expected.len(), "{name}");
        let got = snr(&expected, &audio);
        println!("{name}: {got:.1} dB");
        assert!(got > 60.0 || within_two_steps(&expected, &audio), "{name}: {got} dB");
    }
}

#[test]
fn lost_packets_are_recovered_from_the_next_one_as_by_another_libopus() {
    let Some(folder) = vectors("generated") else { return };
    for path in with_extension(&folder, "loss") {
        let flags = fs::read_to_string(&path).expect("readable");
        let lost: Vec<bool> = flags.chars().filter(|c| matches!(c, '0' | '1')).map(|c| c == '1').collect();
        let packets = packets(&path.with_extension("bit"));
        assert_eq!(lost.len(), packets.len());
        let mut decoder = decoder(1);
        let (mut audio, mut out, mut recovered) = (Vec::new(), vec![0.0; 5_760], 0);
        for (at, (_, packet)) in packets.iter().enumerate() {
            let length = decoder.samples(packet).expect("a packet of Opus");
            let out = &mut out[..length];
            if !lost[at] {
                assert_eq!(decoder.decode(packet, out), Ok(length));
            } else if packets.get(at + 1).is_some_and(|(_, next)| !lost[at + 1] && decoder.recover(next, out)) {
                recovered += 1;
            } else {
                assert!(decoder.conceal(out));
            }
            audio.extend_from_slice(out);
        }
        // libopus 1.5 and later conceal a little differently.
        let got = snr(&pcm(&path.with_extension("fecdec")), &audio);
        println!("{}: {recovered} recovered, {got:.1} dB", path.display());
        assert!(recovered > 0 && got > 20.0, "{recovered} recovered, {got} dB");
    }
}

#[test]
fn ogg_streams_decode_to_what_another_decoder_made_of_them() {
    let Some(folder) = vectors("ogg") else { return };
    let mut compared = 0;
    for path in with_extension(&folder, "opus") {
        let expected = path.with_extension("expected.wav");
        let Ok(mut wav) = hound::WavReader::open(&expected) else { continue };
        let channels = usize::from(wav.spec().channels);
        let expected: Vec<i16> = wav.samples::<i16>().map(|s| s.expect("readable")).collect();
        let stream = ogg(&fs::read(&path).expect("readable"));
        let skip = usize::from(u16::from_le_bytes([stream[0][10], stream[0][11]])) * channels;
        let mut decoder = decoder(channels);
        let (mut audio, mut out) = (Vec::new(), vec![0.0; 5_760 * channels]);
        for packet in &stream[2..] {
            let samples = decoder.decode(packet, &mut out).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            audio.extend_from_slice(&out[..samples * channels]);
        }
        // Some of the recordings have the decoder's delay taken off, some have not.
        let got = [skip, 0].map(|skip| audio.get(skip..).map_or(0.0, |audio| snr(&expected, audio)));
        let got = got[0].max(got[1]);
        println!("{}: {got:.1} dB", path.display());
        // Beyond full scale the other decoder cuts peaks off, where libopus bends them.
        let bar = if expected.contains(&i16::MAX) { 15.0 } else { 60.0 };
        assert!(got > bar, "{}: {got} dB", path.display());
        compared += 1;
    }
    assert!(compared >= 12, "{compared} streams");
}

/// The packets of an Ogg file with one stream (RFC 3533 §6), headers first.
fn ogg(bytes: &[u8]) -> Vec<Vec<u8>> {
    let (mut rest, mut packets, mut open) = (bytes, Vec::new(), Vec::new());
    while rest.len() > 27 && rest.starts_with(b"OggS") {
        let (lacing, mut data) = rest[27..].split_at(usize::from(rest[26]));
        for &length in lacing {
            let (part, behind) = data.split_at(usize::from(length));
            open.extend_from_slice(part);
            data = behind;
            if length < 255 {
                packets.push(std::mem::take(&mut open));
            }
        }
        rest = data;
    }
    packets
}
