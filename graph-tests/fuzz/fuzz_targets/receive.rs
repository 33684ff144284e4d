//! Any bytes as the network and the host of a session: no panic, figures that add up, audio that is audio,
//! and a good stream is heard afterwards.
//!
//! `cargo fuzz run receive graph-tests/fuzz/corpus_receive graph-tests/fuzz/seeds/receive` from `graph-tests`,
//! with a nightly toolchain, or with `RUSTC_BOOTSTRAP=1` and `-s none` on stable.

#![no_main]

#[path = "../../tests/common_hostile/script.rs"]
mod script;
#[path = "../../tests/common_hostile/receive.rs"]
mod receive;

libfuzzer_sys::fuzz_target!(|script: &[u8]| {
    receive::run(script);
});
