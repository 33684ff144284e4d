//! Which delay would have been the cheapest of late: the price of delay against that of concealment.
//!
//! For every level, a delay of whole ticks, a ledger keeps what playout at that level would have cost: its delay
//! over time, and what it would have concealed, at [`PRICE`]; both fade alike. The cheapest level is the target.
//! A packet later than a level makes playout wait, which conceals once and delays what follows, until playout is
//! back at its level. All levels come back equally fast, so one number, `reach`, tells for all where playout is.
//!
//! Two things keep the past from being taken for the future. A delay that nothing near it announced may be the only
//! one: it is free, and counts when it comes again. And where packets later than some level used to come and have
//! not come for so long that chance does not explain it, the network has changed: what was before that is forgotten.

/// Levels, of a tick each.
pub const LEVELS: usize = 64;
/// Period after which costs are booked.
pub const PERIOD_US: u64 = 100_000;
/// What a concealed tick costs, in ticks of delay over a period: 100 ms of delay for each percent concealed.
pub const PRICE: f32 = 100.0;
/// Periods after which a cost counts 1/e: 20 s.
const MEMORY: f32 = 200.0;
/// Ticks by which playout gets nearer to its level in a period: a fifth faster than the speaker.
const DRAIN: f32 = 2.0;
/// Periods after which a late packet counts 1/e for the odds of another: 3 s.
const RECENT: f32 = 30.0;
/// Periods without late packets, where there should have been as many with: far beyond chance,
/// which comes in clusters.
const SURPRISE: f32 = 12.0;
/// Periods that the initial level counts.
const PRIOR: f32 = 3.0;

/// Whether a level without a later packet for so long is more than chance: what would have come, by the odds so far.
fn surprising(since: f32, exceeded: f32, seen: f32) -> bool {
    // `since` times ln(1 + odds), whose logarithm is near x / (1 + x / 2), without the division.
    let rest = (seen - exceeded).max(0.0) + 1.0;
    since * exceeded > SURPRISE * (rest + 0.5 * exceeded)
}

/// What every level would have cost. Real-time throughout; one period costs 64 levels a few operations each.
#[derive(Clone, Debug)]
#[repr(C)]
pub struct Ledger {
    /// Where playout would be if that is above its level.
    reach: f32,
    /// Level of the latest packet of the period; −1 without one.
    latest: i32,
    best: u32,
    /// Periods that count, faded.
    periods: f32,
    /// Periods that count for `exceeded`.
    seen: f32,
    cost: [f32; LEVELS],
    /// Times that playout at the level would have waited, faded.
    waits: [f32; LEVELS],
    /// Periods with a packet later than the level, faded.
    exceeded: [f32; LEVELS],
    /// Periods since the last of those.
    since: [f32; LEVELS],
}

impl Ledger {
    /// Nothing known but the level to begin with.
    pub fn new(initial: usize) -> Self {
        let none = [0.0; LEVELS];
        let best = initial.min(LEVELS - 1) as u32;
        let cost = std::array::from_fn(|level| (level as f32 - best as f32).abs() * PRIOR);
        Self { reach: 0.0, latest: -1, best, periods: 0.0, seen: 0.0, cost, waits: none, exceeded: none, since: none }
    }

    /// The cheapest level.
    pub fn best(&self) -> usize {
        self.best as usize
    }

    /// A packet that can be played at `level` and no earlier. Where playout goes on without it, at most `most` ticks
    /// are concealed for it, and playout is not delayed.
    pub fn arrive(&mut self, level: u32, most: Option<f32>) {
        self.latest = self.latest.max(level.min(1 << 20) as i32);
        let at = level.min(1 << 20) as f32;
        if at <= self.reach {
            return;
        }
        let longest = most.unwrap_or(f32::INFINITY);
        // Downward, since each level looks at one below that has not counted this packet yet.
        for below in (0..LEVELS.min(level as usize)).rev() {
            let announced = self.waits[below * 4 / 5].min(1.0);
            let concealed = (at - self.reach.max(below as f32)).min(longest);
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
        let later = (latest as usize).min(LEVELS);
        for (since, exceeded) in self.since.iter_mut().zip(&mut self.exceeded).take(later) {
            // They fade as of their last one, or the odds would fall while one is waited for.
            (*since, *exceeded) = (0.0, *exceeded / (1.0 + (*since + 1.0) / RECENT) + 1.0);
        }
        let mut surprised = false;
        for (since, exceeded) in self.since.iter_mut().zip(&self.exceeded).skip(later) {
            *since += 1.0;
            surprised |= surprising(*since, *exceeded, self.seen);
        }
        for (level, (cost, waits)) in self.cost.iter_mut().zip(&mut self.waits).enumerate() {
            (*cost, *waits) = (*cost * keep + self.reach.max(level as f32), *waits * keep);
        }
        self.reach = (self.reach - DRAIN).max(0.0);
        if surprised {
            self.forget();
        }
        self.choose();
    }

    /// Only the time since the lowest level that surprises counts from now on. What is known of the levels below it
    /// is still true, over as short a time.
    fn forget(&mut self) {
        let surprises = |level: &usize| surprising(self.since[*level], self.exceeded[*level], self.seen);
        let Some(lowest) = (0..LEVELS).find(surprises) else { return };
        let since = self.since[lowest];
        let share = (since / self.periods).min(1.0);
        for level in 0..LEVELS {
            let quiet = since * level.max(lowest) as f32;
            let kept = if level < lowest { share } else { 0.0 };
            self.cost[level] = (self.cost[level] * kept).max(quiet);
            self.waits[level] *= kept;
            self.exceeded[level] *= kept.ceil();
        }
        self.periods = self.periods.min(since);
    }

    fn choose(&mut self) {
        let mut least = f32::INFINITY;
        for (level, cost) in self.cost.iter().enumerate() {
            if *cost < least {
                (self.best, least) = (level as u32, *cost);
            }
        }
    }

    /// The smallest transit rose by so many levels, or fell.
    pub fn shift(&mut self, by: i32) {
        self.reach = (self.reach - by as f32).max(0.0);
        self.latest = if self.latest < 0 { -1 } else { self.latest.saturating_sub(by).max(0) };
        self.best = (self.best as i32).saturating_sub(by).clamp(0, LEVELS as i32 - 1) as u32;
        let old = self.clone();
        for level in 0..LEVELS {
            let from = (level as i32).saturating_add(by);
            let known = from.clamp(0, LEVELS as i32 - 1) as usize;
            // Above the highest level known there is only more delay, and below the lowest nothing is gained.
            let more = (from - known as i32).max(0) as f32 - by as f32;
            self.cost[level] = old.cost[known] + more * self.periods;
            self.waits[level] = old.waits[known];
            self.exceeded[level] = old.exceeded[known];
            self.since[level] = old.since[known];
        }
    }
}
