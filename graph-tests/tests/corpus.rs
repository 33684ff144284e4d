//! Replays the seed corpora of the fuzz targets `datagram` and `receive`, and scripts drawn at random.

#[path = "common_hostile/datagrams.rs"]
mod datagrams;
#[path = "common_hostile/receive.rs"]
mod receive;
#[path = "common_hostile/script.rs"]
mod script;

use std::fs;
use std::path::Path;

#[test]
fn every_script_of_the_corpus_is_survived_and_adds_up() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds/datagram");
    let mut count = 0;
    for entry in fs::read_dir(corpus).expect("the corpus lies beside the fuzz target") {
        let script = fs::read(entry.expect("readable").path()).expect("readable");
        let first = datagrams::run(&script);
        assert_eq!(first, datagrams::run(&script), "the same script comes to the same figures");
        count += 1;
    }
    assert!(count >= 10, "{count} scripts");
}

#[test]
fn scripts_drawn_at_random_are_survived_and_add_up() {
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut received = 0;
    for _ in 0..1_000 {
        let length = next() % 400;
        let script: Vec<u8> = (0..length).map(|_| (next() >> 32) as u8).collect();
        received += datagrams::run(&script).received;
    }
    assert!(received > 1_000, "the scripts reach the jitter buffer: {received} packets");
}

#[test]
fn every_script_of_a_whole_session_is_survived_and_adds_up() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds/receive");
    let mut count = 0;
    for entry in fs::read_dir(corpus).expect("the corpus lies beside the fuzz target") {
        let script = fs::read(entry.expect("readable").path()).expect("readable");
        assert_eq!(receive::run(&script), receive::run(&script), "the same script comes to the same figures");
        count += 1;
    }
    assert!(count >= 10, "{count} scripts");
}

#[test]
fn scripts_of_a_whole_session_drawn_at_random_are_survived_and_add_up() {
    let mut state = 0x1234_5678_9abc_def1u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for _ in 0..60 {
        let length = next() % 300;
        let script: Vec<u8> = (0..length).map(|_| (next() >> 32) as u8).collect();
        receive::run(&script);
    }
}
