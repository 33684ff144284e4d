use std::f64::consts::TAU;

use super::*;
use crate::codec::audio::g711::Law;
use crate::codec::{CodecKind, CodecSpec, DecodeError, EncodeError, Encoded};
use crate::types::{PayloadType, SampleRate};

const PACKINGS: [Packing; 2] = [Packing::LowFirst, Packing::HighFirst];

fn sine(hz: f64, amplitude: f64, samples: usize) -> Vec<i16> {
    (0..samples).map(|n| (amplitude * (TAU * hz * n as f64 / 8_000.0).sin()).round() as i16).collect()
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
    let mut octets = vec![0; encoder.rate().octets(samples.len())];
    assert_eq!(encoder.encode(samples, Packing::LowFirst, &mut octets), octets.len());
    octets
}

fn decoded(decoder: &mut Decoder, octets: &[u8]) -> Vec<i16> {
    let mut samples = vec![0; octets.len() * 8 / decoder.rate().bits()];
    assert_eq!(decoder.decode(octets, Packing::LowFirst, &mut samples), samples.len());
    samples
}

/// FNV-1a.
fn hash(bytes: impl IntoIterator<Item = u8>) -> u64 {
    bytes.into_iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

#[test]
fn a_tone_comes_back_cleaner_with_more_bits() {
    let tone = sine(1_020.0, 6_000.0, 8_000);
    let ratios = Rate::ALL.map(|rate| {
        let back = decoded(&mut Decoder::new(rate), &encoded(&mut Encoder::new(rate), &tone));
        let power = |values: &mut dyn Iterator<Item = f64>| values.map(|v| v * v).sum::<f64>();
        let error = power(&mut back.iter().zip(&tone).map(|(&b, &t)| f64::from(b) - f64::from(t)));
        10.0 * (power(&mut tone.iter().map(|&t| f64::from(t))) / error).log10()
    });
    let least = [8.0, 15.0, 22.0, 28.0];
    assert!(ratios.iter().zip(least).all(|(&ratio, least)| ratio > least), "{ratios:?}");
}

#[test]
fn codes_are_packed_as_rfc_3551_draws_them() {
    let mut octets = [0; 5];
    let mut packed = |packing: Packing, codes: &[u8], bits| {
        octets = [0; 5];
        packing.pack(codes, bits, &mut octets);
        octets
    };
    assert_eq!(packed(Packing::LowFirst, &[0x1, 0xf], 4)[..1], [0xf1]);
    assert_eq!(packed(Packing::HighFirst, &[0x1, 0xf], 4)[..1], [0x1f]);
    assert_eq!(packed(Packing::LowFirst, &[1, 0, 3, 2], 2)[..1], [0b10110001]);
    assert_eq!(packed(Packing::HighFirst, &[1, 0, 3, 2], 2)[..1], [0b01001110]);
    let threes = [0b001, 0b010, 0b011, 0b100, 0b101, 0b110, 0b111, 0b000];
    assert_eq!(packed(Packing::LowFirst, &threes, 3)[..3], [0b11010001, 0b01011000, 0b00011111]);
    assert_eq!(packed(Packing::HighFirst, &threes, 3)[..3], [0b00101001, 0b11001011, 0b10111000]);
    let fives = [1, 2, 3, 4, 5, 6, 7, 8];
    for packing in PACKINGS {
        assert_eq!(packing.unpack(&packed(packing, &fives, 5), 5), fives);
    }
    assert_eq!(packed(Packing::LowFirst, &fives, 5)[..2], [0b01000001, 0b00001100]);
    assert_eq!(packed(Packing::HighFirst, &fives, 5)[..2], [0b00001000, 0b10000110]);
}

#[test]
fn synthetic_runs_hash_to_what_they_did() {
    let noise: Vec<i16> = drawn(8_000).map(|n| n as i16 >> 1).collect();
    let hashes = Rate::ALL.map(|rate| {
        let octets = encoded(&mut Encoder::new(rate), &noise);
        let audio = decoded(&mut Decoder::new(rate), &octets);
        (hash(octets), hash(audio.into_iter().flat_map(i16::to_le_bytes)))
    });
    assert_eq!(hashes, NOISE);
}

/// Of codes and audio at 16, 24, 32 and 40 kbit/s.
const NOISE: [(u64, u64); 4] = [
    (0xce81_16a9_1f6d_b9e0, 0x7d33_3807_b833_ed5e),
    (0xc989_6673_98b6_2475, 0x11aa_ddd1_694f_9956),
    (0xfc56_1329_295b_2daa, 0x051b_2666_661d_7498),
    (0x5d6f_576b_290c_491b, 0xb68f_488e_df36_2db2),
];

#[test]
fn reset_is_as_new_and_a_clone_goes_on_alike() {
    for rate in Rate::ALL {
        let (noise, tone) = (drawn(1_600).map(|n| n as i16).collect::<Vec<_>>(), sine(700.0, 20_000.0, 1_600));
        let (mut encoder, mut decoder) = (Encoder::new(rate), Decoder::new(rate));
        let codes = encoded(&mut encoder, &noise);
        let audio = decoded(&mut decoder, &codes);
        assert_eq!(encoded(&mut encoder.clone(), &tone), encoded(&mut encoder, &tone));
        assert_eq!(decoded(&mut decoder.clone(), &codes), decoded(&mut decoder, &codes));
        encoder.reset();
        decoder.reset();
        assert_eq!((encoded(&mut encoder, &noise), decoded(&mut decoder, &codes)), (codes, audio));
    }
}

#[test]
fn any_octets_decode_and_any_audio_encodes() {
    let octets: Vec<u8> = drawn(60_000).map(|n| n as u8).collect();
    let extremes: Vec<i16> = drawn(60_000).map(|n| [i16::MIN, i16::MAX, 0, -1][n as usize % 4]).collect();
    for rate in Rate::ALL {
        decoded(&mut Decoder::new(rate), &octets);
        encoded(&mut Encoder::new(rate), &extremes);
        let mut decoder = Decoder::new(rate);
        for byte in [0x00, 0x55, 0xaa, 0xff] {
            decoded(&mut decoder, &[byte; 5_000]);
            octets.iter().take(5_000).for_each(|&code| _ = decoder.decode_code(code, Law::A));
        }
    }
}

#[test]
fn following_leaves_the_state_that_decoding_the_encoded_samples_would() {
    let (voice, gap) = (sine(440.0, 6_000.0, 800), sine(300.0, 4_000.0, 160));
    for rate in Rate::ALL {
        let mut encoder = Encoder::new(rate);
        let mut decoder = Decoder::new(rate);
        decoded(&mut decoder, &encoded(&mut encoder, &voice));
        let mut followed = decoder.clone();
        followed.follow(&gap);
        decoded(&mut decoder, &encoded(&mut encoder, &gap));
        let next = encoded(&mut encoder, &voice);
        assert_eq!(decoded(&mut followed, &next), decoded(&mut decoder, &next));
    }
}

#[test]
fn payloads_are_whole_groups_of_codes() {
    let whole = |rate: Rate| (0..=10).filter(|&octets| rate.samples(octets).is_some()).collect::<Vec<_>>();
    assert_eq!(whole(Rate::Kbit24), [0, 3, 6, 9]);
    assert_eq!(whole(Rate::Kbit40), [0, 5, 10]);
    assert_eq!((whole(Rate::Kbit16).len(), whole(Rate::Kbit32).len()), (11, 11));
    assert_eq!(Rate::ALL.map(|rate| rate.octets(160)), [40, 60, 80, 100]);
    assert_eq!(Rate::ALL.map(|rate| rate.samples(rate.octets(160))), [Some(160); 4]);
}

#[test]
fn the_engines_halves_make_the_same_octets_and_refuse_what_does_not_fit() {
    let tone = sine(1_000.0, 8_000.0, 240);
    let audio: Vec<f32> = tone.iter().map(|&s| f32::from(s) / 32_768.0).collect();
    for (rate, kind) in Rate::ALL.into_iter().flat_map(|r| [(r, CodecKind::G726(r)), (r, CodecKind::Aal2G726(r))]) {
        let dynamic = PayloadType::new(96).expect("96 is below 128");
        let spec = CodecSpec::of(kind, dynamic, SampleRate::HZ_8000, 8_000);
        assert_eq!(CodecKind::named(spec.name()), Some(kind));
        let (mut encoder, mut decoder) = (spec.encoder(), spec.decoder());
        let bytes = spec.payload_bytes(240);
        let (mut payload, mut back) = (vec![0; bytes], vec![0.0; 240]);
        assert_eq!(encoder.encode(&audio, &mut payload), Ok(Encoded::whole(bytes)));
        assert_eq!((decoder.decode(&payload, &mut back), spec.payload_samples(&payload)), (Ok(240), 240));
        let codes = encoded(&mut Encoder::new(rate), &tone);
        assert_eq!(payload == codes, matches!(kind, CodecKind::G726(_)));
        let words = decoded(&mut Decoder::new(rate), &codes);
        assert!(back.iter().zip(words).all(|(&b, w)| b == f32::from(w) / 32_768.0), "{kind:?}");

        let (mut fork, mut other) = (encoder.fork(), spec.encoder());
        assert!(other.copy_state(&*fork) && !other.copy_state(&*CodecSpec::g722().encoder()));
        let next: [Vec<u8>; 3] = [&mut encoder, &mut fork, &mut other].map(|encoder| {
            encoder.encode(&audio, &mut payload).expect("fits");
            payload.clone()
        });
        assert!(next[0] == next[1] && next[0] == next[2]);

        assert_eq!(encoder.encode(&audio[..3], &mut payload), Err(EncodeError::FrameLength { got: 3 }));
        let room = bytes - 1;
        let short = encoder.encode(&audio, &mut payload[..room]);
        assert_eq!(short, Err(EncodeError::TooLong { needed: bytes, room }));
        let cramped = decoder.decode(&payload, &mut back[..239]);
        assert_eq!(cramped, Err(DecodeError::TooLong { samples: 240, room: 239 }));
        assert!(encoder.encode(&[f32::NAN; 8], &mut payload).is_ok());
    }
}
