//! Which delay would have been the cheapest of late: the price of delay against that of concealment.
//!
//! For every level of delay a ledger keeps what playout at that level would have cost: its delay
//! over time, and what it would have concealed, at [`PRICE`]; both fade alike. The cheapest level is the target, and
//! of levels that cost nearly the same the highest, which conceals least.
//! A packet later than a level makes playout wait, which conceals once and delays what follows, until playout is
//! back at its level. All levels come back equally fast, so one number, `reach`, tells for all where playout is.
//!
//! Two things keep the past from being taken for the future. A delay that nothing near it announced may be the only
//! one: it counts half, and fully when it comes again. And a network that has changed is known anew, see
//! [`forget`](crate::buffer::forget).

use crate::buffer::forget::{Forgotten, surprising};
use crate::buffer::levels::{LEVELS, NEAR, TICKS, level_for, shifted, ticks_at};

/// Period after which costs are booked.
pub const PERIOD_US: u64 = 100_000;
/// What a concealed tick costs, in ticks of delay over a period: 100 ms of delay for each percent concealed.
pub const PRICE: f32 = 100.0;
/// Levels cost nearly the same if they differ by less than this: with spikes of all lengths the price is the
/// same over hundreds of ms, and a call is better off with what it hears than with what it would save.
const NEARLY: f32 = 1.05;
/// Share that a delay counts which nothing announced.
const FIRST: f32 = 0.5;
/// Periods after which a cost counts 1/e: 60 s, in which a network that is away now and then is away some times.
pub(super) const MEMORY: f32 = 600.0;
/// Ticks by which playout gets nearer to its level in a period: a fifth faster than the speaker.
const DRAIN: f32 = 2.0;
/// Periods after which a late packet counts 1/e for the odds of another: 3 s.
const RECENT: f32 = 30.0;
/// Periods that the initial level counts.
const PRIOR: f32 = 3.0;
/// Ticks that are far beyond any level.
const FAR: u32 = 1 << 20;

/// What every level would have cost. Real-time throughout; one period costs 64 levels a few operations each.
#[derive(Clone, Debug)]
#[repr(C)]
pub struct Ledger {
    /// Where playout would be if that is above its level, in ticks.
    reach: f32,
    /// Ticks that the latest packet of the period needs; −1 without one.
    latest: i32,
    best: u32,
    /// Periods that count, faded.
    pub(super) periods: f32,
    /// Periods that count for `exceeded`.
    pub(super) seen: f32,
    pub(super) cost: [f32; LEVELS],
    /// Times that playout at the level would have waited, faded.
    pub(super) waits: [f32; LEVELS],
    /// Periods with a packet later than the level, faded.
    pub(super) exceeded: [f32; LEVELS],
    /// Periods since the last of those.
    pub(super) since: [f32; LEVELS],
    pub(super) forgotten: Forgotten,
}

impl Ledger {
    /// Nothing known but the delay to begin with, in ticks.
    pub fn new(initial: u32) -> Self {
        let best = level_for(initial).min(LEVELS - 1);
        Self {
            reach: 0.0,
            latest: -1,
            best: best as u32,
            periods: 0.0,
            seen: 0.0,
            cost: TICKS.map(|ticks| (ticks - TICKS[best]).abs() * PRIOR),
            waits: [0.0; LEVELS],
            exceeded: [0.0; LEVELS],
            since: [0.0; LEVELS],
            forgotten: Forgotten::nothing(),
        }
    }

    /// Ticks of the cheapest level.
    pub fn best(&self) -> u32 {
        ticks_at(self.best as usize)
    }

    /// A packet that can be played with a delay of so many ticks and no earlier. Where playout goes on without it, at
    /// most `most` ticks are concealed for it, and playout is not delayed.
    pub fn arrive(&mut self, ticks: u32, most: Option<f32>) {
        let ticks = ticks.min(FAR);
        self.latest = self.latest.max(ticks as i32);
        let at = ticks as f32;
        if at <= self.reach {
            return;
        }
        let longest = most.unwrap_or(f32::INFINITY);
        // Downward, since each level looks at one below that has not counted this packet yet.
        for below in (0..level_for(ticks)).rev() {
            let announced = self.waits[usize::from(NEAR[below])].clamp(FIRST, 1.0);
            let concealed = (at - self.reach.max(TICKS[below])).min(longest);
            self.cost[below] += PRICE * announced * concealed;
            self.waits[below] += 1.0;
        }
        if most.is_none() {
            self.reach = at;
        }
    }

    /// A period is over. One without packets tells nothing.
    pub fn settle(&mut self) {
        let latest = std::mem::replace(&mut self.latest, -1);
        if latest < 0 {
            return;
        }
        let keep = 1.0 - 1.0 / MEMORY;
        let recent = 1.0 - 1.0 / RECENT;
        self.periods = self.periods * keep + 1.0;
        self.seen = self.seen * recent + 1.0;
        let later = level_for(latest as u32);
        for (since, exceeded) in self.since.iter_mut().zip(&mut self.exceeded).take(later) {
            // They fade as of their last one, or the odds would fall while one is waited for.
            (*since, *exceeded) = (0.0, *exceeded / (1.0 + (*since + 1.0) / RECENT) + 1.0);
        }
        let mut surprised = false;
        for (since, exceeded) in self.since.iter_mut().zip(&self.exceeded).skip(later) {
            *since += 1.0;
            surprised |= surprising(*since, *exceeded, self.seen);
        }
        for ((ticks, cost), waits) in TICKS.iter().zip(&mut self.cost).zip(&mut self.waits) {
            (*cost, *waits) = (*cost * keep + self.reach.max(*ticks), *waits * keep);
        }
        self.reach = (self.reach - DRAIN).max(0.0);
        if self.forgotten.refuted(later) {
            self.recall();
        }
        if surprised {
            self.forget();
        }
        self.choose();
    }

    fn choose(&mut self) {
        let least = self.cost.iter().fold(f32::INFINITY, |least, cost| least.min(*cost));
        let cheap = |cost: &f32| *cost <= NEARLY * least;
        self.best = self.cost.iter().rposition(cheap).unwrap_or(0) as u32;
    }

    /// The smallest transit rose by so many ticks, or fell.
    pub fn shift(&mut self, by: i32) {
        self.reach = (self.reach - by as f32).max(0.0);
        self.latest = if self.latest < 0 { -1 } else { self.latest.saturating_sub(by).max(0) };
        let moved = (self.best() as i32).saturating_sub(by).max(0);
        self.best = level_for(moved as u32).min(LEVELS - 1) as u32;
        let gone = &mut self.forgotten;
        let of = [&mut self.cost, &mut self.waits, &mut gone.cost, &mut gone.waits];
        of.into_iter().for_each(|values| *values = shifted(values, by));
        let (exceeded, since) = (self.exceeded, self.since);
        for (level, ticks) in TICKS.iter().enumerate() {
            let from = ticks + by as f32;
            let known = from.clamp(0.0, TICKS[LEVELS - 1]);
            // Above the highest level known there is only more delay, and below the lowest nothing is gained.
            let more = (from - known).max(0.0) - by as f32;
            self.cost[level] += more * self.periods;
            gone.cost[level] += more * gone.periods;
            let nearest = level_for(known as u32).min(LEVELS - 1);
            (self.exceeded[level], self.since[level]) = (exceeded[nearest], since[nearest]);
        }
    }
}
