use crate::rt::{PushError, byte_ring};

/// Datagram `i` of a pseudo-random length up to `max`, with content that names it.
fn datagram(i: usize, max: usize) -> Vec<u8> {
    let length = i.wrapping_mul(2_654_435_761) % (max + 1);
    (0..length).map(|k| (i * 31 + k) as u8).collect()
}

#[test]
fn parts_become_one_datagram() {
    let (mut tx, mut rx) = byte_ring(256);
    tx.push(&[b"head", b"", b"body"]).unwrap();
    assert_eq!(rx.pop(<[u8]>::to_vec).as_deref(), Some(&b"headbody"[..]));
    assert!(rx.pop(|_| ()).is_none());
}

#[test]
fn empty_datagram_is_a_datagram() {
    let (mut tx, mut rx) = byte_ring(64);
    tx.push(&[]).unwrap();
    assert!(!rx.is_empty());
    assert_eq!(rx.pop(<[u8]>::len), Some(0));
    assert!(rx.is_empty());
}

#[test]
fn every_wrap_keeps_every_byte() {
    for capacity in [64, 68, 100, 128, 1_000] {
        let (mut tx, mut rx) = byte_ring(capacity);
        for i in 0..5_000 {
            let sent = datagram(i, capacity / 4);
            tx.push(&[&sent]).unwrap();
            assert_eq!(rx.pop(<[u8]>::to_vec), Some(sent), "capacity {capacity}, datagram {i}");
        }
        assert_eq!(tx.dropped(), 0);
    }
}

#[test]
fn datagrams_leave_in_order_whatever_the_fill() {
    let (mut tx, mut rx) = byte_ring(1_024);
    let (mut sent, mut seen) = (0, 0);
    for round in 0..4_000 {
        while sent < seen + 1 + round % 20 && tx.push(&[&datagram(sent, 90)]).is_ok() {
            sent += 1;
        }
        rx.drain(1 + round % 7, |bytes| {
            assert_eq!(bytes, datagram(seen, 90));
            seen += 1;
        });
    }
    assert!(seen > 4_000);
}

#[test]
fn full_ring_drops_the_newest_and_counts_it() {
    let (mut tx, mut rx) = byte_ring(64);
    for i in 0..4u8 {
        tx.push(&[&[i; 12]]).unwrap();
    }
    assert_eq!(tx.push(&[&[9; 1]]), Err(PushError::Full(1)));
    assert_eq!((tx.dropped(), rx.dropped()), (1, 1));
    let mut seen = Vec::new();
    assert_eq!(rx.drain(usize::MAX, |bytes| seen.push(bytes[0])), 4);
    assert_eq!(seen, [0, 1, 2, 3]);
}

#[test]
fn oversized_datagram_is_refused_and_counted() {
    let (mut tx, mut rx) = byte_ring(64);
    assert_eq!(tx.push(&[&[0; 10], &[0; 7]]), Err(PushError::TooLarge { got: 17, limit: 16 }));
    assert_eq!((tx.dropped(), rx.pop(|_| ())), (1, None));
}

#[test]
fn a_quarter_of_the_ring_fits_wherever_the_empty_ring_stands() {
    for offset in 0..40 {
        let (mut tx, mut rx) = byte_ring(100);
        for _ in 0..offset {
            tx.push(&[&[0; 3]]).unwrap();
            rx.pop(|_| ()).unwrap();
        }
        tx.push(&[&[7; 25]]).unwrap();
        assert_eq!(rx.pop(|bytes| bytes == [7; 25]), Some(true), "offset {offset}");
    }
}

#[test]
fn a_reader_that_panics_leaves_the_datagram() {
    let (mut tx, mut rx) = byte_ring(64);
    tx.push(&[b"kept"]).unwrap();
    let read = std::panic::AssertUnwindSafe(|| rx.pop(|_| panic!("reader fails")));
    assert!(std::panic::catch_unwind(read).is_err());
    assert_eq!(rx.pop(<[u8]>::to_vec).as_deref(), Some(&b"kept"[..]));
}
