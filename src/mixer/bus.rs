//! One sum of voices: what is added during a tick is heard during the next one.
//!
//! Sums are exact. Up to [`BLOCK`] voices add in i32, which cannot overflow; then the sum moves to i64, which holds
//! 2³⁸ voices. What is heard is i32 again: the sum itself while it stays within 42 dB above full scale, beyond
//! that without its lowest bits. So the order of voices and the count of workers never matter.

use super::words;

/// Voices of 2²⁵ at most that an i32 takes: 63 · 2²⁵ < 2³¹.
const BLOCK: u32 = 63;

/// Bound of what is heard, half of what an i32 takes: room for voices of exceptions.
const HEARD: u32 = 1 << 30;

/// A mono sum with its two sides: the one that is added to, the one that is heard.
#[derive(Debug)]
pub(super) struct Bus {
    near: Box<[i32]>,
    wide: Box<[i64]>,
    /// Voices in `near`.
    added: u32,
    /// `wide` holds something.
    spilled: bool,
    heard: Box<[i32]>,
    shift: u32,
    silent: bool,
}

/// The side of a bus that is heard.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heard<'a> {
    pub words: &'a [i32],
    /// Lowest bits that the words are without; 0 up to 42 dB above full scale.
    pub shift: u32,
    /// All words are 0.
    pub silent: bool,
}

impl Bus {
    /// A silent bus of frames of `samples`. Allocates.
    pub fn new(samples: usize) -> Self {
        Self {
            near: vec![0; samples].into(),
            wide: vec![0; samples].into(),
            added: 0,
            spilled: false,
            heard: vec![0; samples].into(),
            shift: 0,
            silent: true,
        }
    }

    /// Adds a voice of at most 2²⁵. Real-time.
    pub fn add(&mut self, voice: &[i32]) {
        if self.added == BLOCK {
            self.spill();
        }
        words::add(&mut self.near, voice);
        self.added += 1;
    }

    /// Adds what others summed: the same sum in another worker, or converted from another rate. Real-time.
    pub fn add_sum(&mut self, sum: &[i64]) {
        self.spilled = true;
        for (wide, &sum) in self.wide.iter_mut().zip(sum) {
            *wide = wide.saturating_add(sum);
        }
    }

    /// What was added so far in this tick; `None` when nothing was. Real-time.
    pub fn sum(&mut self) -> Option<&[i64]> {
        self.spill();
        self.spilled.then_some(&*self.wide)
    }

    /// Ends the tick: what was added is heard from now on. Real-time.
    pub fn turn(&mut self) {
        if !self.spilled && self.added == 0 {
            if !std::mem::replace(&mut self.silent, true) {
                self.heard.fill(0);
            }
            self.shift = 0;
            return;
        }
        self.silent = false;
        if !self.spilled && words::peak(&self.near) <= HEARD {
            std::mem::swap(&mut self.near, &mut self.heard);
            self.near.fill(0);
            (self.added, self.shift) = (0, 0);
            return;
        }
        self.spill();
        let excess = words::wide_peak(&self.wide) >> HEARD.trailing_zeros();
        self.shift = (u64::BITS - excess.leading_zeros()).min(31);
        for (heard, wide) in self.heard.iter_mut().zip(&mut self.wide) {
            *heard =
                (std::mem::take(wide) >> self.shift).clamp(i64::from(i32::MIN / 2), i64::from(i32::MAX / 2)) as i32;
        }
        self.spilled = false;
    }

    /// What was added in the tick before.
    pub fn heard(&self) -> Heard<'_> {
        Heard { words: &self.heard, shift: self.shift, silent: self.silent }
    }

    /// Bytes on the heap.
    pub fn heap_bytes(&self) -> usize {
        size_of_val(&*self.near) + size_of_val(&*self.wide) + size_of_val(&*self.heard)
    }

    fn spill(&mut self) {
        if self.added > 0 {
            words::spill(&mut self.near, &mut self.wide);
            (self.added, self.spilled) = (0, true);
        }
    }
}
