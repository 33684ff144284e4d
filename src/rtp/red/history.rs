//! The payloads that a sender repeats: the last few, oldest first.

use crate::rtp::red::{Block, MAX_LENGTH, MAX_OFFSET, write_red};
use crate::types::PayloadType;

/// Keeps payloads, and writes each new one with those before it.
#[derive(Debug)]
pub struct RedHistory {
    /// Oldest first.
    kept: Vec<Kept>,
    /// Payloads kept, and which of them are repeated: each so many-th one before the new one.
    depth: usize,
    distance: usize,
    /// Bytes of a slot.
    slot: usize,
    bytes: Box<[u8]>,
}

#[derive(Clone, Copy, Debug)]
struct Kept {
    payload_type: PayloadType,
    timestamp: u64,
    length: u16,
    slot: u8,
}

impl RedHistory {
    /// Repeats each payload of up to `max_payload` bytes in the `levels` packets after its own. Longer
    /// payloads, and those longer than a block can be, are not repeated. Allocates.
    pub fn new(levels: u8, max_payload: usize) -> Self {
        Self::spaced(levels, 1, max_payload)
    }

    /// Repeats each payload `levels` times, each time `distance` packets later: one level at distance 3 outlives
    /// bursts of three losses for the bytes of one. Allocates.
    pub fn spaced(levels: u8, distance: u8, max_payload: usize) -> Self {
        let distance = usize::from(distance.max(1));
        let (depth, slot) = (usize::from(levels) * distance, max_payload.min(MAX_LENGTH));
        let bytes = vec![0; depth * slot].into_boxed_slice();
        Self { kept: Vec::with_capacity(depth), depth, distance, slot, bytes }
    }

    /// Bytes that a primary payload of `primary` bytes takes at most, with all that may go with it.
    pub fn max_bytes(&self, primary: usize) -> usize {
        self.depth / self.distance * (4 + self.slot) + 1 + primary
    }

    /// Writes a payload with those before it into `out`, and keeps it; returns the length. A payload with
    /// the timestamp of one that is kept takes its place: it is a later report of the same event.
    /// `None` if it does not fit. Real-time: two copies.
    pub fn wrap(&mut self, payload_type: PayloadType, timestamp: u64, payload: &[u8], out: &mut [u8]) -> Option<usize> {
        let offset = |kept: &Kept| timestamp.checked_sub(kept.timestamp).filter(|o| *o <= u64::from(MAX_OFFSET));
        // The oldest first; of those, each whose distance from the new one is a multiple.
        let first = self.kept.len() % self.distance;
        let blocks = self.kept.iter().skip(first).step_by(self.distance).filter_map(|kept| {
            let payload = &self.bytes[usize::from(kept.slot) * self.slot..][..usize::from(kept.length)];
            Some(Block { payload_type: kept.payload_type, offset: offset(kept)? as u32, payload })
        });
        let length = write_red(&Block { payload_type, offset: 0, payload }, blocks, out)?;
        self.keep(payload_type, timestamp, payload);
        Some(length)
    }

    /// Forgets everything: the time line was broken.
    pub fn clear(&mut self) {
        self.kept.clear();
    }

    fn keep(&mut self, payload_type: PayloadType, timestamp: u64, payload: &[u8]) {
        let again = self.kept.iter().position(|kept| kept.timestamp == timestamp);
        let slot = match again {
            Some(at) => self.kept.remove(at).slot,
            None if self.depth == 0 => return,
            None if self.kept.len() == self.depth => self.kept.remove(0).slot,
            None => self.kept.len() as u8,
        };
        // A payload too long to be repeated keeps its place, so that what is repeated stays recent.
        let length = if payload.len() <= self.slot { payload.len() } else { 0 };
        self.bytes[usize::from(slot) * self.slot..][..length].copy_from_slice(&payload[..length]);
        self.kept.push(Kept { payload_type, timestamp, length: length as u16, slot });
    }
}
