//! Packets that do not come, or too late.

use super::support::{Leg, Pcm, noise, packets, position};
use crate::buffer::{Inserted, JitterConfig};
use crate::frame::Provenance;
use crate::types::Millis;

#[test]
fn loss_conceals_exactly_the_lost_span() {
    let signal = noise(8_000 * 4);
    for (each, lost) in [(160, 1), (160, 3), (240, 1), (80, 2), (20, 5), (480, 1)] {
        let mut all = packets(&signal, each);
        all.drain(20..20 + lost);
        let mut leg = Leg::new(JitterConfig::fixed(Millis(40)));
        leg.run(&all, 350);
        let account = *leg.playout.account();
        assert_eq!(account.concealed_samples, (each * lost) as u64, "{each} samples a packet");
        assert_eq!((account.lost, account.late, account.concealment_events), (lost as u64, 0, 1));
        let before = position(&leg.played, &signal[..20 * each]).expect("untouched before the loss");
        // The cross-fade reaches at most 10 ms into the next packet.
        let from = (20 + lost) * each + 80;
        let after = position(&leg.played, &signal[from..from + 6_000]).expect("untouched after the loss");
        assert_eq!(after - before, from, "{each} samples a packet: the delay is what it was");
    }
}

#[test]
fn every_frame_tells_where_it_came_from() {
    let signal = noise(8_000);
    let mut all = packets(&signal, 160);
    all.remove(10);
    let mut leg = Leg::new(JitterConfig::fixed(Millis(40)));
    leg.run(&all, 60);
    let kinds: Vec<_> = leg.infos.iter().map(|i| i.provenance).collect();
    let first = kinds.iter().position(|k| *k == Provenance::Received).expect("audio came");
    assert!(kinds[..first].iter().all(|k| *k == Provenance::Silence));
    assert!(leg.infos[..first].iter().all(|i| i.silent));
    assert_eq!(kinds[first + 20..first + 22], [Provenance::Concealed; 2]);
    assert!(kinds[first..first + 20].iter().chain(&kinds[first + 22..]).all(|k| *k == Provenance::Received));
    let times: Vec<_> = leg.infos[first..].iter().map(|i| i.media_time).collect();
    assert!(times.windows(2).all(|t| t[1] == t[0] + 80), "media time goes on, through the loss as well");
}

#[test]
fn a_late_packet_is_counted_and_never_played() {
    let signal = noise(8_000 * 2);
    let mut all = packets(&signal, 160);
    let mut late = all.remove(30);
    late.2 += 300_000;
    let at = all.iter().position(|p| p.2 > late.2).expect("the call is longer");
    all.insert(at, late);
    let mut leg = Leg::new(JitterConfig::fixed(Millis(40)));
    leg.run(&all, 180);
    let account = leg.playout.account();
    assert_eq!((account.lost, account.late, account.late_of_lost), (0, 1, 1));
    assert_eq!(account.concealed_samples, 160);
    assert!(position(&leg.played, &signal[30 * 160..31 * 160]).is_none());
    assert_eq!(leg.insert(30, 4_800, &signal[..160], 1_800_000), Inserted::Duplicate, "its fate is settled");
}

#[test]
fn concealment_fades_and_becomes_silence_after_a_second() {
    let signal = noise(4_000);
    let mut leg = Leg::new(JitterConfig::fixed(Millis(40)));
    leg.run(&packets(&signal, 160), 300);
    let account = leg.playout.account();
    assert_eq!(account.concealed_samples, 8_000);
    assert_eq!(account.silent_samples, 12_000);
    assert_eq!(account.concealment_events, 1);
    let end = leg.played.iter().rposition(|s| *s != 0.0).expect("audio came");
    assert!((4_000 + 320..4_000 + 320 + 960).contains(&end), "{end}");
    assert!(leg.infos[80].silent, "faded concealment is known to be silent");
}

#[test]
fn what_the_decoder_rejects_is_counted_and_concealed() {
    let signal = noise(8_000);
    let mut leg = Leg::new(JitterConfig::fixed(Millis(40)));
    let mut packets = packets(&signal, 160);
    packets[12].3[0] = i16::from_le_bytes([0xde, 0xad]);
    leg.run(&packets, 90);
    let account = *leg.playout.account();
    assert_eq!((account.rejected, account.lost, account.concealed_samples), (1, 0, 160));
    assert!(position(&leg.played, &signal[13 * 160 + 80..6_000]).is_some());
    assert_eq!(leg.insert_bytes(60, 9_600, &[1, 2, 3], 900_000), Inserted::Malformed);
    assert_eq!(leg.insert_bytes(60, 9_600, &[], 900_000), Inserted::Malformed);
}

#[test]
fn a_codec_that_conceals_on_its_own_is_asked_for_whole_ticks() {
    let signal = noise(8_000 * 2);
    for each in [160, 100, 240] {
        let mut all = packets(&signal, each);
        all.remove(20);
        let mut leg = Leg::with(JitterConfig::fixed(Millis(40)), Pcm { conceals: Some(0.5), ..Pcm::default() });
        leg.run(&all, 150);
        let account = *leg.playout.account();
        let concealed = each.next_multiple_of(80) as u64;
        assert_eq!((account.concealed_samples, account.concealment_events, account.lost), (concealed, 1, 1), "{each}");
        let invented = leg.played.iter().filter(|s| **s == 0.5).count() as u64;
        assert_eq!(invented, concealed, "what is counted is what is heard");
        assert!(position(&leg.played, &signal[21 * each..8_000]).is_some(), "and nothing is blended");
    }
}

#[test]
fn what_the_packet_behind_it_carries_is_repaired_and_its_original_is_late() {
    let signal = noise(8_000 * 2);
    let mut all = packets(&signal, 160);
    let mut late = all.remove(30);
    // Between the tick that mends the gap and the one that plays the packet behind it.
    late.2 += 50_000;
    let at = all.iter().position(|p| p.2 > late.2).expect("the call is longer");
    all.insert(at, late);
    let mut leg = Leg::with(JitterConfig::fixed(Millis(40)), Pcm { recovers: true, ..Pcm::default() });
    leg.run(&all, 180);
    let account = leg.playout.account();
    assert_eq!((account.recovered, account.lost, account.late, account.late_of_lost), (1, 0, 1, 0));
    assert_eq!((account.concealment_events, account.bursts.absent), (0, 0));
    assert_eq!(leg.played.iter().filter(|sample| **sample == 0.25).count(), 160);
    assert!(position(&leg.played, &signal[31 * 160..60 * 160]).is_some(), "and goes on where it was");
}

#[test]
fn a_burst_is_repaired_as_far_as_the_packet_behind_it_reaches_back() {
    let signal = noise(8_000 * 2);
    let mut all = packets(&signal, 160);
    all.drain(30..36);
    // The packet behind the burst is there when the first of it is due.
    let mut leg = Leg::with(JitterConfig::fixed(Millis(160)), Pcm { recovers: true, conceals: Some(0.5) });
    leg.run(&all, 200);
    let account = leg.playout.account();
    assert_eq!((account.lost, account.recovered_deep, account.recovered, account.bursts.absent), (2, 3, 1, 2));
    assert_eq!((account.concealed_samples, account.concealment_events), (320, 1));
    let filled: Vec<f32> = [vec![0.5; 320], vec![0.25; 640]].concat();
    assert!(leg.played.windows(960).any(|played| played == filled), "in this order, and nothing between");
    assert!(position(&leg.played, &signal[36 * 160..60 * 160]).is_some(), "and goes on where it was");
}
