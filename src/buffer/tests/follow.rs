//! Playout by the sender's clock begins and ends unheard, and is not there where it is not needed.
#![expect(clippy::print_stdout, reason = "a test tells what it measured")]

use super::support::Leg;
use crate::buffer::JitterConfig;
use crate::types::Millis;

/// A sine of 1 kHz at 8 kHz.
const TONE: [i16; 8] = [0, 11_585, 16_384, 11_585, 0, -11_585, -16_384, -11_585];

/// Sends the tone for `seconds` in packets of 20 ms, from the moment that the leg is at, by a clock `ppm` off.
fn say(leg: &mut Leg, sequence: u16, seconds: u64, ppm: i64) {
    let packet: Vec<i16> = TONE.iter().copied().cycle().take(160).collect();
    let from = leg.tick * 10_000;
    let mut next = 0;
    for _ in 0..seconds * 100 {
        loop {
            let at = from + next * 20_000 - (next as i64 * 20_000 * ppm / 1_000_000) as u64 * u64::from(ppm > 0)
                + (next as i64 * 20_000 * -ppm / 1_000_000) as u64 * u64::from(ppm < 0);
            if at > leg.tick * 10_000 {
                break;
            }
            leg.insert(sequence.wrapping_add(next as u16), (next * 160) as u32, &packet, at);
            next += 1;
        }
        leg.pull();
    }
}

/// The largest residual of x[n−1] + x[n+1] = √2·x[n] in parts of the amplitude: drift alone leaves a ten-thousandth.
fn discontinuity(played: &[f32]) -> f32 {
    let residual = |w: &[f32]| (w[0] + w[2] - std::f32::consts::SQRT_2 * w[1]).abs();
    played.windows(3).map(residual).fold(0.0, f32::max) / 0.5
}

fn is_untouched(played: &[f32]) -> bool {
    played.iter().all(|s| TONE.iter().any(|t| f32::from(*t) / 32_768.0 == *s))
}

#[test]
fn a_clock_is_followed_and_left_again_unheard() {
    for ppm in [-400, 400] {
        let mut leg = Leg::new(JitterConfig::fixed(Millis(40)));
        say(&mut leg, 100, 200, ppm);
        let account = *leg.playout.account();
        let (removed, added) = (account.drift_removed_samples, account.drift_added_samples);
        assert!(if ppm > 0 { removed > 200 } else { added > 200 }, "{ppm} ppm: {account:?}");
        assert!(account.delay_us.abs_diff(45_000) < 10_000, "{ppm} ppm: {account:?}");
        let start = 8_000;
        assert!(is_untouched(&leg.played[start..16_000]) && !is_untouched(&leg.played[100 * 8_000..101 * 8_000]));
        // Another sender, with the same tone by our clock.
        leg.ssrc += 1;
        say(&mut leg, 9_000, 120, 0);
        let now = *leg.playout.account();
        println!("{ppm} ppm: residual {}, {now:?}", discontinuity(&leg.played[start..]));
        assert!(is_untouched(&leg.played[leg.played.len() - 40 * 8_000..]), "{ppm} ppm: it plays by our clock again");
        assert!(discontinuity(&leg.played[start..198 * 8_000]) < 1e-3, "{ppm} ppm");
        assert!(discontinuity(&leg.played[202 * 8_000..]) < 1e-3, "{ppm} ppm");
        assert_eq!(now.discarded, account.discarded, "{ppm} ppm");
        // Played, left out, or waiting.
        let heard = now.received_samples + now.drift_removed_samples - now.drift_added_samples;
        assert!((now.decoded * 160).abs_diff(heard) <= 400, "{ppm} ppm: {now:?}");
    }
}

#[test]
fn a_clock_that_is_ours_is_not_followed() {
    for ppm in [0, 1, -2] {
        let mut leg = Leg::new(JitterConfig::fixed(Millis(40)));
        say(&mut leg, 0, 200, ppm);
        assert!(is_untouched(&leg.played[8_000..]), "{ppm} ppm");
    }
}
