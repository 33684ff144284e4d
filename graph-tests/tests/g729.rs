//! The ITU's test vectors of G.729 Annex A through the decoder: every sample must be the reference's.

mod common_vectors;

use media_core::codec::audio::g729::{Decoder, FrameKind, SpeechParams};

#[test]
fn the_decoder_is_bit_exact_over_every_vector_of_annex_a() {
    let names = ["ALGTHM", "ERASURE", "FIXED", "LSP", "OVERFLOW", "PARITY", "PITCH", "SPEECH", "TAME", "TEST"];
    for name in names {
        let (Some(serial), Some(expected)) = (words(&format!("{name}.BIT")), words(&format!("{name}.PST"))) else {
            continue;
        };
        let mut decoder = Decoder::new();
        let mut decoded = Vec::new();
        for frame in frames(&serial) {
            let mut out = [0; 80];
            decoder.decode(&frame, &mut out);
            decoded.extend(out);
        }
        let frames = decoded.len() / 80;
        assert!(frames >= 30, "{name}: {frames} frames");
        assert_eq!(decoded.len(), expected.len(), "{name}");
        let first = decoded.iter().zip(&expected).position(|(a, b)| a != b);
        assert_eq!(first.map(|i| (i / 80, i % 80)), None, "{name}: first difference at (frame, sample)");
        println!("{name}: {frames} frames bit-exact");
    }
}

/// Frames of an ITU serial file: a sync word, the count of bits, a word per bit. A zero among them is an erasure.
fn frames(serial: &[i16]) -> Vec<FrameKind> {
    let mut frames = Vec::new();
    let mut rest = serial;
    while let [sync, count, after @ ..] = rest {
        let (bits, after) = after.split_at(*count as usize);
        let bytes: Vec<u8> =
            bits.chunks(8).map(|octet| octet.iter().fold(0, |byte, &bit| byte << 1 | u8::from(bit == 0x81))).collect();
        frames.push(match <[u8; 10]>::try_from(bytes) {
            _ if bits.contains(&0) || (bits.is_empty() && *sync != 0x6b21) => FrameKind::Erased,
            Ok(bytes) => FrameKind::Speech(SpeechParams::unpack(&bytes)),
            Err(_) => FrameKind::Untransmitted,
        });
        rest = after;
    }
    frames
}

fn words(name: &str) -> Option<Vec<i16>> {
    let bytes = common_vectors::vector(&format!("g729a/{name}"))?;
    Some(bytes.as_chunks::<2>().0.iter().map(|&word| i16::from_le_bytes(word)).collect())
}
