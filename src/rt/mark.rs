//! One word that ordinary threads write and a worker reads.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A shared word. Clone it freely; a clone that a worker owns lives inside an `Owned` value, since the last one frees.
#[derive(Clone, Debug, Default)]
pub struct Mark(Arc<AtomicU64>);

impl Mark {
    /// The word. Real-time: one load.
    #[inline]
    pub fn load(&self) -> u64 {
        // It stands for itself: nothing else is read by it.
        self.0.load(Ordering::Relaxed)
    }

    /// Replaces the word by what `change` makes of it, however many write at once. Not for workers.
    pub fn change(&self, mut change: impl FnMut(u64) -> u64) {
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |word| Some(change(word)));
    }
}
