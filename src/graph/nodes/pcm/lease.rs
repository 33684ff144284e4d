//! The reading end of a program's ring, lent to one node at a time.
#![expect(clippy::disallowed_types, reason = "locked where nodes are made and freed: on ordinary threads")]

use std::sync::{Arc, Mutex, PoisonError};

use crate::graph::nodes::pcm::Piece;
use crate::rt::Consumer;

/// Where a ring is while no node reads it. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Home(Arc<Mutex<Option<Consumer<Piece>>>>);

/// A ring, if it was there to be lent. It goes home when this is freed, which a worker never does.
pub(crate) struct Lease {
    ring: Option<Consumer<Piece>>,
    home: Option<Home>,
}

impl Home {
    pub fn new(ring: Consumer<Piece>) -> Self {
        Self(Arc::new(Mutex::new(Some(ring))))
    }

    /// Whether it can be lent.
    pub fn is_free(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Lends the ring; where it is lent already, nothing.
    pub fn lend(&self) -> Lease {
        let ring = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        Lease { ring, home: Some(self.clone()) }
    }
}

impl Lease {
    /// A ring that has no other home.
    pub fn of(ring: Consumer<Piece>) -> Self {
        Self { ring: Some(ring), home: None }
    }

    pub fn slots(&self) -> usize {
        self.ring.as_ref().map_or(0, Consumer::slots)
    }

    pub fn pop(&mut self) -> Option<Piece> {
        self.ring.as_mut()?.pop()
    }

    pub fn skip(&mut self, count: usize, seen: impl FnMut(&Piece)) {
        if let Some(ring) = &mut self.ring {
            ring.skip(count, seen);
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let (Some(home), Some(ring)) = (&self.home, self.ring.take()) {
            *home.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(ring);
        }
    }
}
