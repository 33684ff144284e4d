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
    /// Samples at the end that are zero for certain.
    zeros: usize,
    /// All of the memory is zero: nobody needs to look at it.
    blank: bool,
}

impl Fifo {
    /// Room for `capacity` samples that wait, and `past` that were played. Allocates.
    pub fn new(past: usize, capacity: usize) -> Self {
        let samples = vec![0.0; past + capacity].into_boxed_slice();
        Self { samples, past, start: past, end: past, zeros: past, blank: true }
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
        self.sound();
        &mut self.samples
    }

    /// What the next tick reads or writes: the samples that wait, and the room of a packet behind them.
    pub fn upcoming(&self, room: usize) -> &[f32] {
        if self.blank && room == 0 {
            return &[];
        }
        &self.samples[self.start..(self.end + room).min(self.samples.len())]
    }

    /// The samples that wait, to be changed in place.
    pub fn pending_mut(&mut self) -> &mut [f32] {
        self.sound();
        &mut self.samples[self.start..self.end]
    }

    /// The last samples, those that wait at the end: always the length that was asked for at construction.
    pub fn recent(&self) -> &[f32] {
        &self.samples[self.end - self.past..self.end]
    }

    /// The next `room` samples behind those that wait; fewer where they do not fit. What is written
    /// there counts after [`Fifo::commit`].
    pub fn tail(&mut self, room: usize) -> &mut [f32] {
        self.sound();
        self.space(room)
    }

    fn space(&mut self, room: usize) -> &mut [f32] {
        let room = room.min(self.room());
        if self.samples.len() - self.end < room {
            let kept = self.start - self.past;
            self.samples.copy_within(kept..self.end, 0);
            self.end -= kept;
            self.start = self.past;
        }
        &mut self.samples[self.end..self.end + room]
    }

    /// From here on there may be something else than zeros.
    fn sound(&mut self) {
        (self.zeros, self.blank) = (0, false);
    }

    /// Adds up to `count` zeros. Where there is nothing else any more, no sample is touched: legs that are sent nothing for
    /// long leave their memory alone.
    pub fn hush(&mut self, count: usize) {
        let count = count.min(self.room());
        if self.blank {
            // Wherever the samples lie, they are the same.
            (self.start, self.end) = (self.past, self.past + self.len() + count);
            return;
        }
        self.space(count).fill(0.0);
        self.commit(count);
        self.zeros += count;
        if self.zeros >= self.past + self.len() {
            self.samples.fill(0.0);
            self.blank = true;
        }
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
        if self.blank {
            out[..count].fill(0.0);
        } else {
            out[..count].copy_from_slice(&self.samples[self.start..self.start + count]);
        }
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
        self.sound();
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
