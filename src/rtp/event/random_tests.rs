//! Sender and receiver over a network of any kind, and hostile bytes.

use proptest::prelude::*;

use super::tests::{ended, receive, report, send, started};
use super::*;
use crate::types::{Micros, Millis, Ssrc};

proptest! {
    #[test]
    fn one_start_and_one_end_for_each_digit_whatever_the_network_does(
        keys in "[0-9*#A-D]{1,12}",
        hz in prop::sample::select(vec![8_000u32, 16_000, 48_000]),
        duration in 40u32..400,
        gap in 40u32..200,
        ticks in 1usize..=6,
        fates in proptest::collection::vec((0u8..100, 0u64..40, 0u8..100), 400),
    ) {
        let clock = EventClock::same(hz);
        let digits = Digits::new(&keys).expect("digits").duration(Millis(duration)).gap(Millis(gap));
        let sent = send(&digits, clock, ticks);
        let mut arrivals = Vec::new();
        for (packet, (loss, delay, double)) in sent.iter().zip(&fates) {
            if *loss >= 40 {
                arrivals.push((packet.0 + delay, *packet));
                if *double < 30 {
                    arrivals.push((packet.0 + delay / 2 + 7, *packet));
                }
            }
        }
        let heard = receive(&arrivals, clock);
        // What arrived of an event at all is what can be known of it.
        let mut known: Vec<_> = arrivals.iter().map(|a| (a.1.1, report(a.1.3).code)).collect();
        known.sort_unstable();
        known.dedup();
        let mut codes: Vec<_> = known.iter().map(|k| k.1).collect();
        codes.sort_unstable();
        let (mut starts, mut ends) = (started(&heard), ended(&heard).iter().map(|e| e.0).collect::<Vec<_>>());
        starts.sort_unstable();
        ends.sort_unstable();
        prop_assert_eq!(&starts, &codes);
        prop_assert_eq!(&ends, &codes);
    }

    #[test]
    fn any_payload_is_taken_without_harm_and_every_start_has_an_end(
        packets in proptest::collection::vec(
            (any::<u8>(), any::<u32>(), any::<bool>(), proptest::collection::vec(any::<u8>(), 0..72)), 0..100),
    ) {
        let mut receiver = EventReceiver::new(EventClock::new(48_000, 8_000));
        let mut heard = Vec::new();
        for (ssrc, timestamp, marker, payload) in &packets {
            let packet = EventPacket { ssrc: Ssrc((*ssrc).into()), timestamp: *timestamp, marker: *marker, payload };
            let taken = receiver.accept(&packet, Micros(0), |notice| heard.push(notice));
            prop_assert_eq!(taken, !payload.is_empty() && payload.len() % 4 == 0 && payload.len() <= 4 * MAX_BLOCKS);
        }
        receiver.expire(Micros(u64::MAX), |notice| heard.push(notice));
        prop_assert_eq!(started(&heard).len(), ended(&heard).len());
        prop_assert_eq!(receiver.open(), 0);
    }
}
