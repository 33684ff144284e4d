//! Packets that have not come while later ones have, and that could still be played.

use crate::buffer::playout::Playout;
use crate::types::{Micros, TICK_US, Tick};

/// A packet that is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    /// Its sequence number, as on the wire.
    pub sequence: u16,
    /// When a packet with a higher sequence number came.
    pub since: Micros,
    /// The tick at whose start it must be there if nothing is to be concealed, as the delay stands now.
    pub play_by: Micros,
}

impl Playout {
    /// Whether packets may be missing. Real-time: O(1).
    pub fn has_missing(&self) -> bool {
        self.packets.newest().is_some_and(|newest| {
            newest.epoch != self.epoch || newest.sequence.saturating_sub(self.next) >= self.packets.len() as u64
        })
    }

    /// Changes whenever packets may have come to be missing, or not to be any more.
    pub fn missing_mark(&self) -> (u64, u64, usize) {
        (self.packets.newest().map_or(0, |newest| newest.sequence), self.next, self.packets.len())
    }

    /// Writes the newest packets that are missing and can still be played after the tick `now`, newest first, and
    /// returns how many. Real-time: O(packets that wait + `out`).
    pub fn missing(&self, now: Tick, out: &mut [Missing]) -> usize {
        let next_us = now.start().0 as i64 + TICK_US as i64;
        // Media that is played up to the cursor ends here.
        let end_us = next_us + self.to_us(self.fifo.len() as u64) - self.to_us(self.concealed);
        let latest = self.delay.floor_us().saturating_add(self.delay.target_us().into());
        let (mut count, mut since) = (0, u64::MAX);
        let mut waiting = self.packets.newest_first().peekable();
        while let Some(entry) = waiting.next() {
            since = since.min(entry.arrival_us);
            let before = match waiting.peek() {
                Some(older) if older.epoch == entry.epoch => older.sequence + 1,
                None if entry.epoch == self.epoch => self.next,
                // What came before the first packet of a stream is not known.
                _ => entry.sequence,
            };
            let each = if entry.samples > 0 { entry.samples } else { self.each };
            let each_us = self.to_us(each.into());
            for (back, sequence) in (1..).zip((before..entry.sequence).rev()) {
                let earlier_us = back * each_us;
                let play_us = if self.silent || entry.epoch != self.epoch {
                    entry.media_us.saturating_add(latest).saturating_sub(earlier_us)
                } else {
                    let ahead = entry.timestamp.wrapping_sub(self.cursor) as i64;
                    end_us + self.to_us(self.to_samples(ahead.max(0) as u64)) - earlier_us
                };
                if play_us < next_us {
                    break;
                }
                let Some(missing) = out.get_mut(count) else { return count };
                let play_by = Micros(play_us as u64 / TICK_US * TICK_US);
                *missing = Missing { sequence: sequence as u16, since: Micros(since), play_by };
                count += 1;
            }
        }
        count
    }
}
