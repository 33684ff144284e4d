use std::f64::consts::TAU;

use super::*;
use crate::codec::{CodecSpec, DecodeError, EncodeError, Encoded};

const MODES: [Mode; 3] = [Mode::Kbit64, Mode::Kbit56, Mode::Kbit48];

fn sine(hz: f64, amplitude: f64, samples: usize) -> Vec<i16> {
    (0..samples).map(|n| (amplitude * (TAU * hz * n as f64 / 16_000.0).sin()).round() as i16).collect()
}

/// Numbers drawn by xorshift; the same on every run.
fn drawn(count: usize) -> impl Iterator<Item = u64> {
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    (0..count).map(move |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state >> 16
    })
}

fn encoded(encoder: &mut Encoder, samples: &[i16]) -> Vec<u8> {
    let mut octets = vec![0; samples.len() / 2];
    assert_eq!(encoder.encode(samples, &mut octets), octets.len());
    octets
}

fn decoded(decoder: &mut Decoder, octets: &[u8]) -> Vec<i16> {
    let mut samples = vec![0; octets.len() * 2];
    assert_eq!(decoder.decode(octets, &mut samples), samples.len());
    samples
}

/// FNV-1a.
fn hash(bytes: impl IntoIterator<Item = u8>) -> u64 {
    bytes.into_iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

/// In decibels, of `got` against `want`.
fn snr(got: &[i16], want: &[i16]) -> f64 {
    let power = |values: &mut dyn Iterator<Item = f64>| values.map(|v| v * v).sum::<f64>();
    let error = power(&mut got.iter().zip(want).map(|(&got, &want)| f64::from(got) - f64::from(want)));
    10.0 * (power(&mut want.iter().map(|&want| f64::from(want))) / error).log10()
}

#[test]
fn a_tone_comes_back_22_samples_later_and_cleaner_with_more_bits() {
    let tone = sine(1_000.0, 8_000.0, 16_000);
    let octets = encoded(&mut Encoder::new(Mode::Kbit64), &tone);
    let ratios = MODES.map(|mode| snr(&decoded(&mut Decoder::new(mode), &octets)[1_022..], &tone[1_000..]));
    assert!(ratios[0] > 40.0 && ratios[1] > 35.0 && ratios[2] > 28.0, "{ratios:?}");
}

#[test]
fn silence_stays_within_a_few_steps_of_silence() {
    let octets = encoded(&mut Encoder::new(Mode::Kbit64), &[0; 3_200]);
    assert!(decoded(&mut Decoder::new(Mode::Kbit64), &octets).iter().all(|s| s.abs() <= 4));
}

#[test]
fn synthetic_runs_hash_to_what_they_did() {
    let noise: Vec<i16> = drawn(8_000).map(|n| n as i16).collect();
    let octets = encoded(&mut Encoder::new(Mode::Kbit64), &noise);
    assert_eq!(hash(octets.iter().copied()), NOISE_CODES);
    let audio =
        MODES.map(|mode| hash(decoded(&mut Decoder::new(mode), &octets).into_iter().flat_map(i16::to_le_bytes)));
    assert_eq!(audio, NOISE_AUDIO);
}

const NOISE_CODES: u64 = 0xe946_ef4e_20e1_5c8a;
const NOISE_AUDIO: [u64; 3] = [0x43f7_de5f_8fa0_6b06, 0xd28e_307a_fc36_458c, 0x2c06_924d_86de_2a7c];

#[test]
fn reset_is_as_new_and_a_clone_goes_on_alike() {
    let (noise, tone) = (drawn(3_200).map(|n| n as i16).collect::<Vec<_>>(), sine(700.0, 20_000.0, 3_200));
    let mut encoder = Encoder::new(Mode::Kbit64);
    let codes = encoded(&mut encoder, &noise);
    assert_eq!(encoded(&mut encoder.clone(), &tone), encoded(&mut encoder, &tone));
    encoder.reset();
    assert_eq!(encoded(&mut encoder, &noise), codes);
    let mut decoder = Decoder::new(Mode::Kbit56);
    let audio = decoded(&mut decoder, &codes);
    assert_eq!(decoded(&mut decoder.clone(), &codes), decoded(&mut decoder, &codes));
    decoder.reset();
    assert_eq!((decoded(&mut decoder, &codes), decoder.mode()), (audio, Mode::Kbit56));
}

#[test]
fn any_octets_in_any_cut_decode_alike_and_any_audio_encodes() {
    let octets: Vec<u8> = drawn(20_000).map(|n| n as u8).collect();
    for mode in MODES {
        let whole = decoded(&mut Decoder::new(mode), &octets);
        let (mut decoder, mut rest, mut pieces) = (Decoder::new(mode), &octets[..], Vec::new());
        for cut in drawn(1_000) {
            let (piece, after) = rest.split_at((cut as usize % 200).min(rest.len()));
            pieces.extend(decoded(&mut decoder, piece));
            rest = after;
        }
        assert_eq!((pieces.len(), rest.len()), (whole.len(), 0));
        assert!(pieces == whole);
    }
    let extremes: Vec<i16> = drawn(20_000).map(|n| [i16::MIN, i16::MAX, 0, 1][n as usize % 4]).collect();
    encoded(&mut Encoder::new(Mode::Kbit48), &extremes);
}

#[test]
fn the_longer_slice_and_half_a_pair_are_left_alone() {
    let (mut octets, mut samples) = ([7; 4], [7; 5]);
    assert_eq!(Encoder::new(Mode::Kbit64).encode(&[1; 5], &mut octets), 2);
    assert_eq!(octets[2..], [7, 7]);
    assert_eq!(Decoder::new(Mode::Kbit64).decode(&[1; 9], &mut samples), 4);
    assert_eq!(samples[4], 7);
}

#[test]
fn after_a_lost_packet_the_decoder_runs_back_to_the_encoder() {
    // A tone whose level keeps changing, as speech's does.
    let audio: Vec<i16> = sine(440.0, 1.0e4, 16_000)
        .iter()
        .enumerate()
        .map(|(n, &s)| (f64::from(s) * (n as f64 / 2_000.0).sin()) as i16)
        .collect();
    let octets = encoded(&mut Encoder::new(Mode::Kbit64), &audio);
    let whole = decoded(&mut Decoder::new(Mode::Kbit64), &octets);
    for lost in (800..4_000).step_by(160) {
        let mut decoder = Decoder::new(Mode::Kbit64);
        decoded(&mut decoder, &octets[..lost]);
        let after = decoded(&mut decoder, &octets[lost + 160..]);
        let whole = &whole[2 * (lost + 160)..];
        assert!(snr(&after[4_000..], &whole[4_000..]) > 30.0, "packet at {lost}");
        // Never louder than a little above the audio's own level.
        assert!(after.iter().all(|s| s.unsigned_abs() < 16_000), "packet at {lost}");
    }
}

#[test]
fn following_leaves_the_state_that_decoding_the_encoded_samples_would() {
    let (voice, gap) = (sine(440.0, 6_000.0, 1_600), sine(300.0, 4_000.0, 320));
    let (mut encoder, mut decoder) = (Encoder::new(Mode::Kbit64), Decoder::new(Mode::Kbit64));
    decoded(&mut decoder, &encoded(&mut encoder, &voice));
    let mut followed = decoder.clone();
    followed.follow(*voice.last_chunk().expect("long enough"), &gap);
    decoded(&mut decoder, &encoded(&mut encoder, &gap));
    let next = encoded(&mut encoder, &voice);
    assert_eq!(decoded(&mut followed, &next), decoded(&mut decoder, &next));
}

#[test]
fn the_engines_halves_make_the_same_octets_and_refuse_what_does_not_fit() {
    let tone = sine(1_000.0, 8_000.0, 480);
    let audio: Vec<f32> = tone.iter().map(|&s| f32::from(s) / 32_768.0).collect();
    let spec = CodecSpec::g722();
    let (mut encoder, mut decoder) = (spec.encoder(), spec.decoder());
    let (mut payload, mut back) = (vec![0; spec.payload_bytes(480)], vec![0.0; 480]);
    assert_eq!(encoder.encode(&audio, &mut payload), Ok(Encoded::whole(240)));
    assert_eq!(payload, encoded(&mut Encoder::new(Mode::Kbit64), &tone));
    assert_eq!((decoder.decode(&payload, &mut back), spec.payload_samples(&payload)), (Ok(480), 480));
    let words = decoded(&mut Decoder::new(Mode::Kbit64), &payload);
    assert!(back.iter().zip(words).all(|(&b, w)| b == f32::from(w) / 32_768.0));

    let mut fork = encoder.fork();
    let mut other = spec.encoder();
    assert!(other.copy_state(&*fork) && !spec.encoder().copy_state(&*CodecSpec::pcmu().encoder()));
    let next: [Vec<u8>; 3] = [&mut encoder, &mut fork, &mut other].map(|encoder| {
        let mut payload = vec![0; 240];
        encoder.encode(&audio, &mut payload).expect("fits");
        payload
    });
    assert!(next[0] == next[1] && next[0] == next[2]);

    assert_eq!(encoder.encode(&audio[..3], &mut payload), Err(EncodeError::FrameLength { got: 3 }));
    assert_eq!(encoder.encode(&audio, &mut [0; 239]), Err(EncodeError::TooLong { needed: 240, room: 239 }));
    assert_eq!(decoder.decode(&[0; 3], &mut [0.0; 5]), Err(DecodeError::TooLong { samples: 6, room: 5 }));
    assert!(encoder.encode(&[f32::NAN, f32::INFINITY, -9.0, 0.0], &mut payload).is_ok());
}
