//! The ring between two threads: one producer, one consumer, values by move.
//!
//! A facade over rtrb. It does not wake or block anybody: a full ring gives the value back, an
//! empty one gives `None`. `loom-tests` checks the same head and tail protocol on loom's atomics.

/// The writing end. One thread at a time owns it.
#[derive(Debug)]
pub struct Producer<T>(rtrb::Producer<T>);

/// The reading end. One thread at a time owns it.
#[derive(Debug)]
pub struct Consumer<T>(rtrb::Consumer<T>);

/// Makes a ring with room for exactly `capacity` values.
///
/// Allocates. The end that is dropped last frees the ring and the values left in it, so an end that
/// a worker owns lives inside an [`Owned`](super::Owned) value.
pub fn ring<T>(capacity: usize) -> (Producer<T>, Consumer<T>) {
    let (producer, consumer) = rtrb::RingBuffer::new(capacity);
    (Producer(producer), Consumer(consumer))
}

impl<T> Producer<T> {
    /// Appends a value, or gives it back when the ring is full.
    ///
    /// Real-time: wait-free.
    #[inline]
    pub fn push(&mut self, value: T) -> Result<(), T> {
        self.0.push(value).map_err(|rtrb::PushError::Full(value)| value)
    }

    /// Values that fit now; the consumer may only raise it.
    ///
    /// Real-time: wait-free.
    #[inline]
    pub fn slots(&self) -> usize {
        self.0.slots()
    }

    /// The consumer is gone: nobody will read what is pushed.
    pub fn is_abandoned(&self) -> bool {
        self.0.is_abandoned()
    }
}

impl<T> Consumer<T> {
    /// Takes the oldest value.
    ///
    /// Real-time: wait-free.
    #[inline]
    pub fn pop(&mut self) -> Option<T> {
        self.0.pop().ok()
    }

    /// The oldest value, which stays in the ring.
    ///
    /// Real-time: wait-free.
    #[inline]
    pub fn peek(&self) -> Option<&T> {
        self.0.peek().ok()
    }

    /// Drops the oldest `count` values where they lie, or as many as there are, and shows each of them first.
    ///
    /// Real-time where showing and dropping a value is; no value is moved.
    pub fn skip(&mut self, count: usize, mut seen: impl FnMut(&T)) {
        let Ok(chunk) = self.0.read_chunk(count.min(self.0.slots())) else { return };
        let (first, second) = chunk.as_slices();
        first.iter().chain(second).for_each(&mut seen);
        chunk.commit_all();
    }

    /// Values that can be popped now; the producer may only raise it.
    ///
    /// Real-time: wait-free.
    #[inline]
    pub fn slots(&self) -> usize {
        self.0.slots()
    }

    /// The producer is gone: what is in the ring now is all that will ever come.
    pub fn is_abandoned(&self) -> bool {
        self.0.is_abandoned()
    }
}

#[cfg(test)]
mod tests {
    use super::ring;

    #[test]
    fn full_ring_gives_the_value_back() {
        let (mut tx, mut rx) = ring(2);
        assert_eq!(tx.push(1), Ok(()));
        assert_eq!(tx.push(2), Ok(()));
        assert_eq!(tx.push(3), Err(3));
        assert_eq!(rx.peek(), Some(&1));
        assert_eq!((rx.pop(), tx.slots(), rx.slots()), (Some(1), 1, 1));
    }

    #[test]
    fn skipped_values_are_shown_in_order_and_dropped() {
        let (mut tx, mut rx) = ring(3);
        let mut seen = Vec::new();
        for n in 0..5 {
            assert_eq!(tx.push(n), Ok(()));
            if n == 1 {
                assert_eq!(rx.pop(), Some(0));
            }
            if n == 3 {
                rx.skip(2, |value| seen.push(*value));
            }
        }
        rx.skip(9, |value| seen.push(*value));
        assert_eq!((seen, rx.pop(), tx.slots()), (vec![1, 2, 3, 4], None, 3));
    }

    #[test]
    fn values_outlive_their_producer() {
        let (mut tx, mut rx) = ring(2);
        tx.push(7).unwrap();
        drop(tx);
        assert!(rx.is_abandoned());
        assert_eq!((rx.pop(), rx.pop()), (Some(7), None));
    }
}
