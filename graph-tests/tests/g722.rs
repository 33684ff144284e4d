//! G.722 against ITU-T's vectors and against outputs of ITU-T's software: every bit.

mod common_vectors;
#[path = "common_vectors/sha256.rs"]
mod sha256;

use common_vectors::vector;
use media_core::codec::audio::g722::{Decoder, Encoder, Mode};
use sha256::sha256;

const MODES: [Mode; 3] = [Mode::Kbit64, Mode::Kbit56, Mode::Kbit48];

/// Encoder input, its codes, and what the decoder makes of them in modes 1, 2 and 3.
const SETS: [(Option<&str>, &str, [&str; 3]); 4] = [
    (Some("inpsp.bin"), "codspw.cod", ["outsp1.bin", "outsp2.bin", "outsp3.bin"]),
    (Some("stress_full.pcm"), "stress_full.cod", ["stress_full.out1", "stress_full.out2", "stress_full.out3"]),
    (Some("stress_half.pcm"), "stress_half.cod", ["stress_half.out1", "stress_half.out2", "stress_half.out3"]),
    (None, "random_codes.cod", ["random_codes.out1", "random_codes.out2", "random_codes.out3"]),
];

#[test]
fn the_encoder_makes_the_codes_of_the_vectors_however_the_audio_is_cut() {
    for (input, codes, _) in SETS {
        let (Some(input), Some(codes)) = (input.and_then(g722), g722(codes)) else { continue };
        let (input, codes) = (words(&input), octets(&codes));
        for cut in [2, 34, 320, 4096] {
            let mut encoder = Encoder::new(Mode::Kbit64);
            assert_same(&encoded(&mut encoder, &input, cut), &codes);
        }
        for (mode, audio) in MODES.into_iter().zip([0xff, 0xfe, 0xfc]) {
            let masked: Vec<u8> = codes.iter().map(|code| code & audio).collect();
            assert_same(&encoded(&mut Encoder::new(mode), &input, 320), &masked);
        }
    }
}

#[test]
fn the_decoder_makes_the_audio_of_the_vectors_in_every_mode() {
    for (_, codes, outputs) in SETS {
        let Some(codes) = g722(codes) else { continue };
        let codes = octets(&codes);
        for (mode, output) in MODES.into_iter().zip(outputs) {
            let Some(output) = g722(output) else { continue };
            for cut in [1, 17, 160, 4096] {
                assert_same(&decoded(&mut Decoder::new(mode), &codes, cut), &words(&output));
            }
        }
    }
}

/// Outputs of another implementation, public-domain libg722, of which a list of SHA-256 sums is kept.
#[test]
fn another_implementation_agrees_on_speech_and_at_full_scale() {
    let Some(list) = g722("libg722_test.checksum") else { return };
    let list = String::from_utf8(list).expect("the list is text");
    let listed = |file: &str| list.lines().any(|line| line.ends_with(&format!("*{file}")));
    let agrees = |file: &str, bytes: &[u8]| {
        assert!(listed(file) && list.contains(&format!("{} *{file}", sha256(bytes))), "{file}");
    };
    let bytes = |samples: Vec<i16>, order: fn(i16) -> [u8; 2]| samples.into_iter().flat_map(order).collect::<Vec<_>>();
    for (codes, output) in [("test", "test.raw.16k.out"), ("fullscale", "fullscale.raw.out")] {
        let Some(codes) = g722(&format!("libg722_{codes}.g722")) else { return };
        let audio = decoded(&mut Decoder::new(Mode::Kbit64), &codes, 160);
        agrees(output, &bytes(audio, i16::to_le_bytes));
    }
    let Some(input) = g722("libg722_pcminb.dat") else { return };
    // These words have their higher octet first.
    let input: Vec<i16> = words(&input).into_iter().map(i16::swap_bytes).collect();
    let codes = encoded(&mut Encoder::new(Mode::Kbit64), &input, 320);
    agrees("pcminb.g722.out", &codes);
    let audio = decoded(&mut Decoder::new(Mode::Kbit64), &codes, 160);
    agrees("pcminb.raw.16k.out", &bytes(audio, i16::to_be_bytes));
}

fn g722(name: &str) -> Option<Vec<u8>> {
    vector(&format!("g722/{name}"))
}

/// 16-bit words of a vector, the lower octet first.
fn words(bytes: &[u8]) -> Vec<i16> {
    bytes.as_chunks::<2>().0.iter().map(|&word| i16::from_le_bytes(word)).collect()
}

/// The lower octet of each word.
fn octets(words: &[u8]) -> Vec<u8> {
    words.iter().step_by(2).copied().collect()
}

fn encoded(encoder: &mut Encoder, samples: &[i16], cut: usize) -> Vec<u8> {
    let mut octets = vec![0; samples.len() / 2];
    for (samples, octets) in samples.chunks(cut).zip(octets.chunks_mut(cut / 2)) {
        assert_eq!(encoder.encode(samples, octets), samples.len() / 2);
    }
    octets
}

fn decoded(decoder: &mut Decoder, octets: &[u8], cut: usize) -> Vec<i16> {
    let mut samples = vec![0; 2 * octets.len()];
    for (octets, samples) in octets.chunks(cut).zip(samples.chunks_mut(2 * cut)) {
        assert_eq!(decoder.decode(octets, samples), samples.len());
    }
    samples
}

fn assert_same<T: PartialEq + std::fmt::Debug>(got: &[T], want: &[T]) {
    assert_eq!(got.len(), want.len());
    let differing = got.iter().zip(want).position(|(got, want)| got != want);
    assert_eq!(differing, None, "first differing place");
}
