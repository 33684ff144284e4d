//! The ring of bytes, with the shipped record format: what is published is whole records, also where
//! a record does not fit the end of the buffer.

use std::collections::BTreeSet;
use std::iter;

use loom::thread;

use super::explore::explore;
use crate::record::{self, Placement};
use crate::ring::{Producer, ring};
use crate::sync::{Part, without};

/// Bytes of the ring: the second record of 8 bytes leaves 4 out and starts over.
const CAPACITY: usize = 12;

/// How the producer shows a record that follows a skip mark.
#[derive(Clone, Copy)]
enum Publish {
    AtOnce,
    /// The broken twin.
    MarkFirst,
}

fn push(tx: &mut Producer<u8>, at: &mut usize, datagram: &[u8], publish: Publish) -> bool {
    let Placement { skip, size } = record::place(*at, CAPACITY, datagram.len());
    if !tx.has_room(skip + size) {
        return false;
    }
    let mut bytes = vec![0; skip + size];
    let (mark, body) = bytes.split_at_mut(skip);
    if skip > 0 {
        record::write_skip(mark);
    }
    record::write(body, datagram.len(), iter::once(datagram));
    match publish {
        Publish::AtOnce => tx.publish(bytes),
        Publish::MarkFirst => {
            tx.publish(bytes[..skip].to_vec());
            tx.publish(bytes[skip..].to_vec());
        }
    }
    *at = (*at + skip + size) % CAPACITY;
    true
}

/// Returns whether the reader ever met an empty ring.
fn two_datagrams(publish: Publish) -> BTreeSet<bool> {
    explore(move || {
        let mut empty = false;
        let (mut tx, mut rx) = ring(CAPACITY);
        let writer = thread::spawn(move || {
            let mut at = 0;
            for datagram in [b"one", b"two"] {
                while !push(&mut tx, &mut at, datagram, publish) {
                    thread::yield_now();
                }
            }
        });
        for expected in [b"one", b"two"] {
            while rx.available() == 0 {
                empty = true;
                thread::yield_now();
            }
            let (first, second) = rx.peek();
            let (datagram, Placement { skip, size }) =
                record::read(&first, &second).expect("published bytes are whole records");
            assert_eq!(datagram, expected);
            rx.release(skip + size);
        }
        writer.join().unwrap();
        empty
    })
}

#[test]
fn datagrams_arrive_whole_across_the_wrap() {
    assert_eq!(two_datagrams(Publish::AtOnce), [false, true].into());
}

#[test]
#[should_panic(expected = "published bytes are whole records")]
fn skip_mark_and_record_need_one_publication() {
    two_datagrams(Publish::MarkFirst);
}

#[test]
#[should_panic(expected = "Causality violation")]
fn byte_ring_needs_its_release_stores() {
    without(Part::ReleaseStores, || two_datagrams(Publish::AtOnce));
}
