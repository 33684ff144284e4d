//! Where a worker listens for packets that need not wait for their session's phase.

use crate::rt::Doorbells;

/// The engine's doorbells, and the sessions of one worker that listen to theirs.
pub(crate) struct Bells {
    board: Doorbells,
    /// 64 slots a word.
    mine: Vec<u64>,
    listening: u32,
}

impl Bells {
    /// For so many sessions, none of which listens. Allocates.
    pub fn new(board: Doorbells, sessions: usize) -> Self {
        Self { board, mine: vec![0; sessions.div_ceil(64)], listening: 0 }
    }

    /// Whether the session in a slot listens from now on. Real-time: a comparison where that is nothing new.
    #[inline]
    pub fn listen(&mut self, index: u32, on: bool) {
        let Some(word) = self.mine.get_mut(index as usize / 64) else { return };
        let bit = 1 << (index % 64);
        if (*word & bit != 0) == on {
            return;
        }
        *word ^= bit;
        self.listening = if on { self.listening + 1 } else { self.listening - 1 };
        self.board.heed(index, on);
    }

    /// Words of slots to look at: none where nobody listens.
    pub fn words(&self) -> usize {
        if self.listening > 0 { self.mine.len() } else { 0 }
    }

    /// Takes the rings of a word's sessions. Real-time: a load, or two.
    pub fn take(&self, at: usize) -> u64 {
        self.mine.get(at).filter(|mine| **mine != 0).map_or(0, |mine| self.board.take(at, *mine))
    }
}
