//! How much longer to wait so that what is lost can be rebuilt from later packets.
//!
//! A lost packet whose audio a later one carries again (in-band error correction, RFC 2198, deep redundancy) can be
//! played at any delay at which that later one is there. So each such loss is booked at the level, a delay of whole
//! ticks, that would have been enough for it. Waiting for more levels than arrivals ask for pays where the audio
//! rebuilt is worth more, at [`PRICE`], than the delay. All of it is of losses: copies of packets that came, and
//! losses that nothing repairs, change nothing.

use crate::buffer::price::PRICE;

/// Levels, in ticks: beyond 320 ms of delay no repair is worth the wait.
const LEVELS: usize = 32;
/// Periods after which a loss counts 1/e: 20 s.
const MEMORY: f32 = 200.0;
/// Periods without loss that are taken for known at the start: what is lost in the first seconds tells little.
const PRIOR: f32 = 50.0;
/// By how much another level must be cheaper, in ticks times periods: that of one packet of 20 ms lost.
const MARGIN: f32 = 200.0;
/// Losses come to an end where none came for so many times their usual distance, and a second.
const PATIENCE: f32 = 5.0;
const SECOND: f32 = 10.0;
/// Losses over which their usual distance is known, and that distance to begin with.
const SPAN: f32 = 8.0;
const APART: f32 = 10.0;

/// Losses of one leg by what it takes to repair them. Real-time: a loss costs a few operations, a period of 100 ms
/// none before the first loss and then one pass over the levels.
#[derive(Clone, Debug)]
pub struct RepairWorth {
    /// Ticks of audio that waiting for the level rebuilds, faded.
    saved: [f32; LEVELS],
    /// Periods that count, faded.
    periods: f32,
    /// Periods since the last loss, and its usual distance from the one before.
    since: f32,
    apart: f32,
    level: usize,
    any: bool,
}

impl RepairWorth {
    /// Nothing was lost.
    pub fn new() -> Self {
        Self { saved: [0.0; LEVELS], periods: PRIOR, since: 0.0, apart: APART, level: 0, any: false }
    }

    /// A packet of so many ticks never came, and can be rebuilt where playout waits for `level`.
    pub fn lost(&mut self, level: u32, ticks: f32) {
        if self.since >= 1.0 && self.any {
            self.apart += (self.since.min(MEMORY) - self.apart) / SPAN;
        }
        (self.any, self.since) = (true, 0.0);
        if let Some(saved) = self.saved.get_mut(level as usize) {
            *saved += ticks;
        }
    }

    /// A period is over, in which arrivals asked for `asked` ticks.
    pub fn settle(&mut self, asked: u32) {
        let keep = 1.0 - 1.0 / MEMORY;
        self.periods = self.periods * keep + 1.0;
        if !self.any {
            return;
        }
        self.since += 1.0;
        self.saved.iter_mut().for_each(|saved| *saved *= keep);
        self.choose(asked as usize);
    }

    /// Ticks to wait for; 0 where no wait pays.
    pub fn level(&self) -> u32 {
        self.level as u32
    }

    fn choose(&mut self, asked: usize) {
        if self.since > PATIENCE * self.apart + SECOND {
            // What was lost until then is remembered: if it goes on, it is believed at once.
            self.level = 0;
            return;
        }
        let (mut worth, mut current) = (0.0, 0.0);
        let (mut best, mut most) = (0, 0.0);
        for (level, saved) in self.saved.iter().enumerate().skip(asked + 1) {
            worth += PRICE * saved - self.periods;
            if worth > most {
                (best, most) = (level, worth);
            }
            if level == self.level {
                current = worth;
            }
        }
        if most > current + MARGIN {
            self.level = best;
        }
    }

    /// The smallest transit rose by so many levels, or fell.
    pub fn shift(&mut self, by: i32) {
        if !self.any {
            return;
        }
        let old = self.saved;
        for (level, saved) in self.saved.iter_mut().enumerate() {
            let from = (level as i64) + i64::from(by);
            *saved = usize::try_from(from).ok().and_then(|from| old.get(from)).copied().unwrap_or(0.0);
        }
        self.level = usize::try_from((self.level as i64).saturating_sub(by.into())).unwrap_or(0).min(LEVELS - 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Periods until the level is `level`, at one loss of 20 ms every `every` periods.
    fn until(worth: &mut RepairWorth, level: u32, every: usize, most: usize) -> Option<usize> {
        (0..most).find(|period| {
            if period % every == 0 {
                worth.lost(2, 2.0);
            }
            worth.settle(0);
            worth.level() == level
        })
    }

    #[test]
    fn without_loss_there_is_no_wait_and_one_loss_is_no_reason() {
        let mut worth = RepairWorth::new();
        (0..1_000).for_each(|_| worth.settle(0));
        assert_eq!(worth.level(), 0);
        worth.lost(2, 2.0);
        (0..1_000).for_each(|_| {
            worth.settle(0);
            assert_eq!(worth.level(), 0);
        });
    }

    #[test]
    fn the_wait_begins_with_the_losses_and_ends_after_them() {
        let mut worth = RepairWorth::new();
        (0..1_000).for_each(|_| worth.settle(0));
        // 5 % of 50 packets a second.
        let begun = until(&mut worth, 2, 4, 100).expect("losses of 5 % are worth 20 ms");
        assert!(begun < 20, "{begun}");
        for period in 0..600 {
            if period % 4 == 0 {
                worth.lost(2, 2.0);
            }
            worth.settle(0);
            assert_eq!(worth.level(), 2, "it does not swing");
        }
        let ended = until(&mut worth, 0, usize::MAX, 1_000).expect("it ends");
        assert!(ended < 50, "{ended}");
        assert!(until(&mut worth, 2, 4, 3).is_some(), "losses that go on are believed at once");
    }

    #[test]
    fn the_price_decides_from_which_loss_on() {
        for (every, level) in [(50, 2), (200, 0)] {
            let mut worth = RepairWorth::new();
            assert_eq!(until(&mut worth, 2, every, 3_000).is_some(), level == 2, "a loss every {every} periods");
        }
        // Bursts of three: the deepest level is the one that pays for all of them.
        let mut worth = RepairWorth::new();
        for _ in 0..40 {
            [6, 4, 2].into_iter().for_each(|level| worth.lost(level, 2.0));
            (0..10).for_each(|_| worth.settle(0));
        }
        assert_eq!(worth.level(), 6);
        // Where arrivals ask for as much, there is nothing to wait for.
        worth.settle(6);
        let before = worth.level();
        (0..2).for_each(|_| worth.settle(8));
        assert!(worth.level() <= before);
    }

    #[test]
    fn levels_move_with_the_smallest_transit() {
        let mut worth = RepairWorth::new();
        until(&mut worth, 2, 4, 100).expect("worth it");
        worth.shift(1);
        assert_eq!(worth.level(), 1);
        worth.shift(-3);
        assert_eq!(worth.level(), 4);
        worth.settle(0);
        assert_eq!(worth.level(), 4);
        worth.shift(i32::MIN);
        worth.shift(i32::MAX);
        worth.settle(0);
    }
}
