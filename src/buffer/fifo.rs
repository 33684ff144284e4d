//! Decoded samples that wait for their tick.
//!
//! Linear, not a ring: what is left moves to the front when more is decoded, so that the same cache
//! lines are used packet after packet. Less than a tick is left then, save for a stretch.

/// Decoded samples, oldest first.
#[derive(Debug)]
pub struct Fifo {
    samples: Box<[f32]>,
    start: usize,
    end: usize,
}

impl Fifo {
    /// Room for `capacity` samples. Allocates.
    pub fn new(capacity: usize) -> Self {
        Self { samples: vec![0.0; capacity].into_boxed_slice(), start: 0, end: 0 }
    }

    /// Samples that wait.
    pub fn len(&self) -> usize {
        self.end - self.start
    }

    /// Samples that still fit.
    pub fn room(&self) -> usize {
        self.samples.len() - self.len()
    }

    /// The samples that wait.
    pub fn pending(&self) -> &[f32] {
        &self.samples[self.start..self.end]
    }

    /// The samples that wait, to be changed in place.
    pub fn pending_mut(&mut self) -> &mut [f32] {
        &mut self.samples[self.start..self.end]
    }

    /// The free part behind the samples that wait. What is written there counts after [`Fifo::commit`].
    pub fn tail(&mut self) -> &mut [f32] {
        if self.start > 0 {
            self.samples.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        &mut self.samples[self.end..]
    }

    /// Adds `count` samples, at most [`Fifo::room`], that were written to the start of [`Fifo::tail`].
    pub fn commit(&mut self, count: usize) {
        self.end = (self.end + count).min(self.samples.len());
    }

    /// Drops up to `count` samples at the front.
    pub fn drop_front(&mut self, count: usize) {
        self.start += count.min(self.len());
    }

    /// Keeps only the last `count` samples.
    pub fn keep_last(&mut self, count: usize) {
        self.start = self.end - count.min(self.len());
    }

    /// Moves the oldest samples to `out` and returns their count.
    pub fn pop(&mut self, out: &mut [f32]) -> usize {
        let count = out.len().min(self.len());
        out[..count].copy_from_slice(&self.samples[self.start..self.start + count]);
        self.start += count;
        count
    }

    /// Forgets all samples.
    pub fn clear(&mut self) {
        (self.start, self.end) = (0, 0);
    }
}
