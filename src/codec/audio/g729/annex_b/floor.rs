//! The lowest level of the last 128 frames (G.729 Annex B clause B.3.2).
//!
//! Kept as minima of blocks of eight frames. It is of use from frame 129 on.

/// Minima of blocks of frames.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Floor {
    /// Of whole blocks, oldest first.
    blocks: [i16; 16],
    /// Of the block that is not whole yet.
    block: i16,
    lowest: i16,
}

impl Floor {
    /// Knows nothing yet.
    pub const fn new() -> Self {
        Self { blocks: [0; 16], block: i16::MAX, lowest: i16::MAX }
    }

    /// Takes in a frame, counted from 1.
    pub fn track(&mut self, frame: i16, level: i16) {
        if frame & 7 == 1 {
            self.lowest = self.blocks.into_iter().fold(i16::MAX, i16::min);
            self.block = i16::MAX;
        }
        self.block = self.block.min(level);
        self.lowest = self.lowest.min(level);
        if frame & 7 == 0 {
            self.blocks.rotate_left(1);
            self.blocks[15] = self.block;
        }
    }

    /// The lowest level of the last sixteen whole blocks and of this one.
    pub const fn lowest(&self) -> i16 {
        self.lowest
    }
}
