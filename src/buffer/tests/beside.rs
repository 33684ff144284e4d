//! Packets that hold no audio of the codec, and audio that comes in other packets than its own.

use proptest::prelude::*;

use super::support::{Leg, Pcm, noise, packets, position};
use crate::buffer::{Arrival, Inserted, JitterConfig, Placed, Playout, Repetition};
use crate::codec::audio::comfort::ComfortPayload;
use crate::frame::Provenance;
use crate::types::{Micros, Millis, Ssrc, Tick};

impl Leg {
    fn arrival<'a>(&self, sequence: u16, timestamp: u32, payload: &'a [u8]) -> Arrival<'a> {
        let arrival = Micros(self.tick * 10_000);
        Arrival { sequence, timestamp, marker: false, ssrc: Ssrc(self.ssrc), payload, arrival }
    }

    fn comfort(&mut self, sequence: u16, timestamp: u32, payload: &[u8]) -> Inserted {
        let arrival = self.arrival(sequence, timestamp, payload);
        self.playout.insert_comfort(&arrival)
    }

    fn event(&mut self, sequence: u16, timestamp: u32) -> Option<Placed> {
        let arrival = self.arrival(sequence, timestamp, &[0; 4]);
        self.playout.insert_nothing(&arrival)
    }
}

fn leg() -> Leg {
    let config = JitterConfig::fixed(Millis(40)).max_payload(2_000);
    let playout = Playout::new(config, Box::new(Pcm::default()), 8_000).with_comfort();
    Leg { playout, tick: 0, played: Vec::new(), infos: Vec::new(), ssrc: 1 }
}

fn bytes(samples: &[i16]) -> Vec<u8> {
    samples.iter().flat_map(|s| s.to_le_bytes()).collect()
}

#[test]
fn an_event_between_audio_is_silence_and_neither_loss_nor_concealment() {
    let signal = noise(16_000);
    let mut leg = leg();
    for (at, (_, timestamp, _, samples)) in packets(&signal, 160).into_iter().enumerate() {
        let at = at as u16;
        match at {
            // An event of 200 ms whose reports all say when it began.
            40..50 => _ = leg.event(at, 40 * 160),
            _ => _ = leg.insert(at, timestamp, &samples, leg.tick * 10_000),
        }
        leg.pull();
        leg.pull();
    }
    let account = *leg.playout.account();
    assert_eq!((account.lost, account.concealed_samples, account.resyncs, account.stepped), (0, 0, 0, 10));
    let before = position(&leg.played, &signal[..6_400]).expect("all before the event");
    let after = position(&leg.played, &signal[8_080..14_000]).expect("all after it, but for the blend");
    assert!((after - before - 8_080).abs_diff(0) <= 160, "audio stays where it was");
}

#[test]
fn a_lost_report_of_an_event_is_a_loss_and_no_more() {
    let mut leg = leg();
    let signal = noise(4_800);
    for (at, (_, timestamp, _, samples)) in packets(&signal, 160).into_iter().enumerate() {
        match at as u16 {
            12 => {}
            10..16 => _ = leg.event(at as u16, 1_600),
            at => _ = leg.insert(at, timestamp, &samples, leg.tick * 10_000),
        }
        leg.pull();
        leg.pull();
    }
    assert_eq!(leg.playout.account().lost, 1);
    assert!(leg.playout.account().concealed_samples <= 160);
}

#[test]
fn noise_begins_where_the_audio_ended_and_ends_where_it_goes_on() {
    let signal = noise(8_000);
    let mut leg = leg();
    let noise = {
        let mut payload = [0; 11];
        let length = ComfortPayload::new(30, &[]).write(&mut payload);
        payload[..length].to_vec()
    };
    for (at, (_, timestamp, _, samples)) in packets(&signal, 160).into_iter().enumerate() {
        match at {
            20 => assert!(leg.comfort(20, timestamp, &noise).placed().is_some()),
            21..40 => {}
            _ => _ = leg.insert(if at < 20 { at } else { at - 19 } as u16, timestamp, &samples, leg.tick * 10_000),
        }
        leg.pull();
        leg.pull();
    }
    let account = leg.playout.account();
    assert_eq!((account.lost, account.concealed_samples, account.comfort), (0, 0, 1));
    assert!(account.comfort_samples.abs_diff(20 * 160) <= 160);
    let noisy = leg.infos.iter().filter(|info| info.provenance == Provenance::ComfortNoise && !info.silent).count();
    assert!((38..=42).contains(&noisy), "{noisy}");
    assert_eq!(leg.comfort(60, 60 * 160, &[]), Inserted::Malformed);
    assert_eq!(Leg::new(JitterConfig::new()).comfort(0, 0, &[30]), Inserted::Malformed, "not agreed on");
}

