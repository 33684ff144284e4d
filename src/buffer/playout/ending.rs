//! What is still to be played of a leg that is about to end.

use crate::buffer::playout::Playout;

impl Playout {
    /// The number of the newest packet that came, as far as it waits.
    pub fn newest(&self) -> u64 {
        self.packets.newest().map_or(0, |newest| newest.sequence)
    }

    /// Whether the packet of this number has not been decoded or passed over.
    pub fn has_yet_to_play(&self, sequence: u64) -> bool {
        self.next <= sequence && self.packets.len() > 0
    }

    /// Whole ticks of audio that are decoded and not played.
    pub fn decoded_ticks(&self) -> usize {
        self.fifo.len() / self.per_tick
    }
}
