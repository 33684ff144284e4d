//! The delay follows the network, up and down.
#![expect(clippy::print_stdout, reason = "a test tells what it measured, and when it is left out")]

use super::support::{Leg, noise, packets};
use crate::buffer::{DelayEstimator, JitterConfig, JitterConfigError};
use crate::types::Millis;

/// A stream of `seconds` whose packets from 3 s to 5 s are delayed by up to `jitter_us`.
fn burst(seconds: usize, jitter_us: u64) -> Vec<(u16, u32, u64, Vec<i16>)> {
    let mut state = 7u64;
    let speech: Vec<i16> = noise(seconds * 8_000).iter().map(|s| s / 64).collect();
    let mut all = packets(&speech, 160);
    for packet in &mut all {
        if (3_000_000..5_000_000).contains(&packet.2) {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            packet.2 += (state >> 33) % jitter_us;
        }
    }
    all.sort_by_key(|p| p.2);
    all
}

#[test]
fn the_delay_rises_with_a_burst_of_jitter_and_falls_after_it() {
    let mut leg = Leg::new(JitterConfig::new());
    let all = burst(14, 120_000);
    let (mut next, mut at) = (0, Vec::new());
    for tick in 0..1_390u64 {
        while all.get(next).is_some_and(|p| p.2 <= tick * 10_000) {
            leg.insert(all[next].0, all[next].1, &all[next].3, all[next].2);
            next += 1;
        }
        leg.pull();
        at.push((leg.playout.account().delay_us, leg.playout.target().0));
    }
    assert!(at[280].1 <= 10 && at[280].0 <= 25_000, "calm: {:?}", at[280]);
    assert!(at[490].1 >= 90, "jitter of 120 ms: {:?}", at[490]);
    assert!(at[800].1 <= 10 && at[800].0 <= 10_000, "3 s after it: {:?}", at[800]);
    assert!(at[1_000].0 <= 35_000, "5 s after it: {:?}", at[1_000]);
    let account = leg.playout.account();
    let settled = account.concealment_events;
    assert!(settled <= 12, "no stutter: {settled} events, {} samples", account.concealed_samples);
    assert!(account.accelerated_samples > 500, "{account:?}");
}

#[test]
fn the_target_rises_when_late_packets_come_again_and_keeps_its_bounds() {
    let config = JitterConfig::new().min(Millis(20)).max(Millis(150));
    let mut delay = DelayEstimator::new(&config);
    assert_eq!(delay.target_us(), 80_000);
    for packet in 0..300u64 {
        delay.observe(packet * 20_000, 5_000_000);
    }
    assert_eq!(delay.target_us(), 20_000);
    // One late packet may stay the only one, and counts half.
    delay.observe(6_000_000, 5_090_000);
    delay.observe(6_100_000, 5_000_000);
    assert!((20_000..=50_000).contains(&delay.target_us()), "{}", delay.target_us());
    for packet in 0..20u64 {
        let late = if packet % 5 == 0 { 700_000 } else { 0 };
        delay.observe(6_200_000 + packet * 100_000, 5_000_000 + late);
    }
    assert!((80_000..=150_000).contains(&delay.target_us()), "{}", delay.target_us());
}

#[test]
fn clock_drift_moves_neither_target_nor_balance() {
    for ppm in [-300i64, 300] {
        let speech: Vec<i16> = noise(60 * 8_000).iter().map(|s| s / 64).collect();
        let mut all = packets(&speech, 160);
        for packet in &mut all {
            packet.2 = (packet.2 as i64 + packet.2 as i64 * ppm / 1_000_000) as u64 + 3_000;
        }
        let mut leg = Leg::new(JitterConfig::new());
        leg.run(&all, 5_900);
        let account = leg.playout.account();
        assert!(leg.playout.target().0 <= 20);
        assert!(account.delay_us < 40_000, "{ppm} ppm: {}", account.delay_us);
        assert!(account.concealed_samples <= 1_200, "{ppm} ppm: {}", account.concealed_samples);
        assert_eq!(account.lost + account.late + account.discarded, 0);
    }
}

#[test]
fn interarrival_jitter_is_that_of_rfc_3550() {
    let mut delay = DelayEstimator::new(&JitterConfig::new());
    let mut expected = 0.0f64;
    let mut last = 0i64;
    for packet in 0..500i64 {
        let transit = (packet * 7_919) % 16_000;
        delay.observe(packet as u64 * 20_000, transit);
        expected += ((transit - last).abs() as f64 - expected) / 16.0;
        last = transit;
    }
    assert!((delay.jitter_us() as f64 - expected).abs() < 8.0, "{} against {expected}", delay.jitter_us());
}

#[test]
fn bounds_that_cannot_be_kept_are_refused() {
    assert_eq!(JitterConfig::new().validate(), Ok(()));
    let order = JitterConfig::new().min(Millis(90)).validate();
    assert!(matches!(order, Err(JitterConfigError::Order { .. })));
    assert!(matches!(JitterConfig::fixed(Millis(2_001)).validate(), Err(JitterConfigError::MaxDelay { .. })));
    assert!(matches!(JitterConfig::new().capacity(3).validate(), Err(JitterConfigError::Capacity(3))));
    assert!(matches!(JitterConfig::new().max_payload(0).validate(), Err(JitterConfigError::Payload(0))));
}

#[test]
fn loss_with_jitter_costs_little_more_concealment_than_the_loss() {
    let signal: Vec<i16> = noise(60 * 8_000).iter().map(|s| s / 64).collect();
    let mut state = 11u64;
    let mut draw = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut all = packets(&signal, 160);
    all.retain(|_| draw(100) >= 5);
    for packet in &mut all {
        // The sum of two draws is triangular: 40 ms on the mean, 80 ms at most.
        packet.2 += draw(40_000) + draw(40_000);
    }
    all.sort_by_key(|p| p.2);
    let mut leg = Leg::new(JitterConfig::new());
    leg.run(&all, 5_990);
    let a = *leg.playout.account();
    let (lost, concealed) = (a.lost as f64 / 30.0, a.concealed_samples as f64 / (a.ticks * 80) as f64 * 100.0);
    println!(
        "lost {lost:.1} %, late {}, concealed {concealed:.2} % in {} events, delay {} us, {a:?}",
        a.late,
        a.concealment_events,
        a.delay_sum_us / a.delay_ticks
    );
    assert!(concealed < lost + 1.0, "{concealed:.2} % concealed of {lost:.2} % lost");
    assert!(a.late < 6 && a.discarded == 0, "{a:?}");
    assert!(a.delay_sum_us / a.delay_ticks < 80_000, "{a:?}");
}
