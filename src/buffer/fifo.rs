//! Decoded samples that wait for their tick, and behind them the last ones played.
//!
//! Linear, not a ring: decoding, concealment and stretch work on one slice. What is kept moves to
//! the front when the end is reached, every ten packets or so; playing moves nothing.

/// Decoded samples, oldest first.
#[derive(Debug)]
pub struct Fifo {
    samples: Box<[f32]>,
    past: usize,
    start: usize,
    end: usize,
}

impl Fifo {
    /// Room for `capacity` samples that wait, and `past` that were played. Allocates.
    pub fn new(past: usize, capacity: usize) -> Self {
        Self { samples: vec![0.0; past + capacity].into_boxed_slice(), past, start: past, end: past }
    }

    /// Samples that wait.
    pub fn len(&self) -> usize {
        self.end - self.start
    }

    /// Samples that still fit.
    pub fn room(&self) -> usize {
        self.samples.len() - self.past - self.len()
    }

    /// The samples that wait.
    pub fn pending(&self) -> &[f32] {
        &self.samples[self.start..self.end]
    }

    /// All of it.
    pub fn storage(&mut self) -> &mut [f32] {
        &mut self.samples
    }

    /// What the next tick reads or writes: the samples that wait, and the room of a packet behind them.
    pub fn upcoming(&self, room: usize) -> &[f32] {
        &self.samples[self.start..(self.end + room).min(self.samples.len())]
    }

    /// The samples that wait, to be changed in place.
    pub fn pending_mut(&mut self) -> &mut [f32] {
        &mut self.samples[self.start..self.end]
    }

    /// The last samples, those that wait at the end: always the length that was asked for at construction.
    pub fn recent(&self) -> &[f32] {
        &self.samples[self.end - self.past..self.end]
    }

    /// The next `room` samples behind those that wait; fewer where they do not fit. What is written
    /// there counts after [`Fifo::commit`].
    pub fn tail(&mut self, room: usize) -> &mut [f32] {
        let room = room.min(self.room());
        if self.samples.len() - self.end < room {
            let kept = self.start - self.past;
            self.samples.copy_within(kept..self.end, 0);
            self.end -= kept;
            self.start = self.past;
        }
        &mut self.samples[self.end..self.end + room]
    }

    /// Adds the first `count` samples of the last [`Fifo::tail`].
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

    /// The samples that wait, and the past behind them.
    pub fn known(&self) -> &[f32] {
        &self.samples[self.start - self.past..self.end]
    }

    /// The samples that wait, and `before` of those behind them.
    pub fn around(&self, before: usize) -> &[f32] {
        &self.samples[self.start - before.min(self.past)..self.end]
    }

    /// Lets `write` fill the FIFO anew. Of what it writes, `count` samples from `start` on wait; what
    /// lies before them is the past. What does not fit is left out.
    pub fn rewrite(&mut self, start: usize, count: usize, write: impl FnOnce(&mut [f32])) {
        self.clear();
        write(&mut self.samples[self.past..]);
        self.start = (self.past + start).min(self.samples.len());
        self.end = (self.start + count).min(self.samples.len());
    }

    /// Forgets all samples, those played as well.
    pub fn clear(&mut self) {
        self.samples[..self.past].fill(0.0);
        (self.start, self.end) = (self.past, self.past);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_come_out_in_order_and_the_past_stays_behind_them() {
        let mut fifo = Fifo::new(10, 25);
        let (mut written, mut read) = (0, 0);
        for step in 0..200 {
            let count = (step * 7 % 13).min(fifo.room());
            for sample in fifo.tail(count) {
                written += 1;
                *sample = written as f32;
            }
            fifo.commit(count);
            let mut out = [0.0; 5];
            let popped = fifo.pop(&mut out);
            for sample in &out[..popped] {
                read += 1;
                assert_eq!(*sample, read as f32);
            }
            let want: Vec<f32> = (written - 9..=written).map(|s| s.max(0) as f32).collect();
            assert_eq!(fifo.recent(), want);
            assert_eq!(fifo.len(), (written - read) as usize);
        }
    }
}
