//! The target is the delay that would have been the cheapest.

use crate::buffer::{DelayEstimator, JitterConfig};
use crate::types::Millis;

/// Packets of 20 ms over `seconds`, each later than the fastest by what `late_us` makes of its number, in order.
fn network(delay: &mut DelayEstimator, from: u64, seconds: u64, mut late_us: impl FnMut(u64) -> u64) -> Vec<u32> {
    let mut last = 0;
    (from * 50..(from + seconds) * 50)
        .map(|packet| {
            let sent = packet * 20_000;
            let arrival = (sent + late_us(packet)).max(last);
            last = arrival;
            delay.observe(arrival, arrival as i64 - sent as i64);
            delay.target_us() / 1_000
        })
        .collect()
}

fn estimator() -> DelayEstimator {
    DelayEstimator::new(&JitterConfig::new())
}

#[test]
fn a_network_without_jitter_asks_for_nothing_within_a_second() {
    let mut delay = estimator();
    let targets = network(&mut delay, 0, 2, |_| 0);
    assert_eq!((targets[0], targets[50..].iter().max()), (80, Some(&0)));
}

#[test]
fn a_delay_that_pays_is_held_and_one_that_does_not_is_not() {
    // A wait of 100 ms each second conceals 10 %: far dearer than 100 ms of delay.
    let mut often = estimator();
    let targets = network(&mut often, 0, 60, |packet| if packet % 50 == 49 { 100_000 } else { 0 });
    assert!(targets[500..].iter().all(|target| (100..=110).contains(target)), "{:?}", &targets[500..600]);
    // Each 40 seconds it conceals 0.25 %, which is worth 25 ms.
    let mut seldom = estimator();
    let targets = network(&mut seldom, 0, 180, |packet| if packet % 2_000 == 1_999 { 100_000 } else { 0 });
    assert!(targets[50..].iter().all(|target| *target <= 20), "{:?}", targets.iter().max());
}

#[test]
fn one_spike_out_of_nothing_is_not_waited_for_again() {
    let mut delay = estimator();
    network(&mut delay, 0, 10, |packet| packet % 7 * 1_000);
    let targets = network(&mut delay, 10, 10, |packet| if packet == 520 { 350_000 } else { packet % 7 * 1_000 });
    assert!(targets.iter().all(|target| *target <= 20), "{:?}", targets.iter().max());
}

#[test]
fn jitter_that_ends_is_forgotten_in_two_and_a_half_seconds() {
    let mut state = 1u64;
    let mut draw = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for seconds in [2, 20, 100] {
        let mut delay = estimator();
        network(&mut delay, 0, 5, |_| 0);
        let during = network(&mut delay, 5, seconds, |_| draw(60_000) + draw(60_000));
        let after = network(&mut delay, 5 + seconds, 4, |_| 0);
        assert!(during[99] >= 80, "{seconds} s: {}", during[99]);
        assert!(after[125..].iter().all(|target| *target <= 10), "{seconds} s: {:?}", &after[..150]);
    }
}

#[test]
fn a_longer_way_is_no_jitter_and_a_shorter_one_is_noticed() {
    let mut delay = estimator();
    network(&mut delay, 0, 20, |packet| packet % 5 * 2_000);
    let longer = network(&mut delay, 20, 20, |packet| 80_000 + packet % 5 * 2_000);
    assert!(longer[250..].iter().all(|target| *target <= 20), "{:?}", &longer[200..260]);
    let shorter = network(&mut delay, 40, 20, |packet| packet % 5 * 2_000);
    assert!(shorter[125..].iter().all(|target| *target <= 20), "{:?}", &shorter[..150]);
}

#[test]
fn packets_that_were_overtaken_cost_no_more_than_themselves() {
    let mut delay = estimator();
    for packet in 0..3_000u64 {
        let sent = packet * 20_000;
        delay.observe(sent, 0);
        if packet % 1_000 == 500 {
            delay.observe_overtaken(sent, 400_000, 20_000);
        }
    }
    assert!(delay.target_us() <= 10_000, "{}", delay.target_us());
}

#[test]
fn any_arrival_keeps_the_bounds() {
    let config = JitterConfig::new().min(Millis(20)).max(Millis(150));
    let mut delay = DelayEstimator::new(&config);
    let mut state = 3u64;
    for _ in 0..20_000 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let transit = (state >> (state % 60)) as i64 - (1 << 20);
        delay.observe(state >> 30, transit);
        assert!((20_000..=150_000).contains(&delay.target_us()));
    }
}
