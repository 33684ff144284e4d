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
/// The same after a look at what may be a voice: the next one is 20 ms later.
const SEEN_US: i64 = 20_000;
/// So many tries in vain are what a consonant takes; after more, as a tone refuses them all, each wait is twice as long,
/// up to half a second.
const PATIENT: u8 = 6;
const MOST_DOUBLINGS: u8 = 4;

/// Where the time since the last stretch stands after so many tries in vain.
fn tried_us(futile: u8) -> i64 {
    let doublings = futile.saturating_sub(PATIENT).min(MOST_DOUBLINGS);
    TRIED_US - 30_000 * ((1 << doublings) - 1)
}

/// A change of the delay waits so long for a pause, where nobody hears it, before it changes the periods of a voice: most
/// talkers draw breath in less.
pub(super) const PATIENCE_US: i64 = 2_000_000;

/// Mean square below which a signal is a pause: −50 dBFS.
const QUIET: f32 = 1e-5;

fn quiet(signal: &[f32]) -> bool {
    dot(signal, signal) < QUIET * signal.len() as f32
}

impl Playout {
    /// Decodes, and takes a pitch period out if that cannot be heard.
    pub(super) fn accelerate(&mut self, now: Tick, produced: &mut Produced) {
        let excess = self.off_target(now);
        let since = self.try_stretch();
        self.play_waiting(now, produced);
        let wanted = self.per_tick * 30 / TICK_MS as usize;
        for _ in 0..MOST_AHEAD {
            let next =
                self.packets.head().filter(|h| h.is_audio()).map(|h| self.relation(h.epoch, h.sequence, h.timestamp));
            if self.fifo.len() >= wanted || next != Some(Follows::Next) {
                break;
            }
            self.play(now, produced);
        }
        if self.concealer.active() || produced.concealed + produced.silent > 0 {
            return;
        }
        let removed = if self.passing {
            excess.min(self.fifo.len())
        } else if quiet(self.fifo.pending()) {
            // Nobody hears a pause shrink: as much of it goes as there is to blend, and the next packet goes on.
            (self.since_stretch_us, self.futile, self.patience_us) = (since, 0, PATIENCE_US);
            let half = excess.min(self.fifo.len() / 2);
            shorten(self.fifo.pending_mut(), half);
            half
        } else if self.patience_us > 0 {
            return self.let_go_by(since);
        } else {
            let Some(period) = self.period(excess) else { return };
            self.stretched_now();
            shorten(self.fifo.pending_mut(), period);
            period
        };
        self.fifo.drop_front(removed);
        self.account.accelerated_samples += removed as u64;
        // What was decoded last is played that much earlier.
        self.account.delay_us = self.account.delay_us.saturating_sub(self.to_us(removed as u64) as u64);
        if removed > 0 {
            self.follow.accept();
        }
        self.stretched = true;
    }

    /// Decodes, and puts a pitch period in if that cannot be heard.
    pub(super) fn expand(&mut self, now: Tick, urgent: bool, produced: &mut Produced) {
        let missing = self.off_target(now);
        let since = self.try_stretch();
        self.play_waiting(now, produced);
        if self.concealer.active() || produced.concealed > 0 {
            return;
        }
        let length = self.fifo.len();
        let room = self.fifo.room();
        let added = if self.passing {
            missing.min(room)
        } else if !urgent && self.patience_us > 0 && !quiet(self.fifo.pending()) {
            return self.let_go_by(since);
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
        self.stretched_now();
        self.stretched = true;
    }

    /// The pitch period of a voice that plays, up to `most`.
    fn period(&mut self, most: usize) -> Option<usize> {
        let found = stretchable(self.fifo.pending(), most, self.rate);
        let voice = self.evidence.look(found.is_some());
        if found.is_some() && !voice {
            // It may be a voice: the looks that tell are not put off.
            (self.futile, self.since_stretch_us) = (self.futile.saturating_sub(1), SEEN_US);
        }
        found.filter(|_| voice)
    }

    /// Decodes, and counts what of it goes by in the wait for a pause.
    fn play_waiting(&mut self, now: Tick, produced: &mut Produced) {
        let before = self.fifo.len();
        self.play(now, produced);
        let decoded = self.fifo.len().saturating_sub(before);
        self.patience_us = (self.patience_us - self.to_us(decoded as u64)).max(0);
    }

    /// Speech that goes by as it is was no try in vain.
    fn let_go_by(&mut self, since: i64) {
        (self.since_stretch_us, self.futile) = (since, self.futile.saturating_sub(1));
    }

    /// A stretch is tried; the time since the last one, as it was.
    fn try_stretch(&mut self) -> i64 {
        self.futile = self.futile.saturating_add(1);
        std::mem::replace(&mut self.since_stretch_us, tried_us(self.futile))
    }

    fn stretched_now(&mut self) {
        (self.since_stretch_us, self.futile) = (0, 0);
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
        let decoded = self.decoded_waiting();
        self.fifo.clear();
        self.warm_up();
        self.refill(waiting);
        self.front_concealed = self.front_concealed.min(self.fifo.len());
        self.front_silent = self.front_silent.min(self.fifo.len() - self.front_concealed);
        self.account.dropped_samples += decoded.saturating_sub(self.decoded_waiting()) as u64;
    }

    /// Decodes the last `waiting` samples of the packet passed last.
    fn refill(&mut self, waiting: usize) {
        let Some(entry) = self.passed.take() else { return };
        let tail = self.fifo.tail(entry.samples.into());
        let room = tail.len();
        let count = self.decoder.decode(self.packets.payload(&entry), tail).unwrap_or(0).min(room);
        self.packets.release(entry);
        self.fifo.commit(count);
        self.fifo.keep_last(waiting);
    }
}
