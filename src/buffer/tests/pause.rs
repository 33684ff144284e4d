//! Senders that pause, and networks that do.

use super::support::{Leg, noise, packets, position};
use crate::buffer::JitterConfig;
use crate::types::Millis;

#[test]
fn a_pause_of_the_sender_is_silence_and_no_loss() {
    let signal = noise(16_000);
    let mut all = packets(&signal, 160);
    for packet in &mut all[50..] {
        // 2 s of silence suppression: the sequence goes on, the time stands later.
        packet.1 += 16_000;
        packet.2 += 2_000_000;
    }
    let mut leg = Leg::new(JitterConfig::fixed(Millis(40)));
    leg.run(&all, 380);
    let account = leg.playout.account();
    assert_eq!((account.lost, account.late, account.resyncs), (0, 0, 0));
    assert_eq!((account.concealed_samples, account.concealment_events), (0, 0));
    let before = position(&leg.played, &signal[..8_000]).expect("the first spurt");
    let after = position(&leg.played, &signal[8_080..14_000]).expect("the second spurt");
    assert!((15_900..=16_200).contains(&(after - before - 8_080)), "the pause lasts {}", after - before - 8_080);
}

#[test]
fn a_short_pause_known_in_advance_is_exactly_as_long_as_it_was() {
    let signal = noise(16_000);
    let mut all = packets(&signal, 160);
    for packet in &mut all[50..] {
        packet.1 += 240;
        packet.2 += 30_000;
    }
    let mut leg = Leg::new(JitterConfig::fixed(Millis(60)));
    leg.run(&all, 180);
    let account = leg.playout.account();
    assert_eq!((account.lost, account.concealed_samples), (0, 0));
    let before = position(&leg.played, &signal[..8_000]).expect("before");
    let after = position(&leg.played, &signal[8_000..12_000]).expect("after");
    assert_eq!(after - before, 8_240);
}

#[test]
fn after_an_outage_playout_resumes_and_the_delay_comes_back() {
    let signal: Vec<i16> = noise(8_000 * 12).iter().map(|s| s / 64).collect();
    let mut all = packets(&signal, 160);
    // Nothing for 600 ms, then all of it at once.
    for packet in all.iter_mut().filter(|p| (3_000_000..3_600_000).contains(&p.2)) {
        packet.2 = 3_600_000;
    }
    let mut leg = Leg::new(JitterConfig::new());
    leg.run(&all, 1_190);
    let account = *leg.playout.account();
    assert_eq!(account.lost, 0);
    assert!(account.discarded > 10, "what is older than the largest delay is dropped: {}", account.discarded);
    assert!(account.concealed_samples <= 5_200, "{}", account.concealed_samples);
    assert!(account.delay_us <= 60_000, "one outage is no reason to wait: {}", account.delay_us);
}

#[test]
fn an_outage_with_loss_counts_the_loss_once_it_is_over() {
    let signal = noise(8_000 * 8);
    let mut all = packets(&signal, 160);
    all.drain(100..250);
    let mut leg = Leg::new(JitterConfig::fixed(Millis(40)));
    leg.run(&all, 780);
    let account = leg.playout.account();
    assert_eq!((account.lost, account.concealment_events), (150, 1));
    assert_eq!(account.concealed_samples, 8_000, "a second, then silence");
    assert!(position(&leg.played, &signal[250 * 160 + 80..60_000]).is_some());
}
