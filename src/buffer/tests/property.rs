//! Whatever comes, in whatever order: no panic, balanced accounts, bounded output.

use proptest::prelude::*;

use super::support::{Leg, Pcm};
use crate::buffer::{Arrival, JitterConfig, Missing, Repetition};
use crate::types::{Micros, Millis, Ssrc, Tick};

#[derive(Clone, Debug)]
enum Step {
    Packet { sequence: u16, timestamp: u32, late_us: u64, bytes: usize, ssrc: u32 },
    Beside { sequence: u16, late_us: u64, comfort: bool },
    Redundant { sequence: u16, offset: u32, back: u64, bytes: usize },
    Pull,
    Pass,
    Skip(u32),
    Reset,
}

fn any_step() -> impl Strategy<Value = Step> {
    let packet = (any::<u16>(), any::<u32>(), 0..400_000u64, 0..2_100usize, 0..3u32).prop_map(
        |(sequence, timestamp, late_us, bytes, ssrc)| Step::Packet { sequence, timestamp, late_us, bytes, ssrc },
    );
    let near = (0..64u16, -500..500i32, 0..400_000u64, 0..500usize).prop_map(|(sequence, off, late_us, bytes)| {
        let timestamp = (i32::from(sequence) * 160 + off) as u32;
        Step::Packet { sequence, timestamp, late_us, bytes, ssrc: 1 }
    });
    let beside = (0..64u16, 0..400_000u64, any::<bool>()).prop_map(|(sequence, late_us, comfort)| Step::Beside {
        sequence,
        late_us,
        comfort,
    });
    let redundant = (0..64u16, 0..1_000u32, 0..5u64, 0..500usize)
        .prop_map(|(sequence, offset, back, bytes)| Step::Redundant { sequence, offset, back, bytes });
    prop_oneof![
        2 => packet, 10 => near, 2 => beside, 2 => redundant, 12 => Just(Step::Pull), 3 => Just(Step::Pass),
        1 => (0..40u32).prop_map(Step::Skip), 1 => Just(Step::Reset),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics_and_everything_balances(
        steps in prop::collection::vec(any_step(), 1..300), fixed in 0..80u32, recovers: bool, conceals: bool,
    ) {
        let config = JitterConfig::new().min(Millis(fixed / 2)).initial(Millis(fixed)).max(Millis(fixed * 2)).capacity(16);
        let mut leg = Leg::with(config, Pcm { recovers, conceals: conceals.then_some(0.5) });
        leg.playout = leg.playout.with_comfort();
        for step in steps {
            match step {
                Step::Packet { sequence, timestamp, late_us, bytes, ssrc } => {
                    leg.ssrc = ssrc;
                    let payload: Vec<u8> = (0..bytes).map(|i| (i * 37) as u8).collect();
                    leg.insert_bytes(sequence, timestamp, &payload, (leg.tick * 10_000).saturating_sub(late_us));
                }
                Step::Beside { sequence, late_us, comfort } => {
                    let arrival = Micros((leg.tick * 10_000).saturating_sub(late_us));
                    let timestamp = u32::from(sequence) * 160;
                    let (ssrc, payload) = (Ssrc(1), &[40u8, 3][..]);
                    let packet = Arrival { sequence, timestamp, marker: false, ssrc, payload, arrival };
                    match comfort {
                        true => _ = leg.playout.insert_comfort(&packet),
                        false => _ = leg.playout.insert_nothing(&packet),
                    }
                }
                Step::Redundant { sequence, offset, back, bytes } => {
                    let payload = &vec![7; bytes][..];
                    let (timestamp, ssrc, arrival) = (u32::from(sequence) * 160, Ssrc(1), Micros(leg.tick * 10_000));
                    let packet = Arrival { sequence, timestamp, marker: false, ssrc, payload, arrival };
                    if let Some(placed) = leg.playout.insert(&packet).placed() {
                        let span = leg.playout.span_of(payload);
                        leg.playout.repair(placed, &packet, span, &Repetition { offset, back, payload });
                    }
                }
                Step::Pull => {
                    leg.pull();
                }
                Step::Pass => leg.playout.pass(Tick(leg.tick)),
                Step::Skip(ticks) => leg.playout.skip(ticks),
                Step::Reset => leg.playout.reset(),
            }
            leg.check();
            let mut list = [Missing::default(); 8];
            let told = leg.playout.missing(Tick(leg.tick), &mut list);
            prop_assert!(told == 0 || leg.playout.has_missing());
        }
        prop_assert!(leg.played.iter().all(|s| s.abs() <= 1.0), "louder than what came in");
    }

    /// One source, no jumps: every sequence number ends in exactly one place.
    #[test]
    fn every_sequence_number_is_accounted_for(
        fates in prop::collection::vec((0..10u8, 0..150_000u64, prop::sample::select(vec![20u32, 80, 160, 480])), 2..200),
        delay in 0..80u32,
    ) {
        let mut sent = Vec::new();
        let mut timestamp = 0u32;
        for (sequence, (fate, late_us, samples)) in fates.iter().enumerate() {
            let packet = (sequence as u16, timestamp, u64::from(timestamp) * 125 + late_us, vec![500i16; *samples as usize]);
            timestamp += samples;
            if *fate > 0 {
                sent.push(packet.clone());
            }
            if *fate > 8 {
                sent.push((packet.0, packet.1, packet.2 + 50_000, packet.3));
            }
        }
        sent.sort_by_key(|p| p.2);
        let mut leg = Leg::new(JitterConfig::fixed(Millis(delay)));
        leg.run(&sent, u64::from(timestamp) / 80 + 60);
        let a = leg.playout.account();
        let playout = &leg.playout;
        prop_assert_eq!(playout.places_passed(), a.bursts.expected);
        prop_assert_eq!(sent.len() as u64, a.accepted + a.duplicate + a.late + a.overflow + a.malformed);
        prop_assert_eq!(playout.waiting(), 0);
    }
}
