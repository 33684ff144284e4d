//! Any bytes as RTCP of a session: no panic, no hang, and what is no RTCP is told.
//!
//! `cargo fuzz run rtcp graph-tests/fuzz/corpus` from `graph-tests`, with a nightly toolchain, or with
//! `RUSTC_BOOTSTRAP=1` and `-s none` on stable.

#![no_main]

use media_core::rtp::rtcp::{Link, NtpTime, read};
use media_core::{Micros, Ssrc};

libfuzzer_sys::fuzz_target!(|datagram: &[u8]| {
    let mut items = 0;
    let outcome = read(datagram, |_| items += 1);
    // No item is smaller than the four bytes of a source that says goodbye.
    assert!(items <= datagram.len() / 4);
    let mut link = Link::default();
    link.reported(NtpTime(1));
    let fed = link.feed(datagram, Micros(5_000_000), NtpTime(5 << 32), Ssrc(7), 8_000);
    assert_eq!(outcome.is_ok(), fed.is_ok());
});
