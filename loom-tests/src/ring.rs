//! A ring with rtrb's head and tail protocol, on loom's atomics and cells.
//!
//! Each end keeps its own index and what it last saw of the other's; a batch is published by one
//! store, like rtrb's chunks. Indices count on and are reduced on access: rtrb's, which wrap at
//! twice the capacity, differ in nothing that a model of a few operations could tell.
#![allow(unsafe_code)]

use loom::cell::UnsafeCell;

use crate::sync::Arc;
use crate::sync::atomic::{AtomicUsize, Ordering};

struct Shared<T> {
    head: AtomicUsize,
    tail: AtomicUsize,
    slots: Vec<UnsafeCell<Option<T>>>,
}

// SAFETY: a slot is touched by one end at a time, as head and tail decide; loom checks just that.
unsafe impl<T: Send> Sync for Shared<T> {}
// SAFETY: owning the ring is owning its values.
unsafe impl<T: Send> Send for Shared<T> {}

pub struct Producer<T> {
    shared: Arc<Shared<T>>,
    tail: usize,
    seen_head: usize,
}

pub struct Consumer<T> {
    shared: Arc<Shared<T>>,
    head: usize,
    seen_tail: usize,
}

pub fn ring<T>(capacity: usize) -> (Producer<T>, Consumer<T>) {
    let shared = Arc::new(Shared {
        head: AtomicUsize::new(0),
        tail: AtomicUsize::new(0),
        slots: (0..capacity).map(|_| UnsafeCell::new(None)).collect(),
    });
    (Producer { shared: shared.clone(), tail: 0, seen_head: 0 }, Consumer { shared, head: 0, seen_tail: 0 })
}

impl<T> Producer<T> {
    /// There is room for `count` more values.
    pub fn has_room(&mut self, count: usize) -> bool {
        let capacity = self.shared.slots.len();
        if self.tail + count - self.seen_head <= capacity {
            return true;
        }
        // Pairs with the Release store in `release`.
        self.seen_head = self.shared.head.load(Ordering::Acquire);
        self.tail + count - self.seen_head <= capacity
    }

    pub fn push(&mut self, value: T) -> Result<(), T> {
        if !self.has_room(1) {
            return Err(value);
        }
        self.publish([value]);
        Ok(())
    }

    /// Writes values for which there is room and shows them to the consumer by one store.
    pub fn publish(&mut self, values: impl IntoIterator<Item = T>) {
        for value in values {
            let slot = &self.shared.slots[self.tail % self.shared.slots.len()];
            // SAFETY: there is room, so the consumer is done with this slot.
            slot.with_mut(|place| unsafe { *place = Some(value) });
            self.tail += 1;
        }
        // Pairs with the Acquire load in `available`.
        self.shared.tail.store(self.tail, Ordering::Release);
    }
}

impl<T> Consumer<T> {
    /// Values published and not taken.
    pub fn available(&mut self) -> usize {
        if self.head == self.seen_tail {
            self.seen_tail = self.shared.tail.load(Ordering::Acquire);
        }
        self.seen_tail - self.head
    }

    pub fn pop(&mut self) -> Option<T> {
        if self.available() == 0 {
            return None;
        }
        let slot = &self.shared.slots[self.head % self.shared.slots.len()];
        // SAFETY: the ring is not empty, so the producer has published this slot.
        let value = slot.with_mut(|place| unsafe { (*place).take() });
        self.release(1);
        value
    }

    /// Gives slots back to the producer.
    pub fn release(&mut self, count: usize) {
        self.head += count;
        // Pairs with the Acquire load in `has_room`.
        self.shared.head.store(self.head, Ordering::Release);
    }
}

impl<T: Copy> Consumer<T> {
    /// What can be read in place: up to the end of the buffer, and from its start.
    pub fn peek(&mut self) -> (Vec<T>, Vec<T>) {
        let (capacity, at) = (self.shared.slots.len(), self.head % self.shared.slots.len());
        // SAFETY: only published slots are read.
        let read = |i: usize| self.shared.slots[i].with(|place| unsafe { *place }).expect("a published slot is filled");
        let count = self.seen_tail - self.head;
        let first = count.min(capacity - at);
        ((at..at + first).map(read).collect(), (0..count - first).map(read).collect())
    }
}
