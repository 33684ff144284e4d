//! Doorbells: one bit for each place, rung by who brings something, taken by who looks there.
//!
//! Where nobody listens nothing is rung, so that bringing something there costs one load more and no
//! write. A ring says only that it is worth a look: who brings rings afterwards, and who looks
//! takes the ring first, so that what was brought before a ring is seen after it, and none is lost.

use crate::sync::Arc;
use crate::sync::atomic::{AtomicU64, Ordering};

/// A board of doorbells; clone it freely.
#[derive(Clone, Debug)]
pub struct Doorbells(Arc<Board>);

/// 64 places a word. What is written at every ring lies apart from what is only read then.
#[derive(Debug)]
struct Board {
    heeded: Vec<AtomicU64>,
    rung: Vec<AtomicU64>,
}

impl Doorbells {
    /// For so many places, where nobody listens yet. Allocates.
    pub fn new(places: usize) -> Self {
        let words = || (0..places.div_ceil(64)).map(|_| AtomicU64::new(0)).collect();
        Self(Arc::new(Board { heeded: words(), rung: words() }))
    }

    /// Whether somebody listens at a place from now on. Real-time: wait-free.
    pub fn heed(&self, place: u32, on: bool) {
        let Some(word) = self.0.heeded.get(place as usize / 64) else { return };
        let bit = 1 << (place % 64);
        // It stands for itself: a ring missed meanwhile is only a look that comes later.
        match on {
            true => word.fetch_or(bit, Ordering::Relaxed),
            false => word.fetch_and(!bit, Ordering::Relaxed),
        };
    }

    /// Tells that something lies at a place. Real-time: one load, and one exchange where somebody listens.
    #[inline]
    pub fn ring(&self, place: u32) {
        let (at, bit) = (place as usize / 64, 1 << (place % 64));
        if self.0.heeded.get(at).is_some_and(|word| word.load(Ordering::Relaxed) & bit != 0)
            && let Some(word) = self.0.rung.get(at)
        {
            // Release pairs with the Acquire in `take`. Also where it rings already: whoever takes that ring may not see what lies here yet.
            word.fetch_or(bit, Ordering::Release);
        }
    }

    /// Takes the rings of a word's places that are `mine`. Real-time: one load, and one exchange where there are some.
    #[inline]
    pub fn take(&self, at: usize, mine: u64) -> u64 {
        let Some(word) = self.0.rung.get(at).filter(|word| word.load(Ordering::Relaxed) & mine != 0) else { return 0 };
        word.fetch_and(!mine, Ordering::Acquire) & mine
    }
}
