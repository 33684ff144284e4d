//! Packets leave the buffer: decoded, counted, or dropped.

use crate::buffer::playout::pull::Produced;
use crate::buffer::playout::{Pause, Playout};
use crate::buffer::{Entry, Follows, Held};
use crate::types::Tick;

impl Playout {
    /// Decodes the first packet behind what waits in the FIFO.
    pub(super) fn play(&mut self, now: Tick, produced: &mut Produced) {
        let Some(entry) = self.packets.take() else { return };
        let paused = self.relation(entry.epoch, entry.sequence, entry.timestamp) == Follows::Pause;
        if paused && self.concealed > 0 {
            self.was_pause(produced);
        }
        self.weigh(&entry);
        self.step_over(&entry);
        self.turn_to(entry.line);
        let playout_us = now.start().0.saturating_add(self.to_us(self.fifo.len() as u64) as u64);
        if self.drifts && !self.passing {
            self.steer(playout_us as i64, entry.media_us);
        }
        let delay_us = playout_us.saturating_sub(entry.arrival_us);
        self.account.delayed(delay_us);
        self.window.played(delay_us, self.delay.target_us().into());
        let expected = usize::from(entry.samples);
        if self.passing {
            let room = self.fifo.tail(expected).len();
            self.fifo.commit(room);
            self.played(&entry, room);
            return self.keep_passed(entry);
        }
        let tail = self.fifo.tail(expected);
        let room = tail.len();
        // A codec that the leg has no more is not decoded by another one.
        let known = entry.line == self.line;
        let decoded = known.then(|| self.decoder.decode(self.packets.payload(&entry), tail).ok()).flatten();
        match decoded {
            Some(count) => {
                let count = count.min(room);
                if self.concealer.active() {
                    self.concealer.merge(&mut tail[..count]);
                } else {
                    self.concealer.observe(&tail[..count]);
                }
                self.fifo.commit(count);
                self.played(&entry, count);
                self.mended |= entry.held == Held::Repaired;
            }
            None => {
                self.account.rejected += 1;
                self.account.bursts.absent(1, entry.samples.into());
                // Its span is a gap like a lost packet's, though no sequence number is missing.
                self.hole = true;
            }
        }
        self.packets.release(entry);
    }

    /// Books a packet that has become so many samples.
    fn played(&mut self, entry: &Entry, samples: usize) {
        self.account.decoded += 1;
        self.account.decoded_samples += samples as u64;
        self.account.bursts.present(entry.samples.into());
        self.start_after(entry, samples);
    }

    /// Drops the first packet, which the delay has outgrown.
    pub(super) fn discard(&mut self) {
        let Some(entry) = self.packets.take() else { return };
        self.step_over(&entry);
        self.account.discarded += 1;
        self.cut(&entry);
    }

    /// Drops what should have been played in the ticks that the worker skipped. Real-time: at most all packets.
    pub(super) fn pay_debt(&mut self, produced: &mut Produced) {
        let waiting = self.fifo.len().min(usize::try_from(self.debt).unwrap_or(usize::MAX));
        self.fifo.drop_front(waiting);
        let concealed = produced.concealed.min(waiting);
        let silent = produced.silent.min(waiting - concealed);
        (produced.concealed, produced.silent) = (produced.concealed - concealed, produced.silent - silent);
        self.account.dropped_samples += (waiting - concealed - silent) as u64;
        let mut debt = self.debt - waiting as u64;
        self.debt = 0;
        while let Some(head) = self.packets.head() {
            let (span, entry) = (self.span(head), *head);
            if self.silent || span > debt {
                break;
            }
            if !entry.is_audio() {
                self.step(produced);
                continue;
            }
            debt -= span;
            self.packets.take();
            self.step_over(&entry);
            self.account.skipped += 1;
            self.cut(&entry);
        }
    }

    /// Samples from the end of the decoded audio to the end of a packet.
    fn span(&self, entry: &Entry) -> u64 {
        let ahead = entry.timestamp.wrapping_sub(self.cursor) as i64;
        let gap = if entry.epoch == self.epoch { self.to_samples(ahead.max(0) as u64) } else { 0 };
        gap.saturating_add(entry.samples.into())
    }

    /// Counts a packet that left the buffer, and those that are missing before it.
    pub(super) fn step_over(&mut self, entry: &Entry) {
        if entry.epoch != self.epoch {
            self.account.bursts.restart();
            (self.epoch, self.first) = (entry.epoch, entry.sequence);
            (self.missing, self.rebuilt) = (0, 0);
        } else {
            let gap = entry.sequence.saturating_sub(self.next);
            self.step_lost(gap, u64::from(if entry.samples > 0 { entry.samples } else { self.each }));
            (self.missing, self.rebuilt) = (self.missing << 1, self.rebuilt << 1);
        }
        if entry.samples > 0 {
            self.each = entry.samples;
        }
        self.rebuilt |= u128::from(entry.held == Held::Repaired);
        self.next = entry.sequence + 1;
    }

    /// The next `count` places in the sequence, of so many samples each, have been passed with nothing there.
    pub(super) fn step_lost(&mut self, count: u64, each: u64) {
        self.account.lost += count;
        self.account.bursts.absent(count, each);
        self.next += count;
        let count = count.min(128) as u32;
        let lost = !u128::MAX.checked_shl(count).unwrap_or(0);
        self.rebuilt = self.rebuilt.checked_shl(count).unwrap_or(0);
        self.missing = self.missing.checked_shl(count).unwrap_or(0) | lost;
    }

    /// The next `count` places have been filled with audio that other packets carried of them. Real-time: O(`count`),
    /// one tick's.
    pub(super) fn step_recovered(&mut self, count: u64, each: u64) {
        for _ in 0..count {
            self.account.bursts.present(each);
            (self.missing, self.rebuilt) = (self.missing << 1, self.rebuilt << 1 | 1);
            self.next += 1;
        }
    }

    /// Drops a packet; the next one is blended with what was played before it.
    fn cut(&mut self, entry: &Entry) {
        self.account.bursts.absent(1, entry.samples.into());
        self.start_after(entry, entry.samples.into());
        self.packets.release(*entry);
        if !self.passing && !self.concealer.active() {
            self.concealer.open(self.fifo.recent());
        }
    }

    /// The stretch of concealment is over, if there was one.
    pub(super) fn end_concealment(&mut self) {
        let concealed = std::mem::take(&mut self.concealed);
        if concealed > 0 {
            self.account.longest_concealment = self.account.longest_concealment.max(concealed);
            self.window.concealed(concealed);
        }
    }

    fn start_after(&mut self, entry: &Entry, samples: usize) {
        self.cursor = entry.timestamp.wrapping_add(self.to_units(samples as u64));
        self.end_concealment();
        self.silent = false;
        self.hole = false;
        self.pause = Pause::None;
    }

    /// What was concealed since the last packet turns out to be a pause of the sender.
    pub(super) fn was_pause(&mut self, produced: &mut Produced) {
        let fresh = produced.concealed.min(self.concealed as usize);
        let booked = (self.concealed - fresh as u64).min(self.account.concealed_samples);
        produced.concealed -= fresh;
        produced.silent += fresh;
        self.account.concealed_samples -= booked;
        self.account.silent_samples += booked;
        self.account.concealment_events = self.account.concealment_events.saturating_sub(1);
        self.concealed = 0;
    }
}
