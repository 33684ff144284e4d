//! Datagrams in a ring of bytes, each read in place as one slice.
//!
//! When the ring is full the newest datagram is dropped and counted, never an older one, and nobody
//! waits. `record` says how a datagram lies in the buffer.
#![allow(unsafe_code)]

use crossbeam_utils::CachePadded;

use super::prefetch::prefetch_datagram;
use super::push_error::PushError;
use super::record::{self, Placement};
use super::walk::walk;
use crate::sync::Arc;
use crate::sync::atomic::{AtomicU64, Ordering};

/// The writing end. One thread at a time owns it.
#[derive(Debug)]
pub struct ByteProducer {
    ring: rtrb::Producer<u8>,
    /// Position in the buffer of the next byte to write.
    at: usize,
    capacity: usize,
    dropped: Arc<CachePadded<AtomicU64>>,
}

/// The reading end. One thread at a time owns it.
#[derive(Debug)]
pub struct ByteConsumer {
    ring: rtrb::Consumer<u8>,
    dropped: Arc<CachePadded<AtomicU64>>,
}

/// Makes a ring of `bytes` bytes, rounded up to a multiple of 4 and at least 64.
///
/// A datagram takes 4 bytes of header and is padded to a multiple of 4; at most a quarter of the
/// ring, it always fits an empty ring. Allocates, and touches every page.
pub fn byte_ring(bytes: usize) -> (ByteProducer, ByteConsumer) {
    let capacity = bytes.max(SMALLEST).next_multiple_of(record::HEADER);
    let (mut producer, mut consumer) = rtrb::RingBuffer::new(capacity);
    // From here on every byte of the buffer is initialised, which `push` relies on.
    producer.write_chunk(capacity).expect("a new ring is empty").commit_all();
    consumer.read_chunk(capacity).expect("all of it was just written").commit_all();
    let dropped = Arc::new(CachePadded::new(AtomicU64::new(0)));
    (
        ByteProducer { ring: producer, at: 0, capacity, dropped: dropped.clone() },
        ByteConsumer { ring: consumer, dropped },
    )
}

impl ByteProducer {
    /// Appends one datagram, given in parts that are laid end to end.
    ///
    /// Real-time: wait-free, one copy of each part.
    #[inline]
    pub fn push(&mut self, parts: &[&[u8]]) -> Result<(), PushError> {
        self.push_parts(parts.iter().copied())
    }

    #[inline]
    pub(super) fn push_parts<'a>(&mut self, parts: impl Iterator<Item = &'a [u8]> + Clone) -> Result<(), PushError> {
        let length = parts.clone().map(<[u8]>::len).sum();
        let limit = self.limit();
        if length > limit {
            self.count_drop();
            return Err(PushError::TooLarge { got: length, limit });
        }
        let Placement { skip, size } = record::place(self.at, self.capacity, length);
        let Ok(mut chunk) = self.ring.write_chunk_uninit(skip + size) else {
            self.count_drop();
            return Err(PushError::Full(length));
        };
        let (first, second) = chunk.as_mut_slices();
        // SAFETY: `byte_ring` initialised the whole buffer, and initialised bytes stay so.
        let (first, second) =
            unsafe { (&mut *(first as *mut [_] as *mut [u8]), &mut *(second as *mut [_] as *mut [u8])) };
        if skip == 0 {
            record::write(first, length, parts);
        } else {
            record::write_skip(first);
            record::write(second, length, parts);
        }
        // SAFETY: as above, the bytes of the chunk are initialised.
        unsafe { chunk.commit_all() };
        self.at = if skip == 0 { self.at + size } else { size };
        if self.at == self.capacity {
            self.at = 0;
        }
        Ok(())
    }

    /// Bytes of the largest datagram that the ring takes: a quarter of it.
    pub fn limit(&self) -> usize {
        self.capacity / 4
    }

    /// Datagrams that did not fit since the ring was made.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// The consumer is gone: nobody will read what is pushed.
    pub fn is_abandoned(&self) -> bool {
        self.ring.is_abandoned()
    }

    #[cold]
    fn count_drop(&mut self) {
        // One writer, so load and store lose nothing.
        self.dropped.store(self.dropped.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    }
}

impl ByteConsumer {
    /// Reads the oldest datagram in place, then frees its room.
    ///
    /// Real-time: wait-free besides `read`. If `read` panics the datagram stays in the ring.
    #[inline]
    pub fn pop<R>(&mut self, read: impl FnOnce(&[u8]) -> R) -> Option<R> {
        self.pop_if(|_| true, read)
    }

    /// As [`pop`](Self::pop), if the oldest datagram is one that is to be read now. Real-time: wait-free besides `due` and `read`.
    #[inline]
    pub(crate) fn pop_if<R>(&mut self, due: impl FnOnce(&[u8]) -> bool, read: impl FnOnce(&[u8]) -> R) -> Option<R> {
        let chunk = published(&mut self.ring)?;
        let (first, second) = chunk.as_slices();
        let (datagram, Placement { skip, size }) = record::read(first, second).filter(|(datagram, _)| due(datagram))?;
        let result = read(datagram);
        chunk.commit(skip + size);
        Some(result)
    }

    /// Reads up to `max` datagrams in place, then frees their room at once; returns how many.
    ///
    /// Real-time: O(max), wait-free besides `read`. Cheaper than as many [`pop`](Self::pop)s.
    #[inline]
    pub fn drain(&mut self, max: usize, mut read: impl FnMut(&[u8])) -> usize {
        // All there is, not what an earlier look found: a batch is worth one more load.
        let Ok(chunk) = self.ring.read_chunk(self.ring.slots()) else { return 0 };
        let (count, used) = walk(chunk.as_slices(), |at, datagram| {
            let wanted = at < max;
            if wanted {
                read(datagram);
            }
            wanted
        });
        chunk.commit(used);
        count
    }

    /// How many datagrams wait, if those are `most` at most and all of them fit; else 0. Takes none. Real-time: O(most), wait-free besides `fits`.
    pub(crate) fn waiting(&mut self, most: usize, mut fits: impl FnMut(&[u8]) -> bool) -> usize {
        let Ok(chunk) = self.ring.read_chunk(self.ring.slots()) else { return 0 };
        let mut all = true;
        let (count, _) = walk(chunk.as_slices(), |at, datagram| {
            all = at < most && fits(datagram);
            all
        });
        if all { count } else { 0 }
    }

    /// Asks for the memory of the oldest datagram; `false` if there is none. Real-time: wait-free.
    pub(crate) fn prefetch(&self) -> bool {
        self.ring.peek().map(prefetch_datagram).is_ok()
    }

    /// Nothing can be popped now. Real-time: wait-free.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.ring.is_empty()
    }

    /// Datagrams that the producer could not push since the ring was made.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// The producer is gone: what is in the ring now is all that will ever come.
    pub fn is_abandoned(&self) -> bool {
        self.ring.is_abandoned()
    }
}

/// The bytes published so far: whole records, since the producer commits nothing less.
#[inline]
fn published(ring: &mut rtrb::Consumer<u8>) -> Option<rtrb::chunks::ReadChunk<'_, u8>> {
    let cached = ring.cached_slots();
    let available = if cached > 0 { cached } else { ring.slots() };
    if available == 0 { None } else { ring.read_chunk(available).ok() }
}

/// Smallest ring, of a few short datagrams: a quarter of it still exceeds header and padding.
const SMALLEST: usize = 64;
