//! Sender and receiver against each other.

use super::*;
use crate::types::{Micros, Millis, Ssrc};

const CLOCK: u32 = 8_000;

/// A packet as it leaves: its tick, timestamp, marker and payload.
type Sent = (u64, u32, bool, [u8; EVENT_BYTES]);

/// Sends `digits` and gives all packets with the tick at whose end they leave.
pub fn send(digits: &Digits, clock: EventClock, packet_ticks: usize) -> Vec<Sent> {
    let mut sender = EventSender::new(clock, packet_ticks);
    sender.set_gap(digits.pause());
    digits.tones().for_each(|tone| assert!(sender.push(tone)));
    let (mut sent, mut tick) = (Vec::new(), 0);
    while !sender.is_idle() {
        if let Turn::Report { timestamp, marker, payload, .. } = sender.tick(tick * u64::from(clock.timestamps) / 100) {
            sent.push((tick, timestamp as u32, marker, payload));
        }
        tick += 1;
    }
    sent
}

pub fn report(payload: [u8; EVENT_BYTES]) -> EventReport {
    EventReport::parse(&payload).and_then(|mut r| r.next()).expect("one report")
}

/// Gives packets, each with its arrival in ticks, to a receiver.
pub fn receive(packets: &[(u64, Sent)], clock: EventClock) -> Vec<EventNotice> {
    let mut receiver = EventReceiver::new(clock);
    let mut heard = Vec::new();
    let last = packets.iter().map(|p| p.0).max().unwrap_or(0);
    for tick in 0..last + 30 {
        let now = Micros(tick * 10_000);
        for (_, (_, timestamp, marker, payload)) in packets.iter().filter(|p| p.0 == tick) {
            let packet = EventPacket { ssrc: Ssrc(7), timestamp: *timestamp, marker: *marker, payload };
            assert!(receiver.accept(&packet, now, |notice| heard.push(notice)));
        }
        receiver.expire(now, |notice| heard.push(notice));
    }
    assert_eq!(receiver.open(), 0);
    heard
}

pub fn started(notices: &[EventNotice]) -> Vec<u8> {
    notices.iter().filter_map(|n| if let EventNotice::Started { code, .. } = n { Some(*code) } else { None }).collect()
}

pub fn ended(notices: &[EventNotice]) -> Vec<(u8, u32, bool)> {
    let end = |n: &EventNotice| match *n {
        EventNotice::Ended { code, duration, complete, .. } => Some((code, duration.0, complete)),
        EventNotice::Started { .. } => None,
    };
    notices.iter().filter_map(end).collect()
}

#[test]
fn one_digit_is_updated_every_packet_time_and_ends_three_times() {
    let digits = Digits::new("5").expect("a digit").duration(Millis(100)).volume(7);
    let sent = send(&digits, EventClock::same(CLOCK), 2);
    let fields: Vec<_> = sent.iter().map(|s| (s.1, s.2, report(s.3).end, report(s.3).duration)).collect();
    let want: Vec<_> = (1..=5).map(|n| (0, n == 1, n == 5, n * 160)).chain([(0, false, true, 800); 2]).collect();
    assert_eq!(fields, want);
    assert!(sent.iter().all(|s| report(s.3).code == 5 && report(s.3).volume == 7));
    assert_eq!(sent.iter().map(|s| s.0).collect::<Vec<_>>(), [1, 3, 5, 7, 9, 11, 13]);
}

#[test]
fn a_duration_that_is_no_multiple_of_anything_is_told_exactly() {
    let sent = send(&Digits::new("#").expect("a digit").duration(Millis(87)), EventClock::same(48_000), 3);
    let last = report(sent.last().expect("sent").3);
    assert_eq!((last.code, last.end, last.duration), (11, true, 87 * 48));
}

#[test]
fn digits_keep_their_gap_and_their_order() {
    let digits = Digits::new("19*D").expect("digits").duration(Millis(80)).gap(Millis(70));
    let sent = send(&digits, EventClock::same(CLOCK), 2);
    let starts: Vec<_> = sent.iter().filter(|s| s.2).map(|s| (s.1, report(s.3).code)).collect();
    assert_eq!(starts, [(0, 1), (1_200, 9), (2_400, 10), (3_600, 15)]);
    let arrived: Vec<_> = sent.iter().map(|s| (s.0 + 1, *s)).collect();
    assert_eq!(ended(&receive(&arrived, EventClock::same(CLOCK))), [1, 9, 10, 15].map(|code| (code, 80, true)));
}

