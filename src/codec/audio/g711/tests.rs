//! G.711 against its own decision values, and against ITU-T's sweep where it is at hand.

use super::*;
use crate::codec::{AudioDecoder, AudioEncoder, DecodeError, EncodeError, Encoded};
use crate::types::SampleRate;

/// One law as the Recommendation's table 1 or 2 lists it, for positive values.
struct Reference {
    /// Decision values x(1) to x(128), in units of `1 << unit` of 16 bits.
    decisions: Vec<i32>,
    unit: u32,
    law: Law,
}

impl Reference {
    fn new(law: Law) -> Self {
        let (unit, mut decisions) = match law {
            Law::Mu => (2, vec![1]),
            Law::A => (4, (1..=16).collect::<Vec<i32>>()),
        };
        let steps: Vec<i32> = match law {
            Law::Mu => std::iter::repeat_n(2, 15).chain((2..9).flat_map(|e| std::iter::repeat_n(1 << e, 16))).collect(),
            Law::A => (0..7).flat_map(|e| std::iter::repeat_n(1 << e, 16)).collect(),
        };
        for step in steps {
            decisions.push(decisions[decisions.len() - 1] + step);
        }
        assert_eq!(decisions.len(), 128);
        Self { decisions, unit, law }
    }

    fn encode(&self, value: i16) -> u8 {
        let magnitude = i32::from(if value < 0 { !value } else { value }) >> self.unit;
        let number = self.decisions.iter().filter(|&&x| x <= magnitude).count().min(127) as u8;
        let positive = if value < 0 { 0 } else { 0x80 };
        match self.law {
            Law::Mu => positive | (127 - number),
            Law::A => (positive | number) ^ 0x55,
        }
    }

    fn decode(&self, code: u8) -> i16 {
        let number = usize::from(match self.law {
            Law::Mu => 127 - (code & 0x7f),
            Law::A => (code ^ 0x55) & 0x7f,
        });
        // Values are the middles of their intervals; µ-law's first interval is both signs', its middle is 0.
        let twice = match (self.law, number) {
            (Law::Mu, 0) => 0,
            (Law::A, 0) => self.decisions[0],
            _ => self.decisions[number - 1] + self.decisions[number],
        };
        let value = (twice << self.unit) / 2;
        (if code & 0x80 == 0 { -value } else { value }) as i16
    }
}

fn encoded(law: Law, samples: &[f32]) -> Vec<u8> {
    let mut codes = vec![0; samples.len()];
    let written = G711Encoder::new(law, SampleRate::HZ_8000).encode(samples, &mut codes);
    assert_eq!(written, Ok(Encoded::whole(samples.len())));
    codes
}

fn decoded(law: Law, codes: &[u8]) -> Vec<f32> {
    let mut samples = vec![f32::NAN; codes.len()];
    let written = G711Decoder::new(law, SampleRate::HZ_8000).decode(codes, &mut samples);
    assert_eq!(written, Ok(codes.len()));
    samples
}

fn all_codes() -> Vec<u8> {
    (0..=255).collect()
}

#[test]
fn every_16_bit_value_gets_the_code_of_its_decision_interval() {
    let values: Vec<i16> = (i16::MIN..=i16::MAX).collect();
    let samples: Vec<f32> = values.iter().map(|&v| f32::from(v) / 32_768.0).collect();
    for law in [Law::Mu, Law::A] {
        let reference = Reference::new(law);
        let expected: Vec<u8> = values.iter().map(|&v| reference.encode(v)).collect();
        assert_eq!(encoded(law, &samples), expected, "{law:?}");
    }
}

#[test]
fn every_code_decodes_to_the_middle_of_its_interval() {
    for law in [Law::Mu, Law::A] {
        let reference = Reference::new(law);
        let expected: Vec<u32> =
            all_codes().iter().map(|&c| (f32::from(reference.decode(c)) / 32_768.0).to_bits()).collect();
        let got: Vec<u32> = decoded(law, &all_codes()).iter().map(|s| s.to_bits()).collect();
        assert_eq!(got, expected, "{law:?}");
    }
}

#[test]
fn a_code_survives_decoding_and_encoding_except_the_second_zero() {
    assert_eq!(encoded(Law::A, &decoded(Law::A, &all_codes())), all_codes());
    let mut expected = all_codes();
    expected[0x7f] = 0xff;
    assert_eq!(encoded(Law::Mu, &decoded(Law::Mu, &all_codes())), expected);
}