#[test]
fn what_is_lost_comes_out_of_the_next_packet_bit_for_bit() {
    let signal = noise(16_000);
    let all = packets(&signal, 160);
    let mut leg = leg();
    for (at, (sequence, timestamp, _, samples)) in all.iter().enumerate() {
        if at % 7 != 3 {
            let payload = bytes(samples);
            let arrival = leg.arrival(*sequence, *timestamp, &payload);
            let placed = leg.playout.insert(&arrival).placed().expect("it is in time");
            if at > 0 {
                let before = bytes(&all[at - 1].3);
                let span = leg.playout.span_of(&payload);
                let again = Repetition { offset: 160, back: 1, payload: &before };
                assert_eq!(leg.playout.repair(placed, &arrival, span, &again).is_some(), at % 7 == 4);
            }
        }
        leg.pull();
        leg.pull();
    }
    let account = leg.playout.account();
    assert_eq!((account.lost, account.concealed_samples), (0, 0));
    assert_eq!(account.repaired, 14);
    assert!(position(&leg.played, &signal[..15_000]).is_some(), "nothing is missing, and nothing came twice");
    assert!(leg.infos.iter().any(|info| info.provenance == Provenance::Repaired));
}

#[test]
fn the_packet_itself_takes_the_place_of_what_was_rebuilt_of_it() {
    let mut leg = leg();
    let (first, second) = (bytes(&[1_000; 160]), bytes(&[2_000; 160]));
    let carrier = leg.arrival(1, 160, &second);
    let placed = leg.playout.insert(&carrier).placed().expect("it is the first");
    let again = Repetition { offset: 160, back: 1, payload: &first };
    assert!(leg.playout.repair(placed, &carrier, 160, &again).is_some());
    assert!(leg.playout.repair(placed, &carrier, 160, &again).is_none(), "once is enough");
    assert_eq!(leg.playout.account().repaired, 1);
    assert!(leg.insert(0, 0, &[3_000; 160], 0).placed().is_some());
    assert_eq!((leg.playout.account().repaired, leg.playout.account().duplicate), (0, 0));
    assert_eq!(leg.insert(0, 0, &[3_000; 160], 0), Inserted::Duplicate);
    (0..12).for_each(|_| _ = leg.pull());
    assert!(position(&leg.played, &[3_000; 160]).is_some());
}

proptest! {
    #[test]
    fn any_mixture_leaves_the_account_balanced(
        steps in proptest::collection::vec((0u8..5, 0u16..40, 0u32..4_000, 0u8..6), 1..300),
    ) {
        let mut leg = leg();
        let (mut sequence, mut timestamp) = (0u16, 0u32);
        let samples = noise(160);
        let payload = bytes(&samples);
        for (kind, back, offset, pulls) in steps {
            match kind {
                0 => _ = leg.insert(sequence, timestamp, &samples, leg.tick * 10_000),
                1 => _ = leg.comfort(sequence.wrapping_sub(back), timestamp, &[40, 100]),
                2 => _ = leg.event(sequence.wrapping_sub(back), timestamp.wrapping_sub(offset)),
                3 => {
                    let carrier = leg.arrival(sequence, timestamp, &payload);
                    if let Some(placed) = leg.playout.insert(&carrier).placed() {
                        let again = Repetition { offset, back: back.into(), payload: &payload };
                        leg.playout.repair(placed, &carrier, 160, &again);
                    }
                }
                _ => leg.playout.skip(u32::from(back) / 16),
            }
            sequence = sequence.wrapping_add(1);
            timestamp = timestamp.wrapping_add(160);
            for _ in 0..pulls {
                if back == 7 {
                    leg.playout.pass(Tick(leg.tick));
                    leg.tick += 1;
                } else {
                    leg.pull();
                }
                leg.check();
            }
        }
    }
}
