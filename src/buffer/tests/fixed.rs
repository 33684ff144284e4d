//! A delay that is fixed stays where it is, and nothing is stretched for it.

use super::support::{Leg, noise, packets, position};
use crate::buffer::JitterConfig;
use crate::types::Millis;

/// Speech of 30 s whose packets arrive up to `late_us` late, on a clock that is `ppm` off.
fn arrivals(late_us: u64, ppm: i64) -> Vec<(u16, u32, u64, Vec<i16>)> {
    let mut state = 5u64;
    let mut all = packets(&noise(30 * 8_000), 160);
    for packet in &mut all {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        packet.2 = (packet.2 as i64 + packet.2 as i64 * ppm / 1_000_000) as u64 + (state >> 33) % late_us.max(1);
    }
    all.sort_by_key(|p| p.2);
    all
}

#[test]
fn nothing_is_stretched_and_the_delay_stays() {
    for (late_us, ppm) in [(0, 0), (30_000, 0), (150_000, 0), (5_000, 200), (5_000, -200)] {
        let mut leg = Leg::new(JitterConfig::fixed(Millis(40)));
        let all = arrivals(late_us, ppm);
        let mut next = 0;
        for tick in 0..2_990u64 {
            while all.get(next).is_some_and(|p| p.2 <= tick * 10_000) {
                leg.insert(all[next].0, all[next].1, &all[next].3, all[next].2);
                next += 1;
            }
            leg.pull();
        }
        let account = leg.playout.account();
        assert_eq!((account.accelerated_samples, account.expanded_samples), (0, 0), "{late_us} us, {ppm} ppm");
        assert!(account.delay_max_us <= 90_000, "{late_us} us, {ppm} ppm: {account:?}");
    }
}

#[test]
fn what_comes_in_time_is_played_bit_by_bit() {
    let signal = noise(30 * 8_000);
    let mut leg = Leg::new(JitterConfig::fixed(Millis(40)));
    leg.run(&arrivals(30_000, 0), 2_990);
    let at = position(&leg.played, &signal[..200_000]).expect("untouched");
    assert!((320..=400).contains(&at), "40 ms after the earliest, or at the tick after that: {at}");
}
