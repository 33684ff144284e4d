//! The engine's `sync` module on loom's types, with orderings that a broken twin can take away.

use std::cell::Cell;

pub use loom::hint;
pub use loom::sync::Arc;

/// An ordering that the code under test relies on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Fences do nothing.
    Fences,
    /// Release stores are relaxed.
    ReleaseStores,
    /// Swaps and their like are relaxed.
    Swaps,
}

thread_local! {
    /// loom runs all threads of a model on the test's own thread, so each test has its own.
    static MISSING: Cell<Option<Part>> = const { Cell::new(None) };
}

/// Runs a model whose code lacks `part`. Does not return when the model fails, as it should.
pub fn without<R>(part: Part, model: impl FnOnce() -> R) {
    MISSING.set(Some(part));
    model();
    MISSING.set(None);
}

fn lacks(part: Part) -> bool {
    MISSING.get() == Some(part)
}

/// `std::sync::atomic`, as far as the code under test uses it.
pub mod atomic {
    pub use loom::sync::atomic::Ordering;

    use super::{Part, lacks};

    /// An atomic fence, unless the test took it away.
    pub fn fence(order: Ordering) {
        if !lacks(Part::Fences) {
            loom::sync::atomic::fence(order);
        }
    }

    macro_rules! atomic {
        ($name:ident, $value:ty) => {
            /// loom's atomic, with stores that a test can weaken.
            #[derive(Debug)]
            pub struct $name(loom::sync::atomic::$name);

            impl $name {
                pub fn new(value: $value) -> Self {
                    Self(loom::sync::atomic::$name::new(value))
                }

                pub fn load(&self, order: Ordering) -> $value {
                    self.0.load(order)
                }

                pub fn store(&self, value: $value, order: Ordering) {
                    let weak = order == Ordering::Release && lacks(Part::ReleaseStores);
                    self.0.store(value, if weak { Ordering::Relaxed } else { order });
                }
            }
        };
    }

    atomic!(AtomicU64, u64);
    atomic!(AtomicUsize, usize);
    atomic!(AtomicBool, bool);
    atomic!(AtomicU8, u8);
    atomic!(AtomicU16, u16);

    impl AtomicU64 {
        pub fn fetch_or(&self, value: u64, order: Ordering) -> u64 {
            self.0.fetch_or(value, if lacks(Part::Swaps) { Ordering::Relaxed } else { order })
        }

        pub fn fetch_and(&self, value: u64, order: Ordering) -> u64 {
            self.0.fetch_and(value, if lacks(Part::Swaps) { Ordering::Relaxed } else { order })
        }
    }

    impl AtomicUsize {
        pub fn swap(&self, value: usize, order: Ordering) -> usize {
            self.0.swap(value, if lacks(Part::Swaps) { Ordering::Relaxed } else { order })
        }

        pub fn fetch_sub(&self, value: usize, order: Ordering) -> usize {
            self.0.fetch_sub(value, order)
        }
    }
}
