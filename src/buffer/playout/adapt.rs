//! Changes of the playout delay, and the way back from relaying to audio.

use crate::buffer::Follows;
use crate::buffer::playout::Playout;
use crate::buffer::playout::pull::Produced;
use crate::processing::audio::plc::dot;
use crate::processing::audio::stretch::{lengthen, shorten, stretchable};
use crate::types::{TICK_MS, Tick};

/// Packets that are decoded ahead at most, to have 30 ms to look at.
const MOST_AHEAD: usize = 12;
/// Where the time since the last stretch stands after a try in vain: the next one is 30 ms
/// later, since each costs a pitch search.
const TRIED_US: i64 = 10_000;

/// The same where nothing depends on it: the next one is half a second later.
const REFUSED_US: i64 = -460_000;

/// Mean square below which a signal is a pause: −50 dBFS.
const QUIET: f32 = 1e-5;

fn quiet(signal: &[f32]) -> bool {
    dot(signal, signal) < QUIET * signal.len() as f32
}

impl Playout {
    /// Decodes, and takes a pitch period out if that cannot be heard.
    pub(super) fn accelerate(&mut self, now: Tick, produced: &mut Produced) {
        let excess = self.off_target(now);
        let since = std::mem::replace(&mut self.since_stretch_us, TRIED_US);
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
        } else if quiet(self.fifo.pending()) {
            // Nobody hears a pause shrink: as much of it goes as there is to blend, and the next packet goes on.
            self.since_stretch_us = since;
            let half = excess.min(self.fifo.len() / 2);
            shorten(self.fifo.pending_mut(), half);
            half
        } else {
            let Some(period) = self.period(excess) else { return };
            self.since_stretch_us = 0;
            shorten(self.fifo.pending_mut(), period);
            period
        };
        self.fifo.drop_front(removed);
        self.account.accelerated_samples += removed as u64;
        if removed > 0 {
            self.follow.accept();
        }
        self.stretched = true;
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
            let found = if quiet(self.fifo.pending()) {
                stretchable(self.fifo.pending(), most, self.rate)
            } else {
                self.period(most)
            };
            let Some(period) = found else { return };
            period
        };
        self.fifo.tail(added);
        self.fifo.commit(added);
        if !self.passing {
            lengthen(self.fifo.pending_mut(), length, added);
        }
        self.account.expanded_samples += added as u64;
        self.follow.accept();
        self.since_stretch_us = 0;
        self.stretched = true;
    }

    /// The pitch period of a voice that plays, up to `most`.
    fn period(&mut self, most: usize) -> Option<usize> {
        let found = stretchable(self.fifo.pending(), most, self.rate);
        let voice = self.evidence.look(found.is_some());
        // Where the sender's clock is followed there is no hurry to try again.
        if !voice && self.follow.refuse() {
            self.since_stretch_us = REFUSED_US;
        }
        found.filter(|_| voice)
    }

    /// How far the delay is from the target, in samples.
    fn off_target(&self, now: Tick) -> usize {
        let Some(head) = self.packets.head() else { return 0 };
        let lead = self.delay.relative((now.start().0 as i64).wrapping_sub(head.media_us));
        let lead = lead.saturating_add(self.to_us(self.fifo.len() as u64));
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
