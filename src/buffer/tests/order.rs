//! Streams that arrive in order, out of order, twice, and with holes.

use super::support::{Leg, noise, packets, position};
use crate::buffer::JitterConfig;
use crate::types::Millis;

#[test]
fn a_stream_in_order_is_played_bit_for_bit_whatever_its_packet_length() {
    let signal = noise(8_000 * 3);
    for each in [20, 40, 80, 160, 240, 320, 480, 960] {
        let mut leg = Leg::new(JitterConfig::fixed(Millis(40)));
        leg.run(&packets(&signal, each), 250);
        let at = position(&leg.played, &signal[..15_000]).unwrap_or_else(|| panic!("{each} samples a packet"));
        assert!((320..=480).contains(&at), "{each} samples a packet: first sample at {at}");
        assert_eq!(leg.playout.account().concealed_samples, 0);
    }
}

#[test]
fn a_change_of_packet_length_in_mid_call_is_not_heard() {
    let signal = noise(8_000 * 3);
    let mut all = Vec::new();
    let (mut start, mut sequence) = (0usize, 0u16);
    for each in [160, 80, 480, 20, 240, 960, 160].repeat(10) {
        if start + each > signal.len() {
            break;
        }
        // A packet is complete, and sent, when its last sample was spoken.
        all.push((sequence, start as u32, (start + each) as u64 * 125, signal[start..start + each].to_vec()));
        (start, sequence) = (start + each, sequence + 1);
    }
    let mut leg = Leg::new(JitterConfig::fixed(Millis(130)));
    leg.run(&all, 250);
    assert!(position(&leg.played, &signal[..15_000]).is_some());
    assert_eq!(leg.playout.account().concealed_samples, 0);
}

#[test]
fn reordering_within_the_depth_is_not_loss() {
    let signal = noise(8_000 * 2);
    let mut all = packets(&signal, 160);
    for pair in all.chunks_exact_mut(5) {
        // The second of five arrives 25 ms late, after the third.
        pair[1].2 += 25_000;
        pair.swap(1, 2);
    }
    let mut leg = Leg::new(JitterConfig::fixed(Millis(40)));
    leg.run(&all, 180);
    assert!(position(&leg.played, &signal[..13_000]).is_some());
    let account = leg.playout.account();
    assert_eq!((account.reordered, account.lost, account.late, account.concealed_samples), (18, 0, 0, 0));
}

#[test]
fn duplicates_are_counted_and_change_nothing() {
    let signal = noise(8_000 * 2);
    let twice: Vec<_> = packets(&signal, 160).into_iter().flat_map(|p| [p.clone(), p]).collect();
    let mut leg = Leg::new(JitterConfig::fixed(Millis(40)));
    leg.run(&twice, 180);
    // Once more, long after they were played.
    assert_eq!(leg.insert(50, 8_000, &signal[..160], 1_800_000), crate::buffer::Inserted::Duplicate);
    assert!(position(&leg.played, &signal[..13_000]).is_some());
    let account = leg.playout.account();
    assert!(account.duplicate > 80, "{}", account.duplicate);
    assert_eq!((account.lost, account.late, account.concealed_samples), (0, 0, 0));
}

#[test]
fn sequence_and_timestamp_wrap_unnoticed() {
    let signal = noise(8_000 * 2);
    let mut all = packets(&signal, 160);
    for packet in &mut all {
        packet.0 = packet.0.wrapping_add(65_500);
        packet.1 = packet.1.wrapping_sub(3_200);
    }
    let mut leg = Leg::new(JitterConfig::fixed(Millis(40)));
    leg.run(&all, 180);
    assert!(position(&leg.played, &signal[..13_000]).is_some());
    let account = leg.playout.account();
    assert_eq!((account.lost, account.late, account.resyncs, account.concealed_samples), (0, 0, 0, 0));
}
