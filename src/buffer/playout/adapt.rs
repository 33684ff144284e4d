//! Changes of the playout delay, and the way back from relaying to audio.

use crate::buffer::Follows;
use crate::buffer::playout::Playout;
use crate::buffer::playout::pull::Produced;
use crate::processing::audio::stretch::{lengthen, shorten, stretchable};
use crate::types::{TICK_MS, Tick};

/// Packets that are decoded ahead at most, to have 30 ms to look at.
const MOST_AHEAD: usize = 12;
/// Where the time since the last stretch stands after a try in vain: the next one is 40 ms
/// later, since each costs a pitch search.
const TRIED_US: i64 = 10_000;

impl Playout {
    /// Decodes, and takes a pitch period out if that cannot be heard.
    pub(super) fn accelerate(&mut self, now: Tick, produced: &mut Produced) {
        let excess = self.off_target(now);
        self.since_stretch_us = TRIED_US;
        self.play(now, produced);
        let wanted = self.per_tick * 30 / TICK_MS as usize;
        for _ in 0..MOST_AHEAD {
            let next =
                self.packets.head().filter(|h| h.is_audio()).map(|h| self.relation(h.epoch, h.sequence, h.timestamp));
            if self.fifo.len() >= wanted || next != Some(Follows::Next) {
                break;
            }
            self.play(now, produced);
        }
        if self.concealer.active() || produced.concealed > 0 {
            return;
        }
        let removed = if self.passing {
            excess.min(self.fifo.len())
        } else {
            let Some(period) = stretchable(self.fifo.pending(), excess, self.rate) else { return };
            shorten(self.fifo.pending_mut(), period);
            period
        };
        self.fifo.drop_front(removed);
        self.has_stretched(removed);
    }

    /// Decodes, and puts a pitch period in if that cannot be heard.
    pub(super) fn expand(&mut self, now: Tick, produced: &mut Produced) {
        let missing = self.off_target(now);
        self.since_stretch_us = TRIED_US;
        self.play(now, produced);
        if self.concealer.active() || produced.concealed > 0 {
            return;
        }
        let length = self.fifo.len();
        let room = self.fifo.room();
        let added = if self.passing {
            missing.min(room)
        } else {
            // More than is missing may go in: a little late beats running dry.
            let most = missing.max(self.per_tick).min(room);
            let Some(period) = stretchable(self.fifo.pending(), most, self.rate) else { return };
            period
        };
        self.fifo.tail(added);
        self.fifo.commit(added);
        if !self.passing {
            lengthen(self.fifo.pending_mut(), length, added);
        }
        self.has_stretched(added);
    }

    fn has_stretched(&mut self, samples: usize) {
        self.account.stretched_samples += samples as u64;
        self.since_stretch_us = 0;
        self.stretched = true;
    }

    /// How far the first packet's delay is from the target, in samples.
    fn off_target(&self, now: Tick) -> usize {
        let Some(head) = self.packets.head() else { return 0 };
        let lead = self.delay.relative((now.start().0 as i64).wrapping_sub(head.media_us));
        let off = lead.wrapping_sub(i64::from(self.delay.target_us())).unsigned_abs().min(1_000_000);
        (off * u64::from(self.rate.hz()) / 1_000_000) as usize
    }

    /// Makes a relayed leg audible again: what waits in the FIFO is decoded from the packet passed last.
    pub(super) fn restore(&mut self) {
        if !self.passing {
            return;
        }
        self.passing = false;
        self.decoder.reset();
        let waiting = self.fifo.len();
        self.fifo.clear();
        let Some(entry) = self.passed.take() else { return };
        let tail = self.fifo.tail(entry.samples.into());
        let room = tail.len();
        let count = self.decoder.decode(self.packets.payload(&entry), tail).unwrap_or(0).min(room);
        self.packets.release(entry);
        self.fifo.commit(count);
        self.fifo.keep_last(waiting);
    }
}
