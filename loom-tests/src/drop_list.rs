//! basedrop's list of dropped values, on loom's atomics and cells.
//!
//! Nodes are numbers instead of pointers; node 0 is the stub. A worker links a node by a swap of the
//! tail and a store into the former tail; between the two the list is cut, and the reaper sees its
//! end there.
#![allow(unsafe_code)]

use loom::cell::UnsafeCell;

use crate::sync::atomic::{AtomicUsize, Ordering};

/// Says of a link that nothing follows.
const NONE: usize = usize::MAX;

struct Node {
    /// The cell is what basedrop's union is: dropping a value makes its link anew, not atomically.
    next: UnsafeCell<AtomicUsize>,
    /// The value: alive until it is freed.
    alive: UnsafeCell<bool>,
}

pub struct DropList {
    nodes: Vec<Node>,
    tail: AtomicUsize,
}

// SAFETY: a value belongs to who holds its number, then to the reaper; loom checks just that.
unsafe impl Sync for DropList {}
// SAFETY: as above.
unsafe impl Send for DropList {}

impl DropList {
    /// Values `1..=count`, all alive.
    pub fn new(count: usize) -> Self {
        let node = |_| Node { next: UnsafeCell::new(AtomicUsize::new(NONE)), alive: UnsafeCell::new(true) };
        Self { nodes: (0..=count).map(node).collect(), tail: AtomicUsize::new(0) }
    }

    /// Uses a value, as its owner may.
    pub fn touch(&self, value: usize) {
        // SAFETY: the caller holds the value.
        assert!(self.nodes[value].alive.with(|alive| unsafe { *alive }), "used after it was freed");
    }

    /// What dropping an `Owned` does.
    pub fn drop_value(&self, value: usize) {
        // SAFETY: the caller held the value and gives it up; nobody else knows its link yet.
        self.nodes[value].next.with_mut(|next| unsafe { *next = AtomicUsize::new(NONE) });
        // Pairs with itself, and with the swap in `collect_one`: the former tail's link was made.
        let former = self.tail.swap(value, Ordering::AcqRel);
        // Pairs with the Acquire load in `collect_one`.
        self.next(former, |next| next.store(value, Ordering::Release));
    }

    fn next<R>(&self, node: usize, access: impl FnOnce(&AtomicUsize) -> R) -> R {
        // SAFETY: the link was made before the node became the tail.
        self.nodes[node].next.with(|next| access(unsafe { &*next }))
    }

    /// What dropping a `Shared` does; `count` is the number of its owners.
    pub fn drop_shared(&self, value: usize, count: &AtomicUsize) {
        if count.fetch_sub(1, Ordering::Release) == 1 {
            // Pairs with the Release of the other owners: their uses come before the freeing.
            crate::sync::atomic::fence(Ordering::Acquire);
            self.drop_value(value);
        }
    }

    fn free(&self, value: usize) {
        // SAFETY: the value was dropped, so nobody holds it any more.
        self.nodes[value].alive.with_mut(|alive| unsafe {
            assert!(*alive, "freed twice");
            *alive = false;
        });
    }
}

/// The reaper's end of the list.
pub struct Reaper {
    head: usize,
    pub freed: usize,
}

impl Reaper {
    pub fn new() -> Self {
        Self { head: 0, freed: 0 }
    }

    /// Frees one dropped value; `false` when there is none, or when its link is not stored yet.
    pub fn collect_one(&mut self, list: &DropList) -> bool {
        loop {
            // Pairs with the Release store in `drop_value`.
            let next = list.next(self.head, |next| next.load(Ordering::Acquire));
            if next == NONE {
                return false;
            }
            let head = std::mem::replace(&mut self.head, next);
            if head == 0 {
                list.next(0, |next| next.store(NONE, Ordering::Relaxed));
                let tail = list.tail.swap(0, Ordering::AcqRel);
                list.next(tail, |next| next.store(0, Ordering::Relaxed));
            } else {
                list.free(head);
                self.freed += 1;
                return true;
            }
        }
    }
}
