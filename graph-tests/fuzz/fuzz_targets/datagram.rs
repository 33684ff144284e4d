//! Any bytes as the datagrams of a leg: no panic, and every datagram in exactly one figure.
//!
//! `cargo fuzz run datagram graph-tests/fuzz/corpus graph-tests/fuzz/seeds/datagram` from
//! `graph-tests`, with a nightly toolchain, or with `RUSTC_BOOTSTRAP=1` and `-s none` on stable.

#![no_main]

#[path = "../../tests/common_hostile/script.rs"]
mod script;
#[path = "../../tests/common_hostile/datagrams.rs"]
mod datagrams;

libfuzzer_sys::fuzz_target!(|script: &[u8]| {
    datagrams::run(script);
});
