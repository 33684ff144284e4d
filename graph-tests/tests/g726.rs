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
    let Some(list) = vector("g726/ts-crcs").map(|list| String::from_utf8(list).expect("the list is text")) else {
        return;
    };
    let mut checked = 0;
    for (rate, kbit) in Rate::ALL.into_iter().zip([16, 24, 32, 40]) {
        for (law, letter) in LAWS {
            let Some(first) = sequence(&format!("pcm_init.{letter}")) else { return };
            for (input, kind) in [("nrm", 'n'), ("ovr", 'v')] {
                let Some(input) = sequence(&format!("{input}.{letter}")) else { return };
                let mut check = |state: char, encoder: &mut Encoder, start: &[u8]| {
                    let codes = encoded(encoder, &input, law);
                    let stem = format!("{state}{kind}{kbit}f");
                    assert_eq!(crc_of(&list, &format!("{stem}{letter}.i")), crc(&codes), "codes {stem}{letter}");
                    let [same, crossed] = if law == Law::A { ['a', 'x'] } else { ['m', 'c'] };
                    for (to, letter) in [(law, same), (other(law), crossed)] {
                        let mut decoder = Decoder::new(rate);
                        decoded(&mut decoder, start, law);
                        let output = decoded(&mut decoder, &codes, to);
                        assert_eq!(crc_of(&list, &format!("{stem}{letter}.o")), crc(&output), "output {stem}{letter}");
                        checked += 1;
                    }
                };
                check('r', &mut Encoder::new(rate), &[]);
                // From a used state, which a first sequence leads into.
                let mut used = Encoder::new(rate);
                let start = encoded(&mut used, &first, law);
                assert_eq!(crc_of(&list, &format!("i_ini_{kbit}.{letter}")), crc(&start));
                check('h', &mut used, &start);
            }
        }
    }
    assert_eq!(checked, 64);
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

/// The little-endian CRC-32 that the list has for a file.
fn crc_of(list: &str, file: &str) -> u32 {
    let line = list.lines().find(|line| line.starts_with(file)).unwrap_or_else(|| panic!("{file} is listed"));
    u32::from_str_radix(line.split_whitespace().nth(1).expect("four columns"), 16).expect("hexadecimal")
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
