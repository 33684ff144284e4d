//! Audio of a program that waits to be played: kept short by leaving out its pauses.

use crate::graph::nodes::pcm::Piece;
use crate::rt::Consumer;

/// Mean square below which audio is a pause: −50 dBFS.
const QUIET: f32 = 1e-5;
/// Entries looked at in one tick.
const MOST_PIECES: usize = 64;

/// How much may wait, in ticks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Beyond this, pauses are left out.
    pub target: usize,
    /// Beyond this, the oldest audio is left out.
    pub most: usize,
}

/// The reading side of the ring, with the entry that is half played.
pub(super) struct Backlog {
    ring: Consumer<Piece>,
    bounds: Bounds,
    piece: Option<Piece>,
    played: usize,
}

/// What one tick took out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Taken {
    /// Samples that were there to play.
    pub samples: usize,
    /// Samples left out as a pause, and those that were not one.
    pub paused: usize,
    pub dropped: usize,
}

impl Backlog {
    pub fn new(ring: Consumer<Piece>, bounds: Bounds) -> Self {
        Self { ring, bounds, piece: None, played: 0 }
    }

    /// Ticks that wait, roughly: marks count as well.
    pub fn ticks(&self) -> usize {
        self.ring.slots()
    }

    /// Fills `out` as far as there is audio. Real-time: up to 64 entries.
    pub fn take(&mut self, out: &mut [f32], mut mark: impl FnMut(u64)) -> Taken {
        let mut taken = Taken::default();
        for _ in 0..MOST_PIECES {
            if taken.samples == out.len() {
                break;
            }
            if self.piece.is_none() {
                self.piece = self.ring.pop();
                self.played = 0;
            }
            match &self.piece {
                None => break,
                Some(Piece::Mark(id)) => {
                    mark(*id);
                    self.piece = None;
                }
                Some(Piece::Audio { length, samples }) => {
                    let rest = &samples[self.played..usize::from(*length)];
                    let waits = self.ring.slots();
                    let quiet = rest.iter().map(|sample| sample * sample).sum::<f32>() < QUIET * rest.len() as f32;
                    if self.played == 0 && (waits >= self.bounds.most || (waits >= self.bounds.target && quiet)) {
                        *(if quiet { &mut taken.paused } else { &mut taken.dropped }) += rest.len();
                        self.piece = None;
                        continue;
                    }
                    let count = rest.len().min(out.len() - taken.samples);
                    out[taken.samples..][..count].copy_from_slice(&rest[..count]);
                    taken.samples += count;
                    self.played += count;
                    if self.played == usize::from(*length) {
                        self.piece = None;
                    }
                }
            }
        }
        taken
    }

    /// Drops what waits, marks as well; returns the samples. Real-time: what the ring holds now.
    pub fn flush(&mut self) -> usize {
        let mut dropped = 0;
        let rest = self.piece.take();
        for piece in rest.into_iter().chain((0..self.ring.slots()).map_while(|_| self.ring.pop())) {
            if let Piece::Audio { length, .. } = piece {
                dropped += usize::from(length);
            }
        }
        dropped.saturating_sub(std::mem::take(&mut self.played))
    }
}
