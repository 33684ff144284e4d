//! More than the leg can take.

use super::support::{Leg, noise};
use crate::buffer::{Inserted, JitterConfig};
use crate::types::Millis;

#[test]
fn a_flood_is_bounded_and_counted() {
    let mut leg = Leg::new(JitterConfig::new().capacity(8));
    for sequence in 0..100u16 {
        leg.insert(sequence, u32::from(sequence) * 160, &noise(160), 1_000);
    }
    assert_eq!(leg.playout.waiting(), 8);
    // The end of a flood is nearer to now than its start.
    assert_eq!((leg.playout.account().discarded, leg.playout.account().overflow), (92, 0));
    for _ in 0..100 {
        leg.pull();
    }
    assert_eq!(leg.playout.waiting(), 0);
}

#[test]
fn packets_beyond_the_limits_are_too_large() {
    let mut leg = Leg::new(JitterConfig::new());
    assert_eq!(leg.insert(0, 0, &noise(961), 0), Inserted::TooLarge, "longer than 120 ms");
    assert_eq!(leg.insert_bytes(0, 0, &[0; 2_002], 0), Inserted::TooLarge, "more bytes than configured");
    assert!(leg.insert(0, 0, &noise(960), 0).placed().is_some());
    assert_eq!(leg.playout.account().overflow, 2);
}

#[test]
fn a_flood_of_sources_changes_sources_and_nothing_else() {
    let mut leg = Leg::new(JitterConfig::new());
    for packet in 0..500u32 {
        leg.ssrc = packet;
        leg.insert(packet as u16 * 7, packet * 99_991, &noise(160), u64::from(packet) * 5_000);
        if packet % 2 == 0 {
            leg.pull();
        }
    }
    assert_eq!(leg.playout.account().source_switches, 499);
}

#[test]
fn packets_of_one_sample_do_not_make_a_tick_endless() {
    let mut leg = Leg::new(JitterConfig::fixed(Millis(0)).capacity(1_024));
    for sequence in 0..1_000u16 {
        leg.insert(sequence, sequence.into(), &[100], 0);
    }
    while leg.playout.waiting() > 0 {
        let before = leg.playout.waiting();
        leg.pull();
        assert!(before - leg.playout.waiting() <= 36, "24 decisions, one of which may decode 12 packets ahead");
    }
}
