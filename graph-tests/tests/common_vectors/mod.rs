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
