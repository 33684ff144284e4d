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

fn draws() -> impl FnMut(u64) -> u64 {
    let mut state = 1u64;
    move |below| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    }
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
fn one_spike_out_of_nothing_counts_little() {
    let mut delay = estimator();
    network(&mut delay, 0, 10, |packet| packet % 7 * 1_000);
    let targets = network(&mut delay, 10, 30, |packet| if packet == 520 { 350_000 } else { packet % 7 * 1_000 });
    assert!(targets.iter().all(|target| *target <= 60), "{:?}", targets.iter().max());
    assert!(targets[1_000..].iter().all(|target| *target <= 20), "{:?}", targets[1_000..].iter().max());
}

#[test]
fn a_network_that_only_paused_is_known_when_it_comes_back() {
    let mut delay = estimator();
    let mut draw = draws();
    let mut spell = |from, delay: &mut DelayEstimator| network(delay, from, 10, |_| draw(100_000) + draw(100_000));
    let first = spell(0, &mut delay);
    let calm = network(&mut delay, 10, 10, |_| 0);
    let second = spell(20, &mut delay);
    let known = |targets: &[u32]| targets.iter().position(|target| *target >= 120).unwrap_or(targets.len());
    assert!(calm[125..].iter().all(|target| *target <= 10), "{:?}", &calm[..150]);
    assert!(known(&second) < 10 && known(&first) > 3 * known(&second), "{} and {}", known(&first), known(&second));
}

#[test]
fn of_delays_at_the_same_price_the_higher_one_is_taken() {
    // A wait of 200 ms every 20 s conceals 1 %, which is worth 100 ms; every 10 s, 2 % and 200 ms.
    let targets = network(&mut estimator(), 0, 120, |packet| if packet % 500 == 499 { 200_000 } else { 0 });
    assert_eq!(targets[3_000..].iter().max(), Some(&200));
}

#[test]
fn delays_beyond_half_a_second_are_known_where_they_are_allowed() {
    let mut delay = DelayEstimator::new(&JitterConfig::new().max(Millis(1_500)));
    let targets = network(&mut delay, 0, 60, |packet| if packet % 150 < 50 { 20_000 * (50 - packet % 150) } else { 0 });
    assert!(targets[1_500..].iter().all(|target| (900..=1_060).contains(target)), "{:?}", targets.last());
}

#[test]
fn no_more_is_aimed_at_than_can_wait() {
    let mut delay = estimator();
    for (from, samples, most) in [(0, 160, 250), (20, 80, 125), (40, 160, 250)] {
        delay.hold(samples, || most * 1_000);
        let targets = network(&mut delay, from, 20, |packet| if packet % 50 == 0 { 400_000 } else { 0 });
        assert_eq!(targets.last().copied(), Some(most as u32));
    }
}

#[test]
fn jitter_that_ends_is_forgotten_in_two_and_a_half_seconds() {
    let mut draw = draws();
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
