//! Senders that pause, and networks that do.

use std::f32::consts::TAU;

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

/// A buzz of 160 Hz and ten harmonics: as steady as a voice is at best.
fn buzz(count: usize) -> Vec<i16> {
    let wave = |n: usize| {
        let partial = |h: usize| (TAU * h as f32 * (n as f32 / 50.0 + 0.07 * h as f32)).sin();
        (1..=20).map(partial).sum::<f32>() * 0.02
    };
    (0..count).map(|n| (wave(n) * 32_768.0) as i16).collect()
}

#[test]
fn a_change_of_the_delay_waits_for_a_pause_but_not_for_ever() {
    let mut leg = Leg::new(JitterConfig::new());
    let voice = packets(&buzz(8_000 * 6), 160);
    leg.run(&voice, 190);
    assert_eq!(leg.playout.account().accelerated_samples, 0, "a voice is spared for two seconds");
    let mut whole = Leg::new(JitterConfig::new());
    whole.run(&voice, 590);
    assert!(whole.playout.account().accelerated_samples > 200, "then it is not: {:?}", whole.playout.account());

    let mut spoken = buzz(8_000 * 2);
    spoken[8_000..9_600].fill(0);
    let mut pausing = Leg::new(JitterConfig::new());
    pausing.run(&packets(&spoken, 160), 130);
    let removed = pausing.playout.account().accelerated_samples;
    assert!(removed > 200, "in a pause the delay shrinks at once: {removed}");
}
