//! A block of words with one writer and any number of readers, never torn.
//!
//! The writer never waits and never fails; a reader that meets a write in progress tries again. The
//! words are relaxed atomics, so a read that fails has read garbage but not raced (H.-J. Boehm, "Can
//! seqlocks get along with programming language memory models?", MSPC 2012, fig. 6).

use std::array;

use crate::sync::atomic::{AtomicU64, Ordering, fence};
use crate::sync::{Arc, hint};

/// The writing end. One thread at a time owns it.
#[derive(Debug)]
pub struct SeqWriter<const N: usize>(Arc<Block<N>>);

/// A reading end; clone it freely.
#[derive(Debug)]
pub struct SeqReader<const N: usize>(Arc<Block<N>>);

/// Aligned to two cache lines, so that no neighbour's writes disturb it.
#[derive(Debug)]
#[repr(align(128))]
struct Block<const N: usize> {
    /// Odd while a write is in progress.
    sequence: AtomicU64,
    words: [AtomicU64; N],
}

/// Makes a block of `N` words, all 0.
///
/// Allocates. A writer that a worker owns lives inside an `Owned` value, since the last end frees.
pub fn seqlock<const N: usize>() -> (SeqWriter<N>, SeqReader<N>) {
    let block = Arc::new(Block { sequence: AtomicU64::new(0), words: array::from_fn(|_| AtomicU64::new(0)) });
    (SeqWriter(block.clone()), SeqReader(block))
}

impl<const N: usize> SeqWriter<N> {
    /// Replaces the block.
    ///
    /// Real-time: wait-free, N + 2 stores.
    #[inline]
    pub fn write(&mut self, words: &[u64; N]) {
        let block = &*self.0;
        let sequence = block.sequence.load(Ordering::Relaxed);
        block.sequence.store(sequence.wrapping_add(1), Ordering::Relaxed);
        // Pairs with the Acquire fence in `try_read`: who sees one of these words also sees the odd number.
        fence(Ordering::Release);
        for (to, from) in block.words.iter().zip(words) {
            to.store(*from, Ordering::Relaxed);
        }
        // Pairs with the Acquire load in `try_read`: who sees the even number also sees the words.
        block.sequence.store(sequence.wrapping_add(2), Ordering::Release);
    }
}

impl<const N: usize> SeqReader<N> {
    /// The words of one write, whole; `None` when a write was in progress.
    #[inline]
    pub fn try_read(&self) -> Option<[u64; N]> {
        let block = &*self.0;
        // Pairs with the Release store in `write`.
        let before = block.sequence.load(Ordering::Acquire);
        let words = array::from_fn(|i| block.words[i].load(Ordering::Relaxed));
        // Pairs with the Release fence in `write`.
        fence(Ordering::Acquire);
        let after = block.sequence.load(Ordering::Relaxed);
        (before == after && before & 1 == 0).then_some(words)
    }

    /// The words of one write, whole.
    ///
    /// Not for workers: it repeats as long as it meets writes in progress, and one that was
    /// preempted lasts as long as the preemption.
    pub fn read(&self) -> [u64; N] {
        loop {
            if let Some(words) = self.try_read() {
                return words;
            }
            hint::spin_loop();
        }
    }
}

impl<const N: usize> Clone for SeqReader<N> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}
