//! Legs whose audio nobody needs, and workers that fall behind.

use super::support::{Leg, noise, packets, position};
use crate::buffer::JitterConfig;
use crate::types::{Millis, Tick};

#[test]
fn a_passed_leg_keeps_the_figures_of_a_played_one_and_resumes_in_mid_packet() {
    let signal = noise(8_000 * 4);
    let mut all = packets(&signal, 160);
    all.drain(60..62);
    let mut played = Leg::new(JitterConfig::fixed(Millis(40)));
    played.run(&all, 380);
    let mut passed = Leg::new(JitterConfig::fixed(Millis(40)));
    let mut next = 0;
    for tick in 0..380u64 {
        while all.get(next).is_some_and(|p| p.2 <= tick * 10_000) {
            passed.insert(all[next].0, all[next].1, &all[next].3, all[next].2);
            next += 1;
        }
        passed.tick = tick;
        if (50..251).contains(&tick) {
            passed.playout.pass(Tick(tick));
            passed.check();
        } else {
            passed.pull();
        }
    }
    assert_eq!(passed.playout.account(), played.playout.account());
    let tail = passed.played.len() - (380 - 251) * 80;
    assert_eq!(passed.played[tail..], played.played[251 * 80..], "the first frame after the relay is already right");
}

#[test]
fn skipped_ticks_are_dropped_and_the_delay_stays() {
    let signal = noise(8_000 * 4);
    let all = packets(&signal, 160);
    let mut leg = Leg::new(JitterConfig::fixed(Millis(40)));
    let mut next = 0;
    while leg.tick < 390 {
        if leg.tick == 100 {
            leg.tick += 20;
            leg.playout.skip(20);
        }
        while all.get(next).is_some_and(|p| p.2 <= leg.tick * 10_000) {
            leg.insert(all[next].0, all[next].1, &all[next].3, all[next].2);
            next += 1;
        }
        leg.pull();
    }
    let account = *leg.playout.account();
    assert_eq!((account.skipped, account.concealed_samples, account.lost), (10, 0, 0), "{account:?}");
    let before = position(&leg.played, &signal[..7_000]).expect("before");
    let after = position(&leg.played, &signal[10_000..20_000]).expect("after");
    assert_eq!(after - before, 10_000 - 1_600);
}

#[test]
fn reset_forgets_the_stream_and_keeps_the_account() {
    let signal = noise(16_000);
    let mut leg = Leg::new(JitterConfig::fixed(Millis(40)));
    leg.run(&packets(&signal, 160), 100);
    leg.playout.reset();
    leg.check();
    leg.played.clear();
    let late: Vec<_> = packets(&signal, 160).into_iter().map(|p| (p.0, p.1, p.2 + 1_000_000, p.3)).collect();
    leg.run(&late, 100);
    assert!(position(&leg.played, &signal[..7_000]).is_some());
    assert_eq!(leg.playout.account().lost, 0);
}
