//! One tick of playout.

use crate::buffer::playout::{Pause, Playout};
use crate::buffer::{Decision, Entry, Follows, Head, Situation, decide};
use crate::frame::{FrameInfo, Provenance};
use crate::types::{TICK_US, Tick};

/// Decisions in one tick: four packets of 2.5 ms, a stretch, and some to drop. What is beyond is concealed.
const MOST_DECISIONS: usize = 24;

/// Where the samples of one tick came from, as far as they were not received.
#[derive(Default)]
pub(super) struct Produced {
    pub concealed: usize,
    pub silent: usize,
    /// Of both, those that are zero.
    pub hushed: usize,
    /// Of the silent ones, those that are comfort noise.
    pub noise: usize,
}

impl Playout {
    /// Fills `out` with the next 10 ms; what is longer than a tick stays zero.
    ///
    /// Real-time: mostly a copy; every packet's first tick decodes it. A gap's first tick costs a
    /// pitch search.
    pub fn pull(&mut self, now: Tick, out: &mut [f32]) -> FrameInfo {
        self.restore();
        let mut produced = self.produce(now);
        let count = self.per_tick.min(out.len());
        let (frame, rest) = out.split_at_mut(count);
        if !self.drifts || !self.read(now, frame, &mut produced) {
            self.fifo.pop(frame);
            self.fifo.drop_front(self.per_tick - count);
        }
        rest.fill(0.0);
        self.settle(&produced)
    }

    /// All memory that ticks may touch outside of the playout itself: samples, and payloads. For the
    /// one who builds a leg, so that its pages are there before the first tick.
    pub fn storage(&mut self) -> (&mut [f32], &mut [u8]) {
        (self.fifo.storage(), self.packets.storage())
    }

    /// Memory that the next tick touches outside of the playout itself: samples, and payloads.
    pub fn upcoming(&self) -> (&[f32], [&[u8]; 2]) {
        let decodes = self.fifo.len() < self.need;
        let room = self.packets.head().filter(|_| decodes).map_or(0, |head| usize::from(head.samples));
        (self.fifo.upcoming(room), self.packets.upcoming())
    }

    /// Lets the next 10 ms go by without audio: the leg's packets are relayed, or nobody listens.
    /// All figures are as if it were played. Real-time.
    pub fn pass(&mut self, now: Tick) {
        self.go_by(now);
    }

    pub(super) fn go_by(&mut self, now: Tick) -> FrameInfo {
        if !self.passing {
            self.passing = true;
            self.concealer.close();
            self.unfollow();
        }
        let produced = self.produce(now);
        self.fifo.drop_front(self.per_tick);
        self.settle(&produced)
    }

    /// The worker skipped `ticks` whole ticks: what should have been played then is dropped in the
    /// next one. Real-time.
    pub fn skip(&mut self, ticks: u32) {
        self.debt = self.debt.saturating_add(u64::from(ticks) * self.per_tick as u64);
    }

    /// Makes the FIFO last for this tick.
    fn produce(&mut self, now: Tick) -> Produced {
        let mut produced =
            Produced { concealed: self.front_concealed, silent: self.front_silent, ..Produced::default() };
        self.since_stretch_us = self.since_stretch_us.saturating_add(TICK_US as i64);
        if self.debt > 0 {
            self.pay_debt(&mut produced);
        }
        for _ in 0..MOST_DECISIONS {
            if self.fifo.len() >= self.need {
                return produced;
            }
            match decide(&self.situation(now)) {
                Decision::Silence => self.silence(&mut produced),
                Decision::Conceal(most) => self.conceal(most, &mut produced),
                Decision::Step => self.step(&mut produced),
                Decision::Discard => self.discard(),
                Decision::Normal | Decision::Merge => self.play(now, &mut produced),
                Decision::Accelerate => self.accelerate(now, &mut produced),
                Decision::Expand { urgent } => self.expand(now, urgent, &mut produced),
            }
        }
        self.conceal(usize::MAX, &mut produced);
        produced
    }

