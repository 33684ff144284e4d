//! What goes in comes out, and no bytes do harm.

use proptest::prelude::*;

use super::*;
use crate::types::PayloadType;

fn pt(value: u8) -> PayloadType {
    PayloadType::new(value).expect("below 128")
}

#[test]
fn the_packet_of_rfc_2198_has_its_headers_where_the_rfc_has_them() {
    // Section 3: a redundant block of PT 5 and 14-bit offset, then the primary of PT 7.
    let red = Block { payload_type: pt(5), offset: 160, payload: &[1, 2, 3] };
    let primary = Block { payload_type: pt(7), offset: 0, payload: &[9, 8] };
    let mut out = [0; 16];
    let length = write_red(&primary, [red].into_iter(), &mut out).expect("it fits");
    assert_eq!(out[..length], [0x85, 2, 0x80, 3, 7, 1, 2, 3, 9, 8]);
    let read = Redundant::parse(&out[..length]).expect("it was just written");
    assert_eq!(read.primary, primary);
    assert_eq!(read.blocks().collect::<Vec<_>>(), [red]);
}

#[test]
fn a_history_repeats_the_last_payloads_oldest_first() {
    let mut history = RedHistory::new(2, 4);
    let mut out = [0; 64];
    for packet in 0..5u8 {
        let length = history.wrap(pt(0), u64::from(packet) * 160, &[packet; 4], &mut out).expect("it fits");
        let red = Redundant::parse(&out[..length]).expect("just written");
        let offsets: Vec<_> = red.blocks().map(|b| (b.offset, b.payload[0])).collect();
        let want: Vec<_> = (packet.saturating_sub(2)..packet).map(|p| (u32::from(packet - p) * 160, p)).collect();
        assert_eq!(offsets, want);
        assert!(length <= history.max_bytes(4));
    }
    // Reports of one event share a timestamp: the last one stands for all.
    for report in 5..8u8 {
        history.wrap(pt(101), 800, &[report; 4], &mut out).expect("it fits");
    }
    let length = history.wrap(pt(0), 960, &[8; 4], &mut out).expect("it fits");
    let red = Redundant::parse(&out[..length]).expect("just written");
    let blocks: Vec<_> = red.blocks().map(|b| (b.offset, b.payload_type.value(), b.payload[0])).collect();
    assert_eq!(blocks, [(320, 0, 4), (160, 101, 7)]);
}

#[test]
fn a_spaced_history_repeats_each_payload_so_many_packets_later() {
    let mut history = RedHistory::spaced(2, 3, 4);
    let mut out = [0; 64];
    for packet in 0..12u8 {
        let length = history.wrap(pt(0), u64::from(packet) * 160, &[packet; 4], &mut out).expect("it fits");
        let red = Redundant::parse(&out[..length]).expect("just written");
        let repeated: Vec<_> = red.blocks().map(|b| (b.offset / 160, b.payload[0])).collect();
        let want: Vec<_> =
            [6, 3].into_iter().filter(|back| *back <= packet).map(|b| (u32::from(b), packet - b)).collect();
        assert_eq!(repeated, want, "{packet}");
        assert!(length <= history.max_bytes(4));
    }
}

#[test]
fn what_has_no_room_is_left_out_from_the_oldest_on() {
    let old = Block { payload_type: pt(1), offset: 320, payload: &[1; 10] };
    let new = Block { payload_type: pt(1), offset: 160, payload: &[2; 10] };
    let primary = Block { payload_type: pt(1), offset: 0, payload: &[3; 10] };
    for (room, blocks) in [(39, 2), (38, 1), (25, 1), (24, 0), (11, 0)] {
        let mut out = vec![0; room];
        let length = write_red(&primary, [old, new].into_iter(), &mut out).expect("the primary fits");
        let read = Redundant::parse(&out[..length]).expect("just written");
        assert_eq!(read.blocks().count(), blocks, "{room}");
        assert!(blocks != 1 || read.blocks().all(|b| b == new));
    }
    assert_eq!(write_red(&primary, [old, new].into_iter(), &mut [0; 10]), None);
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_harm(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Some(red) = Redundant::parse(&bytes) {
            let inside: usize = red.blocks().map(|b| b.payload.len()).sum();
            let headers = red.blocks().count();
            prop_assert_eq!(red_bytes(red.primary.payload.len(), headers, inside), bytes.len());
            prop_assert_eq!(red.blocks().len(), red.blocks().count());
        }
    }

    #[test]
    fn headers_that_lie_are_read_without_harm(
        headers in proptest::collection::vec((any::<u8>(), any::<u32>()), 0..20),
        data in proptest::collection::vec(any::<u8>(), 0..1200),
    ) {
        let mut bytes = Vec::new();
        for (pt, tail) in &headers {
            bytes.push(pt | 0x80);
            bytes.extend_from_slice(&tail.to_be_bytes()[1..]);
        }
        bytes.push(0);
        bytes.extend_from_slice(&data);
        if let Some(red) = Redundant::parse(&bytes) {
            prop_assert_eq!(red.blocks().count(), headers.len());
        }
    }

    #[test]
    fn what_is_written_is_read(
        payloads in proptest::collection::vec(
            (0u8..128, 1u32..=MAX_OFFSET, proptest::collection::vec(any::<u8>(), 1..=MAX_LENGTH)), 0..6),
        primary in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        let blocks: Vec<_> = payloads
            .iter()
            .map(|(p, offset, payload)| Block { payload_type: pt(*p), offset: *offset, payload })
            .collect();
        let first = Block { payload_type: pt(9), offset: 0, payload: &primary };
        let mut out = vec![0; 8_000];
        let length = write_red(&first, blocks.iter().copied(), &mut out).expect("there is room");
        let read = Redundant::parse(&out[..length]).expect("just written");
        prop_assert_eq!(read.primary, first);
        prop_assert_eq!(read.blocks().collect::<Vec<_>>(), blocks);
    }
}
