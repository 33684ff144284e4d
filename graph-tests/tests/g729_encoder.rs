//! The ITU's test vectors of G.729 Annex A through the coder: every bit must be the reference's.

use std::fs;
use std::path::PathBuf;

use media_core::codec::audio::g729::Encoder;

#[test]
fn the_coder_is_bit_exact_over_every_vector_of_annex_a() {
    for name in ["ALGTHM", "FIXED", "LSP", "PITCH", "SPEECH", "TAME", "TEST"] {
        let (Some(audio), Some(expected)) = (words(&format!("{name}.IN")), words(&format!("{name}.BIT"))) else {
            println!("{name} is not there: skipped");
            continue;
        };
        let (frames, _) = audio.as_chunks::<80>();
        let (expected, rest) = expected.as_chunks::<82>();
        assert!(rest.is_empty(), "{name}: whole frames");
        assert!(frames.len() >= 30, "{name}: {} frames", frames.len());
        assert_eq!(frames.len(), expected.len(), "{name}");
        let mut encoder = Encoder::new();
        for (index, (frame, expected)) in frames.iter().zip(expected).enumerate() {
            assert_eq!(serial(&encoder.encode_frame(frame).pack()), *expected, "{name}: frame {index}");
        }
        println!("{name}: {} frames bit-exact", frames.len());
    }
}

/// An ITU serial frame: a sync word, the count of bits, a word per bit.
fn serial(bytes: &[u8; 10]) -> [i16; 82] {
    let mut words = [0x6b21, 80]
        .into_iter()
        .chain(bytes.iter().flat_map(|byte| (0..8).rev().map(move |i| if byte >> i & 1 == 1 { 0x81 } else { 0x7f })));
    std::array::from_fn(|_| words.next().unwrap_or(0))
}

fn words(name: &str) -> Option<Vec<i16>> {
    let shared = std::env::var("MEDIA_CORE_SHARED")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared").into());
    let bytes = fs::read(PathBuf::from(shared).join("data/codec/g729a").join(name)).ok()?;
    Some(bytes.as_chunks::<2>().0.iter().map(|&word| i16::from_le_bytes(word)).collect())
}