    fn situation(&self, now: Tick) -> Situation {
        let now_us = now.start().0 as i64;
        let head = self.packets.head().map(|head| {
            let newest = self.packets.newest().unwrap_or(head);
            Head {
                follows: self.relation(head.epoch, head.sequence, head.timestamp),
                lead_us: self.delay.relative(now_us.wrapping_sub(head.media_us)),
                waited_us: now_us.wrapping_sub(head.arrival_us as i64),
                backlog_us: newest.media_us.wrapping_sub(head.media_us),
                duration_us: self.to_us(u64::from(head.samples)),
                audio: head.is_audio(),
            }
        });
        let fixed = self.delay.is_fixed();
        let lean_us = if fixed { 0 } else { self.drift.lean_us() };
        Situation {
            head,
            silent: self.silent || self.pause != Pause::None || self.is_resting(),
            concealed_us: self.to_us(self.concealed),
            pending_us: self.to_us(self.fifo.len() as u64),
            overdue_us: self.packets.newest().map_or(0, |newest| now_us.wrapping_sub(newest.arrival_us as i64)),
            since_stretch_us: self.since_stretch_us,
            target_us: i64::from(self.delay.target_us()) + lean_us,
            fixed,
        }
    }

    /// The sender pauses, and told so: audio that is not there was never sent.
    fn is_resting(&self) -> bool {
        let goes_on = |head: &Entry| self.relation(head.epoch, head.sequence, head.timestamp) == Follows::Next;
        // Where nobody listens, nothing is concealed either.
        let paused = if self.passing { self.rest.on } else { self.decoder.paused() };
        paused && !self.packets.head().is_some_and(goes_on)
    }

    pub(super) fn relation(&self, epoch: u32, sequence: u64, timestamp: u64) -> Follows {
        if epoch != self.epoch {
            return Follows::Anew;
        }
        let ahead = timestamp.wrapping_sub(self.cursor) as i64;
        if sequence > self.next || self.hole {
            let gap = self.to_samples(ahead.max(0) as u64);
            Follows::Gap { left: gap.saturating_sub(self.concealed) as usize }
        } else if ahead > 0 {
            Follows::Pause
        } else {
            Follows::Next
        }
    }

    /// Books the tick that was just taken from the FIFO.
    fn settle(&mut self, produced: &Produced) -> FrameInfo {
        let per_tick = self.per_tick;
        let concealed = produced.concealed.min(per_tick);
        let silent = produced.silent.min(per_tick - concealed);
        self.front_concealed = (produced.concealed - concealed).min(self.fifo.len());
        self.front_silent = (produced.silent - silent).min(self.fifo.len() - self.front_concealed);
        let received = per_tick - concealed - silent;
        let account = &mut self.account;
        account.ticks += 1;
        account.concealed_samples += concealed as u64;
        account.silent_samples += silent as u64;
        let noise = produced.noise.min(silent);
        account.comfort_samples += noise as u64;
        account.received_samples += received as u64;
        if received > 0 {
            account.delay_sum_us += account.delay_us;
            account.delay_ticks += 1;
        }
        self.window.tick(account.ticks);
        let provenance = match (received, concealed, silent) {
            (r, c, s) if s >= r && s >= c && noise > 0 => Provenance::ComfortNoise,
            (r, c, s) if s >= r && s >= c => Provenance::Silence,
            (r, c, _) if c >= r => Provenance::Concealed,
            _ if self.stretched => Provenance::Stretched,
            _ if self.mended => Provenance::Repaired,
            _ => Provenance::Received,
        };
        self.stretched &= !self.fifo.pending().is_empty();
        self.mended &= !self.fifo.pending().is_empty();
        let left = (self.fifo.len() + per_tick) as u64;
        FrameInfo {
            provenance,
            silent: produced.hushed == per_tick,
            speech: None,
            buffered_us: if received > 0 { self.account.delay_us.min(u32::MAX.into()) as u32 } else { 0 },
            // Before the first packet there is no media time yet.
            media_time: self.to_samples(self.cursor).wrapping_add(self.concealed).saturating_sub(left),
        }
    }
}
