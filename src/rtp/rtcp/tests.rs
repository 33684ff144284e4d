//! Reports there and back, round trips, and whatever else may come.

use std::time::Duration;

use proptest::prelude::*;

use crate::rtp::rtcp::{Block, Item, Link, NtpTime, Report, RtcpError, SentStream, VoipBlock, read, write};
use crate::types::{Micros, Ssrc};

const VOIP: VoipBlock = VoipBlock {
    ssrc: 0x0102_0304,
    loss_rate: 1,
    discard_rate: 2,
    burst_density: 3,
    gap_density: 4,
    burst_duration: 0x0506,
    gap_duration: 0x0708,
    round_trip: 0x090a,
    end_system_delay: 0x0b0c,
    signal_level: 13,
    noise_level: 14,
    residual_echo: 15,
    gmin: 16,
    r_factor: 17,
    external_r_factor: 18,
    mos_lq: 19,
    mos_cq: 20,
    config: 0b1011_0000,
    buffer_nominal: 0x1516,
    buffer_maximum: 0x1718,
    buffer_absolute: 0x191a,
};

fn report(ssrc: u32, at: u64) -> Report<'static> {
    Report {
        ssrc: Ssrc(ssrc),
        ntp: NtpTime::at(NtpTime(0xe000_0000_0000_0000), Micros(at)),
        sent: Some(SentStream { rtp: 160, packets: 2, bytes: 320 }),
        block: None,
        cname: "somebody@here",
        voip: None,
        answer: None,
        bye: false,
    }
}

fn items(bytes: &[u8]) -> Vec<Item> {
    let mut items = Vec::new();
    read(bytes, |item| items.push(item)).expect("what we write is RTCP");
    items
}

#[test]
fn what_is_written_is_read_again() {
    let block = Block {
        ssrc: Ssrc(9),
        fraction_lost: 64,
        lost: -3,
        highest: 0x0001_0005,
        jitter: 77,
        last_report: 5,
        since_last: 6,
    };
    let all = Report { block: Some(block), voip: Some(VOIP), answer: Some((Ssrc(3), 1, 2)), bye: true, ..report(7, 5) };
    let (ssrc, ntp) = (Ssrc(7), all.ntp);
    let bytes = write(&all);
    assert_eq!(bytes.len() % 4, 0);
    assert_eq!(
        items(&bytes),
        [
            Item::Sender { ssrc, ntp, rtp: 160, packets: 2, bytes: 320 },
            Item::Received { from: ssrc, block },
            Item::Reference { from: ssrc, ntp },
            Item::Answer { to: Ssrc(3), last_report: 1, since_last: 2 },
            Item::Voip(VOIP),
            Item::Bye(ssrc),
        ]
    );
    let silent = Report { sent: None, ..report(7, 5) };
    assert_eq!(items(&write(&silent)), [Item::Reference { from: ssrc, ntp }]);
}

#[test]
fn the_voip_block_lies_on_the_wire_as_rfc_3611_draws_it() {
    let bytes = write(&Report { voip: Some(VOIP), ..report(7, 0) });
    let mut drawn = vec![7, 0, 0, 8];
    drawn.extend([1, 2, 3, 4]);
    drawn.extend(1..=20);
    drawn.extend([0b1011_0000, 0, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a]);
    assert!(bytes.ends_with(&drawn), "{bytes:02x?}");
}

#[test]
fn both_kinds_of_reports_show_the_round_trip() {
    let (mut here, mut there) = (Link::default(), Link::default());
    let origin = NtpTime(u64::MAX - (2 << 32));
    let at = |ms: u64| (Micros(ms * 1_000), NtpTime::at(origin, Micros(ms * 1_000)));
    // A report takes 30 ms there, rests for 200 ms, and its answer takes 50 ms back; the time stamps wrap meanwhile.
    for (sends, base) in [(true, 1_900), (false, 60_000)] {
        let sent = sends.then_some(SentStream { rtp: 0, packets: 1, bytes: 1 });
        let (_, ntp) = at(base);
        here.reported(ntp);
        let bytes = write(&Report { ssrc: Ssrc(1), ntp, sent, ..report(1, 0) });
        let (now, ntp) = at(base + 30);
        there.feed(&bytes, now, ntp, Ssrc(2), 8_000).expect("it is RTCP");
        let (now, ntp) = at(base + 230);
        let block = there.block(Ssrc(1), [100, 90], 5, 80, now).filter(|_| sends);
        let answer = there.reference(now).filter(|_| !sends);
        let bytes = write(&Report { ssrc: Ssrc(2), ntp, block, answer, ..report(2, 0) });
        let (now, ntp) = at(base + 280);
        here.feed(&bytes, now, ntp, Ssrc(1), 8_000).expect("it is RTCP");
        let trip = here.round_trip().expect("it was answered");
        assert!(trip.abs_diff(Duration::from_millis(80)) < Duration::from_micros(100), "{trip:?}");
    }
    let remote = here.remote().expect("it was told");
    assert_eq!((remote.lost, remote.jitter), (10, Duration::from_millis(10)));
    assert!((remote.loss - 0.1).abs() < 1.0 / 256.0);
}

