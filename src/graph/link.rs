//! An edge between two nodes: a single-producer single-consumer ring of frame-slot indices.
//!
//! It carries no samples. Both ends live on one worker, and thousands of sessions share its cache,
//! so a link is ten bytes instead of the two cache lines of a ring that keeps its ends apart.

use crate::sync::atomic::{AtomicU8, AtomicU16, Ordering};

/// A ring of up to [`Link::CAPACITY`] slot indices, with one pusher and one popper at a time.
#[derive(Debug)]
pub struct Link {
    /// Values popped so far, modulo 256. Written by the popper alone.
    head: AtomicU8,
    /// Values pushed so far, modulo 256. Written by the pusher alone.
    tail: AtomicU8,
    slots: [AtomicU16; Link::CAPACITY],
}

impl Link {
    /// Values that a link holds. It divides 256, so the counters may wrap.
    pub const CAPACITY: usize = 4;

    /// An empty link.
    pub fn new() -> Self {
        Self { head: AtomicU8::new(0), tail: AtomicU8::new(0), slots: std::array::from_fn(|_| AtomicU16::new(0)) }
    }

    /// Adds a value; `false`, and nothing changed, when the link is full. Real-time: wait-free.
    #[inline]
    pub fn push(&self, value: u16) -> bool {
        // Relaxed: only the pusher writes `tail`.
        let tail = self.tail.load(Ordering::Relaxed);
        // Pairs with the Release in `pop`: the popper has read the slot before we overwrite it.
        let head = self.head.load(Ordering::Acquire);
        if tail.wrapping_sub(head) as usize == Self::CAPACITY {
            return false;
        }
        self.slots[tail as usize % Self::CAPACITY].store(value, Ordering::Relaxed);
        // Pairs with the Acquire in `pop`: the popper must see the value before the count.
        self.tail.store(tail.wrapping_add(1), Ordering::Release);
        true
    }

    /// Takes the oldest value. Real-time: wait-free.
    #[inline]
    pub fn pop(&self) -> Option<u16> {
        // Relaxed: only the popper writes `head`.
        let head = self.head.load(Ordering::Relaxed);
        // Pairs with the Release in `push`.
        if self.tail.load(Ordering::Acquire) == head {
            return None;
        }
        let value = self.slots[head as usize % Self::CAPACITY].load(Ordering::Relaxed);
        // Pairs with the Acquire in `push`.
        self.head.store(head.wrapping_add(1), Ordering::Release);
        Some(value)
    }
}

impl Default for Link {
    fn default() -> Self {
        Self::new()
    }
}