#[test]
fn a_long_event_goes_in_segments_and_is_one_event() {
    for (clock, packets) in [(8_000, 2), (48_000, 2), (48_000, 6), (16_000, 1)] {
        let clock = EventClock::same(clock);
        let sent = send(&Digits::new("0").expect("a digit").duration(Millis(20_000)), clock, packets);
        let mut segments: Vec<u32> = sent.iter().map(|s| s.1).collect();
        segments.dedup();
        assert_eq!(segments.len() as u64, (20 * u64::from(clock.events)).div_ceil(0xffff));
        assert!(segments.windows(2).all(|pair| pair[1] - pair[0] == 0xffff));
        for segment in &segments {
            let last: Vec<_> = sent.iter().filter(|s| s.1 == *segment).map(|s| report(s.3)).collect();
            let copies = last.iter().filter(|r| **r == last[last.len() - 1]).count();
            assert_eq!((copies, last[last.len() - 1].end), (3, Some(segment) == segments.last()));
        }
        assert_eq!(sent.iter().filter(|s| s.2).count(), 1, "one marker");
        let arrived: Vec<_> = sent.iter().map(|s| (s.0, *s)).collect();
        let heard = receive(&arrived, clock);
        assert_eq!((started(&heard), ended(&heard)), (vec![0], vec![(0, 20_000, true)]));
        // Also where nothing is left of the first seconds, or of whole segments in between.
        let joined = receive(&arrived[arrived.len() / 3..], clock);
        assert_eq!((started(&joined).len(), ended(&joined).len()), (1, 1));
        let holed: Vec<_> = arrived.iter().copied().filter(|a| segments.get(1) != Some(&a.1.1)).collect();
        let heard = receive(&holed, clock);
        assert_eq!((started(&heard).len(), ended(&heard).len()), (1, 1), "{clock:?}");
    }
}

#[test]
fn another_clock_for_events_changes_durations_and_not_the_time_line() {
    let clock = EventClock::new(8_000, 48_000);
    let sent = send(&Digits::new("12").expect("digits"), clock, 2);
    let starts: Vec<_> = sent.iter().filter(|s| s.2).map(|s| s.1).collect();
    assert_eq!(starts, [0, 160 * 48]);
    assert_eq!(report(sent[0].3).duration, 160);
    let long = send(&Digits::new("1").expect("a digit").duration(Millis(30_000)), clock, 2);
    let heard = receive(&long.iter().map(|s| (s.0, *s)).collect::<Vec<_>>(), clock);
    assert_eq!((started(&heard), ended(&heard)), (vec![1], vec![(1, 30_000, true)]));
}

#[test]
fn an_event_without_its_end_ends_when_nothing_comes_or_another_one_begins() {
    let clock = EventClock::same(CLOCK);
    let sent = send(&Digits::new("12").expect("digits"), clock, 2);
    let endless: Vec<_> = sent.iter().filter(|s| !report(s.3).end).map(|s| (s.0, *s)).collect();
    assert_eq!(ended(&receive(&endless, clock)), [(1, 80, false), (2, 80, false)]);
}

#[test]
fn packed_events_are_told_one_by_one_and_once() {
    let clock = EventClock::same(CLOCK);
    let block = |code, end, duration| EventReport { code, end, volume: 10, duration }.to_bytes();
    let payload = [block(1, true, 800), block(2, true, 800), block(3, false, 160)].concat();
    let later = [block(2, true, 800), block(3, true, 400)].concat();
    let mut receiver = EventReceiver::new(clock);
    let mut heard = Vec::new();
    for (timestamp, payload) in [(0, &payload), (0, &payload), (800, &later)] {
        let packet = EventPacket { ssrc: Ssrc(7), timestamp, marker: false, payload };
        assert!(receiver.accept(&packet, Micros(0), |notice| heard.push(notice)));
    }
    assert_eq!(started(&heard), [1, 2, 3]);
    assert_eq!(ended(&heard), [(1, 100, true), (2, 100, true), (3, 50, true)]);
}

#[test]
fn a_sender_that_moves_the_timestamp_along_is_still_one_digit() {
    let packets: Vec<_> = (0..6u64)
        .map(|n| {
            let payload = EventReport { code: 4, end: n == 5, volume: 10, duration: 160 }.to_bytes();
            (2 * n, (2 * n, n as u32 * 160, n == 0, payload))
        })
        .collect();
    assert_eq!(started(&receive(&packets, EventClock::same(CLOCK))), [4]);
}

#[test]
fn digits_that_cannot_be_sent_are_typed_errors() {
    assert_eq!(Digits::new("12x"), Err(DigitsError::Unknown('x')));
    let one = || Digits::new("1").expect("a digit");
    assert_eq!(Digits::codes(Vec::new()).validate(4), Err(DigitsError::Count { got: 0, most: 4 }));
    assert_eq!(Digits::new("12345").expect("digits").validate(4), Err(DigitsError::Count { got: 5, most: 4 }));
    assert_eq!(one().duration(Millis(39)).validate(4), Err(DigitsError::Duration(Millis(39))));
    assert_eq!(one().gap(Millis(0)).validate(4), Err(DigitsError::Gap(Millis(0))));
    assert_eq!(one().volume(64).validate(4), Err(DigitsError::Volume(64)));
    assert_eq!(one().validate(4), Ok(()));
}
