//! Lost packets, out of what the first packet after them carries again in its own payload (in-band error
//! correction, deep redundancy), and what waiting for such packets is worth.

use crate::buffer::playout::Playout;
use crate::buffer::{Entry, Follows, Held};

/// Lost packets before one that are looked at.
const MOST_LOST: u64 = 64;

/// How far back a waiting packet reaches.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reach {
    sequence: u64,
    samples: usize,
}

/// What became of a gap.
pub(super) enum Mended {
    /// The next of it was filled.
    Filled,
    /// So many samples come first that nothing repeats.
    Before(usize),
    /// Nothing repeats it.
    Not,
}

impl Playout {
    /// Fills the next of a gap with what the packet after it carries of it, if that waits. Real-time: mostly 10 ms of a
    /// decoder's time.
    pub(super) fn mend(&mut self) -> Mended {
        let Some(head) = self.packets.head().copied() else { return Mended::Not };
        if self.passing || self.hole || self.silent || !head.is_audio() || head.line != self.line {
            return Mended::Not;
        }
        let Follows::Gap { left } = self.relation(head.epoch, head.sequence, head.timestamp) else {
            return Mended::Not;
        };
        let reach = self.reach(&head, head.sequence.saturating_sub(self.next));
        let (one, fresh) = (left <= usize::from(head.samples), self.concealed == 0);
        if left == 0 || reach == 0 && !(one && fresh) {
            return Mended::Not;
        }
        if reach > 0 && left > reach {
            return Mended::Before(left - reach);
        }
        let (following, tail) = (self.packets.payload(&head), self.fifo.tail(self.longest()));
        let recovered =
            self.decoder.recover_from(following, left, tail).filter(|r| (1..=tail.len()).contains(&r.samples));
        let Some(recovered) = recovered else {
            self.reach.samples = 0;
            return Mended::Not;
        };
        if self.concealer.active() {
            self.concealer.merge(&mut tail[..recovered.samples]);
        }
        self.fifo.commit(recovered.samples);
        let behind = left - recovered.samples.min(left);
        // What is left of the gap is counted from here.
        self.cursor = head.timestamp.wrapping_sub(self.to_units(behind as u64));
        self.end_concealment();
        self.account.decoded_samples += recovered.samples as u64;
        self.fill_places(&head, left, behind, recovered.deep);
        self.mended = true;
        Mended::Filled
    }

    /// Books the places of a gap that are over with where `behind` samples of it are left, of which there were `left`
    /// just now: those before these were concealed and are lost, the others filled.
    fn fill_places(&mut self, head: &Entry, left: usize, behind: usize, deep: bool) {
        let each = u64::from(head.samples).max(1);
        let gap = head.sequence.saturating_sub(self.next);
        let before = (left as u64).div_ceil(each).min(gap);
        let after = (behind as u64).div_ceil(each).min(before);
        self.tell(head, after);
        self.step_lost(gap - before, each);
        self.step_recovered(before - after, each);
        *if deep { &mut self.account.recovered_deep } else { &mut self.account.recovered } += before - after;
    }

    /// Samples before a packet that it carries again, behind a gap of so many packets.
    fn reach(&mut self, entry: &Entry, gap: u64) -> usize {
        if self.reach.sequence != entry.sequence {
            let most = gap.min(MOST_LOST) as usize * usize::from(entry.samples);
            let samples = self.decoder.redundancy(self.packets.payload(entry), most);
            self.reach = Reach { sequence: entry.sequence, samples };
        }
        self.reach.samples
    }

    /// Tells the delay control of a packet that is taken now which of those missing before it could have been
    /// repaired, had playout waited; or that it was itself rebuilt. Real-time: at most 64 packets.
    pub(super) fn weigh(&mut self, entry: &Entry) {
        if entry.held == Held::Repaired {
            self.repeated(entry.sequence, entry.arrival_us, entry.media_us, self.to_us(entry.samples.into()));
        }
        self.tell(entry, 0);
    }

    /// Tells of those missing before a packet that it carries again, but for the last `after`, which may still come.
    fn tell(&mut self, entry: &Entry, after: u64) {
        let gap = entry.sequence.saturating_sub(self.next);
        if gap == 0 || entry.epoch != self.epoch || self.passing || !entry.is_audio() || entry.line != self.line {
            return;
        }
        let duration_us = self.to_us(entry.samples.into());
        let each = usize::from(entry.samples).max(1);
        let reach = self.reach(entry, gap);
        for back in (after + 1..=gap.min(MOST_LOST).min((reach / each) as u64)).rev() {
            let media_us = entry.media_us.wrapping_sub(back as i64 * duration_us);
            self.repeated(entry.sequence - back, entry.arrival_us, media_us, duration_us);
        }
    }

    /// A packet that never came was there again at `arrival_us`, for the first time.
    pub(super) fn repeated(&mut self, sequence: u64, arrival_us: u64, media_us: i64, duration_us: i64) {
        if sequence > self.repeated {
            self.repeated = sequence;
            self.delay.lost(arrival_us, media_us, duration_us);
        }
    }
}
