//! Dropped here, freed there: heap values that a worker may let go of.
//!
//! Dropping an [`Owned`] or the last [`Shared`] links the value into a list by one swap and one
//! store, whatever its size, and the list can never be full; the [`Reaper`] on an ordinary thread
//! runs the destructors and frees. A facade over basedrop, without its `SharedCell`, whose
//! orderings let a reader revive a value that is being freed (`clippy.toml` forbids it).

#![expect(clippy::disallowed_types, reason = "the one place where the collector is wrapped")]

use std::fmt;

pub use basedrop::{Handle, Owned, Shared};
use thiserror::Error;

use super::fence;

/// Frees what the workers dropped. Lives on an ordinary thread.
pub struct Reaper {
    collector: basedrop::Collector,
}

impl Reaper {
    /// A reaper without values.
    pub fn new() -> Self {
        Self { collector: basedrop::Collector::new() }
    }

    /// What [`Owned::new`] and [`Shared::new`] need to make values for this reaper.
    pub fn handle(&self) -> Handle {
        self.collector.handle()
    }

    /// Values that are alive or wait to be freed.
    pub fn values(&self) -> usize {
        self.collector.alloc_count()
    }

    /// Frees what was dropped so far; returns how many values.
    ///
    /// Ends even while workers go on dropping: it frees at most as many values as there are when it
    /// is called. Not real-time.
    pub fn collect(&mut self) -> usize {
        let limit = self.collector.alloc_count();
        // A value's destructor is a user's code; one that panics is freed, but stays in the count of
        // values, so that `finish` tells of it.
        for done in 0..limit {
            let mut found = false;
            let outcome = fence(|| found = self.collector.collect_one());
            if outcome.is_ok() && !found {
                return done;
            }
        }
        limit
    }

    /// Frees the rest and proves that nothing is left: the end of every shutdown.
    ///
    /// The error gives the reaper back, so that the caller may drop what it still holds and retry.
    pub fn finish(mut self) -> Result<(), Unreclaimed> {
        // A destructor may drop further values into the list.
        while self.collect() > 0 {}
        self.collector.try_cleanup().map_err(|collector| Unreclaimed {
            handles: collector.handle_count(),
            values: collector.alloc_count(),
            reaper: Self { collector },
        })
    }
}

impl Default for Reaper {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Reaper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reaper").field("values", &self.values()).finish_non_exhaustive()
    }
}

/// Somebody still holds values or handles; nothing of them was freed.
#[derive(Debug, Error)]
#[error("{values} values and {handles} handles are still held")]
#[non_exhaustive]
pub struct Unreclaimed {
    /// Handles not dropped yet.
    pub handles: usize,
    /// Values not dropped yet.
    pub values: usize,
    /// The reaper, to try again.
    pub reaper: Reaper,
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Owned, Reaper, Shared};

    #[test]
    fn values_are_freed_by_the_reaper_and_not_by_drop() {
        let mut reaper = Reaper::new();
        let witness = Arc::new(());
        let owned = Owned::new(&reaper.handle(), witness.clone());
        let shared = Shared::new(&reaper.handle(), witness.clone());
        let other = shared.clone();
        drop((owned, shared));
        assert_eq!(Arc::strong_count(&witness), 3);
        assert_eq!(reaper.collect(), 1);
        drop(other);
        assert_eq!(reaper.collect(), 1);
        assert_eq!(Arc::strong_count(&witness), 1);
        reaper.finish().unwrap();
    }

    #[test]
    fn finish_frees_values_within_values() {
        let reaper = Reaper::new();
        let handle = reaper.handle();
        let inner = Owned::new(&handle, 1u32);
        drop(Owned::new(&handle, inner));
        drop(handle);
        reaper.finish().unwrap();
    }

    #[test]
    fn a_destructor_that_panics_stops_nothing_and_is_told_at_the_end() {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                panic!("destructor fails");
            }
        }
        let mut reaper = Reaper::new();
        let handle = reaper.handle();
        drop((Owned::new(&handle, Bomb), Owned::new(&handle, 1u32)));
        drop(handle);
        assert_eq!(reaper.collect(), 2);
        assert_eq!(reaper.finish().unwrap_err().values, 1);
    }

    #[test]
    fn finish_tells_what_is_still_held_and_can_be_repeated() {
        let reaper = Reaper::new();
        let handle = reaper.handle();
        let held = Owned::new(&handle, 5u32);
        let left = reaper.finish().unwrap_err();
        assert_eq!((left.handles, left.values), (1, 1));
        drop((held, handle));
        left.reaper.finish().unwrap();
    }
}