#[test]
fn samples_are_rounded_to_the_nearest_16_bit_value() {
    let mut seed = 1u32;
    let samples: Vec<f32> = (0..100_000)
        .map(|_| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed as i32 as f32) / 2.0e9
        })
        .chain((-3_000..3_000).map(|half| half as f32 / 65_536.0))
        .collect();
    for law in [Law::Mu, Law::A] {
        let reference = Reference::new(law);
        for (&sample, code) in samples.iter().zip(encoded(law, &samples)) {
            let value = (sample * 32_768.0).round_ties_even() as i16;
            assert_eq!(code, reference.encode(value), "{law:?} {sample}");
        }
    }
}

#[test]
fn what_is_too_loud_is_clipped_and_what_is_no_number_is_zero() {
    let loud = [1.0, 1.5, 1e30, f32::MAX, f32::INFINITY];
    let negative = loud.map(|s: f32| -s);
    assert_eq!(encoded(Law::Mu, &loud), [0x80; 5]);
    assert_eq!(encoded(Law::Mu, &negative), [0x00; 5]);
    assert_eq!(encoded(Law::A, &loud), [0xaa; 5]);
    assert_eq!(encoded(Law::A, &negative), [0x2a; 5]);
    let zeros = [f32::NAN, -f32::NAN, 0.0, -0.0, 1e-40, -1e-40];
    assert_eq!(encoded(Law::Mu, &zeros), [0xff; 6]);
    assert_eq!(encoded(Law::A, &zeros), [0xd5; 6]);
}

#[test]
fn transcoding_is_decoding_and_encoding() {
    let mut codes = [0; 256];
    transcode_a_to_u(&all_codes(), &mut codes);
    assert_eq!(codes.to_vec(), encoded(Law::Mu, &decoded(Law::A, &all_codes())));
    transcode_u_to_a(&all_codes(), &mut codes);
    assert_eq!(codes.to_vec(), encoded(Law::A, &decoded(Law::Mu, &all_codes())));
}

#[test]
fn a_buffer_that_is_too_small_is_an_error_and_stays_untouched() {
    let mut samples = [7.0; 3];
    let got = G711Decoder::new(Law::A, SampleRate::HZ_8000).decode(&[0; 4], &mut samples);
    assert_eq!((got, samples), (Err(DecodeError::TooLong { samples: 4, room: 3 }), [7.0; 3]));
    let mut codes = [7; 3];
    let got = G711Encoder::new(Law::A, SampleRate::HZ_8000).encode(&[0.0; 4], &mut codes);
    assert_eq!((got, codes), (Err(EncodeError::TooLong { needed: 4, room: 3 }), [7; 3]));
}

/// Words of a file of ITU-T's Software Tool Library test data; `None` where it is not at hand.
fn sweep(name: &str) -> Option<Vec<i16>> {
    let root =
        std::env::var("MEDIA_CORE_SHARED").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../shared").into());
    let bytes = std::fs::read(format!("{root}/data/codec/g711/{name}")).ok()?;
    Some(bytes.chunks_exact(2).map(|b| i16::from_le_bytes([b[0], b[1]])).collect())
}

#[test]
#[expect(clippy::print_stdout, reason = "a test that was left out says so")]
fn the_itu_sweep_is_reproduced() {
    for (law, codes, values) in [(Law::Mu, "sweep-r.u", "sweep-r.reu"), (Law::A, "sweep-r.a", "sweep-r.rea")] {
        let (Some(source), Some(codes), Some(values)) = (sweep("sweep.src"), sweep(codes), sweep(values)) else {
            println!("skipped: no ITU-T sweep (set MEDIA_CORE_SHARED)");
            return;
        };
        let samples: Vec<f32> = source.iter().map(|&v| f32::from(v) / 32_768.0).collect();
        let got = encoded(law, &samples);
        assert!(got.iter().map(|&c| i16::from(c)).eq(codes), "{law:?} codes");
        let decoded = decoded(law, &got);
        assert!(decoded.iter().map(|s| s * 32_768.0).eq(values.iter().map(|&v| f32::from(v))), "{law:?} values");
    }
}
