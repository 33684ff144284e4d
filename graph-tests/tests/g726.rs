//! G.726 against ITU-T's vectors: every bit, at every rate, for A-law and µ-law.
//!
//! The 32 kbit/s sequences are compared as they are. Those of the other rates and of the start from a
//! used state are made from them and compared by ITU-T's list of their CRC-32s.

mod common_vectors;

use common_vectors::vector;
use media_core::codec::audio::g711::Law;
use media_core::codec::audio::g726::{Decoder, Encoder, Rate};

/// Letters of a law in the names of files: as input and beside the rate.
const LAWS: [(Law, char); 2] = [(Law::A, 'a'), (Law::Mu, 'm')];

#[test]
fn the_encoder_makes_the_codes_of_the_32_kbit_sequences() {
    for (law, letter) in LAWS {
        for (input, codes) in [("nrm", "rn32f"), ("ovr", "rv32f")] {
            let pair = (sequence(&format!("{input}.{letter}")), sequence(&format!("{codes}{letter}.i")));
            let (Some(input), Some(codes)) = pair else { continue };
            assert_same(&encoded(&mut Encoder::new(Rate::Kbit32), &input, law), &codes);
        }
    }
}

#[test]
fn the_decoder_makes_the_log_pcm_of_the_32_kbit_sequences() {
    let cases = [
        ("rn32fa.i", Law::A, "rn32fa.o"),
        ("rn32fa.i", Law::Mu, "rn32fx.o"),
        ("rn32fm.i", Law::Mu, "rn32fm.o"),
        ("rn32fm.i", Law::A, "rn32fc.o"),
        ("rv32fa.i", Law::A, "rv32fa.o"),
        ("rv32fa.i", Law::Mu, "rv32fx.o"),
        ("rv32fm.i", Law::Mu, "rv32fm.o"),
        ("rv32fm.i", Law::A, "rv32fc.o"),
        ("i32", Law::A, "ri32fa.o"),
        ("i32", Law::Mu, "ri32fm.o"),
    ];
    for (codes, law, output) in cases {
        let (Some(codes), Some(output)) = (sequence(codes), sequence(output)) else { continue };
        assert_same(&decoded(&mut Decoder::new(Rate::Kbit32), &codes, law), &output);
    }
}

#[test]
fn every_rate_makes_the_sequences_whose_checksums_are_listed() {
    let Some(list) = checksums() else { return };
    for (rate, kbit) in Rate::ALL.into_iter().zip([16, 24, 32, 40]) {
        for (law, letter) in LAWS {
            for (input, kind) in [("nrm", 'n'), ("ovr", 'v')] {
                let Some(input) = sequence(&format!("{input}.{letter}")) else { return };
                let codes = encoded(&mut Encoder::new(rate), &input, law);
                list.check(&format!("r{kind}{kbit}f{letter}.i"), &codes);
                let same = decoded(&mut Decoder::new(rate), &codes, law);
                list.check(&format!("r{kind}{kbit}f{letter}.o"), &same);
                let crossed = decoded(&mut Decoder::new(rate), &codes, other(law));
                list.check(&format!("r{kind}{kbit}f{}.o", if law == Law::A { 'x' } else { 'c' }), &crossed);
            }
        }
    }
}

/// Homing sequences lead any encoder and any decoder into one state, from which the others go on. Their
/// files are filled up with what belongs to none.
#[test]
fn from_a_state_in_use_the_sequences_of_the_list_are_made_as_well() {
    let Some(list) = checksums() else { return };
    for (law, letter) in LAWS {
        let Some(homing) = sequence(&format!("pcm_init.{letter}")) else { return };
        let Some(homing_codes) = sequence(&format!("i_ini_32.{letter}")) else { return };
        for (input, kind) in [("nrm", 'n'), ("ovr", 'v')] {
            let Some(input) = sequence(&format!("{input}.{letter}")) else { return };
            for (rate, kbit) in Rate::ALL.into_iter().zip([16, 24, 32, 40]) {
                let mut encoder = Encoder::new(rate);
                encoded(&mut encoder, &homing[..HOMING], law);
                let codes = encoded(&mut encoder, &input, law);
                list.check(&format!("h{kind}{kbit}f{letter}.i"), &codes);
                if rate == Rate::Kbit32 {
                    let mut decoder = Decoder::new(rate);
                    decoded(&mut decoder, &homing_codes[..HOMING], law);
                    list.check(&format!("h{kind}32f{letter}.o"), &decoded(&mut decoder, &codes, law));
                }
            }
        }
        let Some(codes) = sequence("i32") else { return };
        let mut decoder = Decoder::new(Rate::Kbit32);
        decoded(&mut decoder, &homing_codes[..HOMING], law);
        list.check(&format!("hi32f{letter}.o"), &decoded(&mut decoder, &codes, law));
    }
}

/// Samples of a homing sequence.
const HOMING: usize = 3496;

/// ITU-T's list of CRC-32s.
struct Checksums(String);

fn checksums() -> Option<Checksums> {
    Some(Checksums(String::from_utf8(vector("g726/ts-crcs")?).expect("the list is text")))
}

impl Checksums {
    /// Compares a sequence with the little-endian CRC-32 that the list has for a file.
    fn check(&self, file: &str, octets: &[u8]) {
        let line = self.0.lines().find(|line| line.starts_with(file)).unwrap_or_else(|| panic!("{file} is listed"));
        let listed = line.split_whitespace().nth(1).expect("four columns");
        assert_eq!(format!("{:08X}", crc(octets)), listed, "{file}");
    }
}

fn other(law: Law) -> Law {
    if law == Law::A { Law::Mu } else { Law::A }
}

fn encoded(encoder: &mut Encoder, log_pcm: &[u8], law: Law) -> Vec<u8> {
    log_pcm.iter().map(|&octet| encoder.encode_code(octet, law)).collect()
}

fn decoded(decoder: &mut Decoder, codes: &[u8], law: Law) -> Vec<u8> {
    codes.iter().map(|&code| decoder.decode_code(code, law)).collect()
}

/// A sequence of octets, which its file keeps as 16-bit words.
fn sequence(name: &str) -> Option<Vec<u8>> {
    Some(vector(&format!("g726/{name}"))?.into_iter().step_by(2).collect())
}

/// CRC-32 (IEEE 802.3) of the octets as 16-bit words, the lower octet first.
fn crc(octets: &[u8]) -> u32 {
    let bytes = octets.iter().flat_map(|&octet| [octet, 0]);
    !bytes.fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc: u32, _| crc >> 1 ^ if crc & 1 == 0 { 0 } else { 0xedb8_8320 })
    })
}

fn assert_same(got: &[u8], want: &[u8]) {
    assert_eq!(got.len(), want.len());
    let differing = got.iter().zip(want).position(|(got, want)| got != want);
    assert_eq!(differing, None, "first differing place");
}