#[test]
fn fractions_are_those_since_the_last_report_and_of_one_source() {
    let mut link = Link::default();
    let mut fraction =
        |source, counts| link.block(Ssrc(source), counts, 0, 0, Micros(0)).map(|b| (b.fraction_lost, b.lost));
    assert_eq!(fraction(1, [0, 0]), None);
    assert_eq!(fraction(1, [100, 75]), Some((64, 25)));
    assert_eq!(fraction(1, [200, 175]), Some((0, 25)));
    assert_eq!(fraction(1, [200, 175]), Some((0, 25)));
    assert_eq!(fraction(1, [300, 175]), Some((255, 125)));
    // Copies count against what was lost; another source begins anew.
    assert_eq!(fraction(1, [310, 400]), Some((0, -90)));
    assert_eq!(fraction(2, [10, 5]), Some((128, 5)));
}

#[test]
fn forged_answers_show_no_round_trip() {
    let mut link = Link::default();
    let (now, ntp) = (Micros(50_000_000), NtpTime::at(NtpTime(0), Micros(50_000_000)));
    let answers = [(0, 0), (1, 0), (ntp.middle(), 1), (ntp.middle().wrapping_add(9), 0), (ntp.middle() - 5, u32::MAX)];
    for reported in [false, true] {
        for (last_report, since_last) in answers {
            let block = Block { ssrc: Ssrc(1), last_report, since_last, ..Block::default() };
            let bytes = write(&Report { block: Some(block), ..report(2, 0) });
            link.feed(&bytes, now, ntp, Ssrc(1), 0).expect("it is RTCP");
            assert_eq!(link.round_trip(), None);
        }
        if !reported {
            link.reported(NtpTime::at(NtpTime(0), Micros(49_000_000)));
        }
    }
}

#[test]
fn what_is_no_rtcp_is_told_and_counted() {
    let mut link = Link::default();
    let bad: [&[u8]; 5] = [&[], &[0x80], &[0; 8], &[0x81, 200, 0, 99, 0, 0, 0, 0], &[0x80, 201, 0, 1]];
    for datagram in bad {
        assert!(matches!(link.feed(datagram, Micros(0), NtpTime(0), Ssrc(1), 8_000), Err(RtcpError::Malformed)));
    }
    assert_eq!(link.feed(&[0x80; 1_501], Micros(0), NtpTime(0), Ssrc(1), 8_000), Err(RtcpError::Length(1_501)));
    assert_eq!(link.malformed, 6);
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Link::default().feed(&bytes, Micros(5), NtpTime(9), Ssrc(7), 8_000);
    }

    /// Packets whose headers are right, and what is in them not.
    #[test]
    fn no_packet_that_looks_right_makes_the_reader_panic(
        packets in prop::collection::vec((0u8..64, 192u8..215, prop::collection::vec(any::<u8>(), 0..80)), 1..8),
    ) {
        let mut bytes = Vec::new();
        for (head, kind, body) in packets {
            let words = body.len() / 4;
            bytes.extend([0x80 | head, kind, 0, words as u8]);
            bytes.extend(&body[..words * 4]);
        }
        let _ = Link::default().feed(&bytes, Micros(5), NtpTime(9), Ssrc(7), 8_000);
    }

    #[test]
    fn no_broken_report_makes_the_reader_panic(flips in prop::collection::vec((0usize..160, any::<u8>()), 0..12), cut in 0usize..200) {
        let block = Block { ssrc: Ssrc(7), ..Block::default() };
        let mut bytes = write(&Report { block: Some(block), voip: Some(VOIP), answer: Some((Ssrc(7), 1, 2)), bye: true, ..report(7, 5) });
        for (at, byte) in flips {
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
        }
        bytes.truncate(cut);
        let _ = Link::default().feed(&bytes, Micros(5), NtpTime(9), Ssrc(7), 8_000);
    }
}
