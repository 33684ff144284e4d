//! Audio of a program that waits to be played: kept short by leaving out its pauses.

use crate::graph::nodes::pcm::{Lease, Piece};

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
    ring: Lease,
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
    pub fn new(ring: Lease, bounds: Bounds) -> Self {
        Self { ring, bounds, piece: None, played: 0 }
    }

    /// Ticks that wait, roughly: marks count as well.
    pub fn ticks(&self) -> usize {
        self.ring.slots()
    }

    /// Fills `out` as far as there is audio. Real-time: up to 64 entries.
    pub fn take(&mut self, out: &mut [f32], mut mark: impl FnMut(u64)) -> Taken {
        let mut taken = Taken::default();
        let mut left_out = None;
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
                        let piece = self.piece.take();
                        left_out = left_out.or(piece.map(|piece| (taken.samples, piece)));
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
        if let Some((at, Piece::Audio { length, samples })) = left_out {
            join(&samples[..usize::from(length)], &mut out[at..]);
        }
        taken
    }

    /// Drops what waits, marks as well; returns the samples. Real-time: what the ring holds now.
    pub fn flush(&mut self) -> usize {
        let mut dropped = 0;
        let mut count = |piece: &Piece| {
            if let Piece::Audio { length, .. } = piece {
                dropped += usize::from(*length);
            }
        };
        self.piece.take().iter().for_each(&mut count);
        self.ring.skip(self.ring.slots(), count);
        dropped.saturating_sub(std::mem::take(&mut self.played))
    }
}

/// What would have come fades, over half a tick, into what comes instead: an omission is no click.
fn join(left_out: &[f32], instead: &mut [f32]) {
    let length = left_out.len().min(instead.len()).div_ceil(2);
    for (n, (to, from)) in instead.iter_mut().zip(left_out).take(length).enumerate() {
        let share = (n + 1) as f32 / (length + 1) as f32;
        *to = from * (1.0 - share) + *to * share;
    }
}
