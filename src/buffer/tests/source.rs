//! Other sources, and streams that jump.

use super::support::{Leg, Pcm, noise, packets, position};
use crate::buffer::{Inserted, JitterConfig, Playout};
use crate::types::Millis;

#[test]
fn a_new_source_is_played_at_once_without_a_gap() {
    let signal = noise(16_000);
    let all = packets(&signal, 160);
    let mut leg = Leg::new(JitterConfig::fixed(Millis(40)));
    for tick in 0..180u64 {
        for (index, packet) in all.iter().enumerate().filter(|(_, p)| p.2.div_ceil(10_000) == tick) {
            leg.ssrc = if index < 50 { 1 } else { 2 };
            let shift = if index < 50 { 0 } else { 40_000 };
            let outcome = leg.insert(
                packet.0.wrapping_add(shift),
                packet.1.wrapping_sub(77_777 * u32::from(shift)),
                &packet.3,
                packet.2,
            );
            assert_eq!(index == 50, matches!(outcome, Inserted::SourceSwitched(_)), "{index}: {outcome:?}");
        }
        leg.pull();
    }
    assert!(position(&leg.played, &signal[..13_000]).is_some(), "both sources join without a seam");
    let account = leg.playout.account();
    assert_eq!((account.source_switches, account.lost, account.resyncs, account.concealed_samples), (1, 0, 0, 0));
    leg.ssrc = 1;
    assert!(matches!(leg.insert(1, 1, &signal[..160], 1_800_000), Inserted::SourceSwitched(_)), "and back again");
}

#[test]
fn packets_of_the_old_source_still_under_way_do_not_switch_back() {
    let signal = noise(160);
    let mut leg = Leg::new(JitterConfig::new());
    leg.insert(1, 160, &signal, 0);
    leg.ssrc = 2;
    leg.insert(900, 0, &signal, 20_000);
    leg.ssrc = 1;
    assert_eq!(leg.insert(2, 320, &signal, 21_000), Inserted::Late);
    leg.ssrc = 2;
    assert!(matches!(leg.insert(901, 160, &signal, 40_000), Inserted::Accepted(_)));
    assert_eq!(leg.playout.account().source_switches, 1);
}

#[test]
fn one_wild_packet_changes_nothing() {
    let signal = noise(16_000);
    let all = packets(&signal, 160);
    let mut leg = Leg::new(JitterConfig::fixed(Millis(40)));
    for tick in 0..180u64 {
        for packet in all.iter().filter(|p| p.2.div_ceil(10_000) == tick) {
            leg.insert(packet.0, packet.1, &packet.3, packet.2);
            if packet.0 % 10 == 5 {
                assert_eq!(leg.insert(packet.0 + 20_000, packet.1, &packet.3, packet.2), Inserted::Wild);
                assert_eq!(leg.insert(packet.0 + 1, packet.1 ^ 0x4000_0000, &packet.3, packet.2), Inserted::Wild);
            }
        }
        leg.pull();
    }
    assert!(position(&leg.played, &signal[..13_000]).is_some());
    assert_eq!((leg.playout.account().resyncs, leg.playout.account().lost), (0, 0));
}

#[test]
fn a_jump_that_a_second_packet_confirms_is_followed() {
    let signal = noise(32_000);
    for (sequence, timestamp) in [(30_000u16, 0u32), (0, 1_000_000_000), (40_000, 3_000_000_000)] {
        let mut all = packets(&signal, 160);
        for packet in &mut all[60..] {
            packet.0 = packet.0.wrapping_add(sequence);
            packet.1 = packet.1.wrapping_add(timestamp);
        }
        let mut leg = Leg::new(JitterConfig::fixed(Millis(40)));
        leg.run(&all, 300);
        let account = leg.playout.account();
        assert_eq!(account.resyncs, 1);
        assert!(account.lost <= 1 && account.concealed_samples <= 320, "{account:?}");
        assert!(position(&leg.played, &signal[62 * 160 + 80..20_000]).is_some());
    }
}

#[test]
fn an_rtp_clock_of_another_rate_than_the_audio_counts_the_same() {
    let signal = noise(16_000);
    for (clock, units) in [(48_000, 960u32), (16_000, 320), (90_000, 1_800), (4_000, 80)] {
        let mut all = packets(&signal, 160);
        for packet in &mut all {
            packet.1 = u32::from(packet.0) * units;
        }
        all.drain(30..33);
        let mut leg = Leg::new(JitterConfig::fixed(Millis(40)));
        leg.playout = Playout::new(JitterConfig::fixed(Millis(40)), Box::new(Pcm::default()), clock);
        leg.run(&all, 180);
        let account = leg.playout.account();
        assert_eq!((account.concealed_samples, account.lost, account.resyncs), (480, 3, 0), "{clock} Hz");
        assert!(leg.infos.windows(2).skip(10).all(|i| i[1].media_time == i[0].media_time + 80), "{clock} Hz");
    }
}
