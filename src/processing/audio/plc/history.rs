//! The last 50 ms played, for concealment to build on.

use crate::types::SampleRate;

/// Enough for three pitch cycles of 15 ms and an overlap.
const HISTORY_MS: usize = 50;

/// A ring of the last samples played. Writing is cheap; reading is rare.
#[derive(Debug)]
pub struct History {
    ring: Box<[f32]>,
    at: usize,
}

impl History {
    /// All silence. Allocates.
    pub fn new(rate: SampleRate) -> Self {
        Self { ring: vec![0.0; Self::length(rate)].into_boxed_slice(), at: 0 }
    }

    /// Samples that a history at `rate` holds.
    pub const fn length(rate: SampleRate) -> usize {
        rate.hz() as usize * HISTORY_MS / 1_000
    }

    /// Adds samples that were played. Real-time.
    pub fn push(&mut self, samples: &[f32]) {
        let samples = &samples[samples.len().saturating_sub(self.ring.len())..];
        let first = samples.len().min(self.ring.len() - self.at);
        self.ring[self.at..self.at + first].copy_from_slice(&samples[..first]);
        self.ring[..samples.len() - first].copy_from_slice(&samples[first..]);
        self.at = if first < samples.len() { samples.len() - first } else { self.at + first };
        if self.at == self.ring.len() {
            self.at = 0;
        }
    }

    /// Writes the whole past, oldest first, to the start of `out`, which holds at least [`History::length`] samples.
    pub fn read(&self, out: &mut [f32]) {
        let (newer, older) = self.ring.split_at(self.at);
        for (to, from) in out.iter_mut().zip(older.iter().chain(newer)) {
            *to = *from;
        }
    }

    /// The last sample played.
    pub fn last(&self) -> f32 {
        self.ring[self.at.checked_sub(1).unwrap_or(self.ring.len() - 1)]
    }

    /// Forgets the past.
    pub fn clear(&mut self) {
        self.ring.fill(0.0);
        self.at = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_back_the_last_samples_in_order_whatever_the_pieces() {
        let mut history = History::new(SampleRate::HZ_8000);
        let mut next = 0;
        for length in [80usize, 80, 37, 1, 400, 399, 401, 80, 0, 80, 1_000, 3] {
            let piece: Vec<f32> = (next..next + length).map(|i| i as f32).collect();
            history.push(&piece);
            next += length;
            let mut past = [0.0; 400];
            history.read(&mut past);
            let known = next.min(400);
            let want: Vec<f32> = (next - known..next).map(|i| i as f32).collect();
            assert_eq!(past[400 - known..], want[..], "after {next}");
        }
    }
}
