//! Encoded packets in the order of their sequence numbers. It does not decide when to play them.
//!
//! Payloads lie in fixed slots. The slot freed last is used next, so that a leg with two packets
//! waiting touches the same two slots all its life, however large its capacity.

use crate::buffer::{Entry, Held};

/// What became of a packet that was to be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stored {
    /// It waits.
    Added,
    /// It waits in the place of what was rebuilt of it.
    Replaced,
    /// One with the same sequence number waits already.
    Duplicate,
    /// The payload does not fit a slot.
    TooLarge,
    /// All slots are in use.
    Full,
}

/// Packets that wait for their playout.
#[derive(Debug)]
pub struct PacketBuffer {
    /// Highest sequence number first: the next to play is at the end, where taking it moves nothing.
    order: Vec<Entry>,
    /// Slots not in use; the one freed last at the end.
    free: Vec<u16>,
    payloads: Box<[u8]>,
    slot_bytes: usize,
}

impl PacketBuffer {
    /// The slots of all payloads.
    pub fn storage(&mut self) -> &mut [u8] {
        &mut self.payloads
    }

    /// The payloads that are read and written next: that of the first packet, and the slot of the next one to come.
    pub fn upcoming(&self) -> [&[u8]; 2] {
        let slot = |slot: u16| self.payloads.get(usize::from(slot) * self.slot_bytes..).unwrap_or(&[]);
        let first = self.order.last().map_or(&[][..], |e| &slot(e.slot)[..usize::from(e.length)]);
        let next = self.free.last().map_or(&[][..], |free| slot(*free));
        [first, &next[..first.len().min(next.len())]]
    }

    /// Room for `capacity` packets of up to `max_payload` bytes. Allocates.
    pub fn new(capacity: u16, max_payload: u16) -> Self {
        let slot_bytes = usize::from(max_payload);
        Self {
            order: Vec::with_capacity(capacity.into()),
            free: (0..capacity).rev().collect(),
            payloads: vec![0; usize::from(capacity) * slot_bytes].into_boxed_slice(),
            slot_bytes,
        }
    }

    /// Packets that wait.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// All slots are in use.
    pub fn is_full(&self) -> bool {
        self.free.is_empty()
    }

    /// The next packet to play.
    pub fn head(&self) -> Option<&Entry> {
        self.order.last()
    }

    /// The packet with the highest sequence number.
    pub fn newest(&self) -> Option<&Entry> {
        self.order.first()
    }

    /// The packets that wait, the highest sequence number first.
    pub fn newest_first(&self) -> std::slice::Iter<'_, Entry> {
        self.order.iter()
    }

    /// Copies a packet in. Real-time: O(packets with a higher sequence number).
    pub fn insert(&mut self, mut entry: Entry, payload: &[u8]) -> Stored {
        if payload.len() > self.slot_bytes {
            return Stored::TooLarge;
        }
        let higher = self.order.iter().take_while(|e| e.sequence > entry.sequence).count();
        entry.length = payload.len() as u16;
        if let Some(there) = self.order.get_mut(higher).filter(|e| e.sequence == entry.sequence) {
            if there.held != Held::Repaired || entry.held == Held::Repaired {
                return Stored::Duplicate;
            }
            entry.slot = there.slot;
            *there = entry;
            self.write(entry.slot, payload);
            return Stored::Replaced;
        }
        let Some(slot) = self.free.pop() else { return Stored::Full };
        entry.slot = slot;
        self.write(slot, payload);
        self.order.insert(higher, entry);
        Stored::Added
    }

    /// Takes in all packets of another buffer, each changed by `change`, as far as they fit; the others
    /// go to `refuse`. Real-time: copies payloads.
    pub fn take_over(&mut self, other: &mut Self, change: impl Fn(&mut Entry), mut refuse: impl FnMut(&Entry)) {
        for mut entry in other.order.drain(..) {
            change(&mut entry);
            let (from, length) = (usize::from(entry.slot) * other.slot_bytes, usize::from(entry.length));
            other.free.push(entry.slot);
            let fits = length <= self.slot_bytes && self.order.len() < self.order.capacity();
            let Some(slot) = self.free.pop_if(|_| fits) else {
                refuse(&entry);
                continue;
            };
            entry.slot = slot;
            let payload = &other.payloads[from..from + length];
            self.payloads[usize::from(slot) * self.slot_bytes..][..length].copy_from_slice(payload);
            self.order.push(entry);
        }
    }

    fn write(&mut self, slot: u16, payload: &[u8]) {
        self.payloads[usize::from(slot) * self.slot_bytes..][..payload.len()].copy_from_slice(payload);
    }

    /// Whether a packet's sequence number is free, and its timestamp between those of its neighbours.
    pub fn has_place_for(&self, entry: &Entry) -> bool {
        let before = |e: &Entry| (e.timestamp.wrapping_sub(entry.timestamp) as i64) < 0;
        self.order.iter().filter(|e| e.epoch == entry.epoch).all(|e| match e.sequence.cmp(&entry.sequence) {
            std::cmp::Ordering::Less => before(e) || !e.is_audio(),
            std::cmp::Ordering::Equal => false,
            std::cmp::Ordering::Greater => !before(e) && e.timestamp != entry.timestamp,
        })
    }

    /// Takes the next packet out of the order. Its slot stays in use until [`PacketBuffer::release`].
    pub fn take(&mut self) -> Option<Entry> {
        self.order.pop()
    }

    /// The payload of a packet taken and not yet released.
    pub fn payload(&self, entry: &Entry) -> &[u8] {
        &self.payloads[usize::from(entry.slot) * self.slot_bytes..][..usize::from(entry.length)]
    }

    /// Frees the slot of a packet taken.
    pub fn release(&mut self, entry: Entry) {
        debug_assert!(!self.free.contains(&entry.slot));
        self.free.push(entry.slot);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(sequence: u64) -> Entry {
        Entry::new(sequence, sequence * 160, 0, 0, 0, 160)
    }

    #[test]
    fn packets_come_out_in_order_with_their_payloads() {
        let mut buffer = PacketBuffer::new(4, 8);
        for sequence in [12, 10, 13, 11] {
            assert_eq!(buffer.insert(entry(sequence), &[sequence as u8; 3]), Stored::Added);
        }
        assert_eq!(buffer.insert(entry(14), &[0]), Stored::Full);
        assert_eq!(buffer.insert(entry(12), &[0]), Stored::Duplicate);
        assert_eq!(buffer.insert(entry(15), &[0; 9]), Stored::TooLarge);
        for sequence in 10..=13 {
            let taken = buffer.take().expect("four were added");
            assert_eq!((taken.sequence, buffer.payload(&taken)), (sequence, &[sequence as u8; 3][..]));
            buffer.release(taken);
        }
        assert_eq!(buffer.len(), 0);
    }

    #[test]
    fn the_slot_freed_last_is_used_next() {
        let mut buffer = PacketBuffer::new(8, 1);
        let mut slots = Vec::new();
        for sequence in 0..20 {
            buffer.insert(entry(sequence), &[1]);
            let taken = buffer.take().expect("just added");
            slots.push(taken.slot);
            buffer.release(taken);
        }
        assert!(slots.iter().all(|slot| *slot == slots[0]));
    }
}
