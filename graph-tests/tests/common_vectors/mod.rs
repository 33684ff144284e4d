//! Test vectors of the standards, which lie outside the repository.

use std::path::PathBuf;

/// Reads `codec/<name>` of the shared data, which lies beside the repository or where `MEDIA_CORE_SHARED` says.
/// `None`, and a line that says so, where it is absent.
pub fn vector(name: &str) -> Option<Vec<u8>> {
    let shared = std::env::var("MEDIA_CORE_SHARED")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared").into());
    let path = PathBuf::from(shared).join("data/codec").join(name);
    let bytes = std::fs::read(&path).ok();
    if bytes.is_none() {
        println!("skipped: no vector {name} (set MEDIA_CORE_SHARED)");
    }
    bytes
}

/// 16-bit words of a vector, the lower octet first.
pub fn words(bytes: &[u8]) -> Vec<i16> {
    bytes.as_chunks::<2>().0.iter().map(|&word| i16::from_le_bytes(word)).collect()
}
