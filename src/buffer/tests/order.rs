//! Streams that arrive in order, out of order, twice, and with holes.

use super::support::{Leg, noise, packets, position};
use crate::buffer::JitterConfig;
use crate::types::Millis;

#[test]
fn a_stream_in_order_is_played_bit_for_bit_whatever_its_packet_length() {
    let signal = noise(8_000 * 3);
    for each in [20, 40, 80, 160, 240, 320, 480, 960] {
        let mut leg = Leg::new(JitterConfig::fixed(Millis(40)));
        leg.run(&packets(&signal, each), 250);
        let at = position(&leg.played, &signal[..15_000]).unwrap_or_else(|| panic!("{each} samples a packet"));
        assert!((320..=480).contains(&at), "{each} samples a packet: first sample at {at}");
        assert_eq!(leg.playout.account().concealed_samples, 0);
    }
}
