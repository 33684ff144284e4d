//! The sender's clock: how it is measured, and what playout makes of it.
#![expect(clippy::print_stdout, reason = "a test tells what it measured")]

use super::support::{Leg, noise, packets};
use crate::buffer::JitterConfig;

#[test]
fn probe() {
    let mut leg = Leg::new(JitterConfig::new());
    let mut state = 5u64;
    let mut all = packets(&noise(300 * 8_000).iter().enumerate().map(|(i, s)| if (i / 1600) % 6 == 5 { s / 400 } else { s / 4 }).collect::<Vec<_>>(), 480);
    for packet in &mut all {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        packet.2 = packet.2 + packet.2 * 200 / 1_000_000 + 20_300 + (state >> 33) % 3_000;
    }
    let mut next = 0;
    let mut before = (0, 0, 0, 0);
    for tick in 0..29_000u64 {
        while all.get(next).is_some_and(|p| p.2 <= tick * 10_000) {
            leg.insert(all[next].0, all[next].1, &all[next].3, all[next].2);
            next += 1;
        }
        leg.pull();
        let a = leg.playout.account();
        let now = (leg.playout.target().0 / 5, a.concealed_samples, a.expanded_samples, a.accelerated_samples);
        if now != before {
            println!("{tick}: target {} concealed {} exp {} acc {} delay {}", leg.playout.target().0, now.1, now.2, now.3, a.delay_us);
        }
        before = now;
    }
}
