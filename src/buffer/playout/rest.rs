//! Legs that nobody hears and nobody talks at: their packets go by undecoded, and the last of them are kept.

use crate::buffer::Entry;
use crate::buffer::playout::Playout;
use crate::frame::FrameInfo;
use crate::types::Tick;

/// Packets kept besides the last one: as many are decoded at once when the leg is heard again, before its first sample.
const WARM: usize = 4;

/// Ticks without a talker before a leg rests, so that it does not wake for every word.
const CALM: u8 = 25;

/// A leg that rests, or may.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rest {
    /// Nobody hears it, and nobody talks there.
    pub on: bool,
    /// Ticks for which nobody has talked there.
    calm: u8,
    /// The packets before the one passed last, newest first.
    warm: [Option<Entry>; WARM],
}

impl Rest {
    /// Ends it; the packets that were kept.
    pub fn end(&mut self) -> impl Iterator<Item = Entry> + use<> {
        std::mem::take(self).warm.into_iter().rev().flatten()
    }
}

/// A tick that went by undecoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rested {
    /// What is known of it.
    pub info: FrameInfo,
    /// Packets that nobody decoded.
    pub packets: u32,
}

impl Playout {
    /// Whether the headers of the packets that are inserted next say that nobody talks in them.
    pub fn arrives_calm(&mut self, calm: bool) {
        self.arriving_calm = calm;
    }

    /// Lets the next 10 ms go by if nobody has talked for 250 ms, in any packet that waits; `None`, and nothing was done: it
    /// is to be pulled. A later [`pull`](Self::pull) decodes the last five packets before it goes on: at 20 ms each
    /// the decoder has then heard 80 ms of what came before its first sample.
    ///
    /// Real-time: O(packets that wait), and of G.711 their bytes.
    pub fn idle(&mut self, now: Tick) -> Option<Rested> {
        let calm = self.packets.newest_first().all(|entry| self.is_calm(entry));
        self.rest.calm = if calm { self.rest.calm.saturating_add(1) } else { 0 };
        if self.rest.calm < CALM {
            return None;
        }
        let before = self.account.decoded;
        self.rest.on = true;
        let info = self.go_by(now);
        let packets = (self.account.decoded - before) as u32;
        Some(Rested { info: FrameInfo { silent: true, ..info }, packets })
    }

    fn is_calm(&self, entry: &Entry) -> bool {
        let told = entry.calm || self.decoder.is_calm(self.packets.payload(entry));
        !entry.is_audio() || (entry.line == self.line && told)
    }

    /// Keeps a packet that was passed; the oldest one goes. Real-time.
    pub(super) fn keep_passed(&mut self, entry: Entry) {
        let mut gone = self.passed.replace(entry);
        if self.rest.on {
            for place in &mut self.rest.warm {
                std::mem::swap(place, &mut gone);
            }
        }
        if let Some(gone) = gone {
            self.packets.release(gone);
        }
    }

    /// Lets the decoder hear what was passed before the last packet. Real-time: four packets.
    pub(super) fn warm_up(&mut self) {
        for entry in self.rest.end() {
            if entry.line == self.line {
                // What it makes is over already; only its memory counts.
                let scratch = self.fifo.tail(entry.samples.into());
                let _ = self.decoder.decode(self.packets.payload(&entry), scratch);
            }
            self.packets.release(entry);
        }
    }
}
