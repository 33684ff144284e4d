//! How much delay the network asks for: from arrival times to a target.
//!
//! A packet's transit is its arrival minus its media time. Transit counted from the smallest one of
//! the last 2 to 4 s is the packet's relative delay, free of the two clocks' offset and, over so
//! short a window, of their drift. What counts for playout is the tick by which a packet is there, so
//! the levels of delay to choose from lie whole ticks apart, and where ticks find packets ready. The target
//! is the cheapest one of late (see [`Ledger`]); copies of packets that were there already do not count.

use crate::buffer::JitterConfig;
use crate::buffer::price::{Ledger, PERIOD_US};
use crate::buffer::repair_worth::RepairWorth;
use crate::types::TICK_US;

/// Half the window over which the smallest transit is known.
const FLOOR_WINDOW_US: u64 = 2_000_000;
const LEVEL_US: i64 = TICK_US as i64;
/// Beyond any level.
const FAR: i64 = 1 << 20;

/// Statistics of one leg's arrivals. Real-time throughout.
#[derive(Clone, Debug)]
#[repr(C)]
pub struct DelayEstimator {
    floor: i64,
    window_min: i64,
    window_end: u64,
    last_transit: i64,
    /// RFC 3550's J, times 16.
    jitter16: u64,
    settle_at: u64,
    /// Transit of the lowest level: of a packet that is there by its tick.
    base: i64,
    target: u32,
    min: u32,
    max: u32,
    initial: u32,
    /// What can wait, and the samples of a packet that this is known for.
    room: u32,
    packet: u16,
    seen: bool,
    /// Last: most packets touch only its beginning.
    ledger: Ledger,
    repair: RepairWorth,
}

impl DelayEstimator {
    /// Nothing seen yet: the target is the initial delay.
    pub fn new(config: &JitterConfig) -> Self {
        let mut this = Self {
            floor: 0,
            window_min: 0,
            window_end: 0,
            last_transit: 0,
            jitter16: 0,
            settle_at: 0,
            base: 0,
            target: 0,
            min: 0,
            max: 0,
            initial: 0,
            room: u32::MAX,
            packet: 0,
            seen: false,
            ledger: Ledger::new(0),
            repair: RepairWorth::new(),
        };
        this.set_bounds(config);
        this
    }

    /// Aims within other bounds from now on. Real-time.
    pub fn set_bounds(&mut self, config: &JitterConfig) {
        let us = |ms: u32| ms.saturating_mul(1_000);
        (self.min, self.max, self.initial) = (us(config.min.0), us(config.max.0), us(config.initial.0));
        self.target = self.target.clamp(self.min, self.max);
        if !self.seen {
            self.reset();
        }
    }

    /// Whether the bounds leave nothing to adapt.
    pub fn is_fixed(&self) -> bool {
        self.min == self.max
    }

    /// Forgets all arrivals.
    pub fn reset(&mut self) {
        (self.floor, self.window_min, self.last_transit, self.jitter16) = (0, 0, 0, 0);
        self.ledger = Ledger::new(self.initial.div_ceil(TICK_US as u32));
        self.repair = RepairWorth::new();
        self.target = self.initial;
        self.seen = false;
    }

    /// Takes in one packet that arrived at `arrival_us`, `transit_us` after its media time.
    pub fn observe(&mut self, arrival_us: u64, transit_us: i64) {
        self.take(arrival_us, transit_us, None);
    }

    /// As [`DelayEstimator::observe`], where later packets came before it: playout goes on without it, and conceals
    /// no more than its `duration_us`.
    pub fn observe_overtaken(&mut self, arrival_us: u64, transit_us: i64, duration_us: u32) {
        self.take(arrival_us, transit_us, Some(duration_us));
    }

    fn take(&mut self, arrival_us: u64, transit_us: i64, overtaken: Option<u32>) {
        let until_tick = (arrival_us.next_multiple_of(TICK_US) - arrival_us) as i64;
        let ready = transit_us.saturating_add(until_tick);
        if !self.seen {
            self.seen = true;
            (self.floor, self.window_min, self.last_transit) = (transit_us, transit_us, transit_us);
            self.base = ready;
            (self.window_end, self.settle_at) = (arrival_us + FLOOR_WINDOW_US, arrival_us + PERIOD_US);
        }
        self.jitter(transit_us);
        self.window_min = self.window_min.min(transit_us);
        self.floor = self.floor.min(transit_us);
        if arrival_us >= self.window_end {
            self.floor = self.window_min;
            self.window_min = transit_us;
            self.window_end = arrival_us + FLOOR_WINDOW_US;
        }
        // The lowest level stays within one of the smallest transit.
        let moved = self.floor.saturating_sub(self.base).div_euclid(LEVEL_US).clamp(-FAR, FAR);
        if moved != 0 {
            self.base = self.base.saturating_add(moved * LEVEL_US);
            self.ledger.shift(moved as i32);
            self.repair.shift(moved as i32);
        }
        if arrival_us >= self.settle_at {
            self.ledger.settle();
            self.repair.settle(self.ledger.best());
            self.settle_at = arrival_us + PERIOD_US;
        }
        let level = self.level(ready);
        self.ledger.arrive(level, overtaken.map(|us| us as f32 / TICK_US as f32));
        let (asked, repair) = (self.ledger.best(), self.repair.level());
        // Playout keeps to half a tick about its target; what is to repair must not come just behind its time.
        let spare = if repair > asked { LEVEL_US / 2 } else { 0 };
        let best = self.base.saturating_add(i64::from(asked.max(repair)) * LEVEL_US + spare);
        let target = best.saturating_sub(self.floor).clamp(0, i64::from(u32::MAX)) as u32;
        self.target = target.clamp(self.min, self.max.min(self.room).max(self.min));
    }

    /// Packets have so many samples now, and `room_us` of them can wait: no more can be aimed at.
    pub fn hold(&mut self, samples: u16, room_us: impl FnOnce() -> i64) {
        if samples != self.packet && samples > 0 {
            self.packet = samples;
            self.room = room_us().clamp(0, i64::from(u32::MAX)) as u32;
        }
    }

    /// A packet of `media_us` that lasts `duration_us` never came; one that arrived at `arrival_us` carries its audio
    /// again. No arrival: it tells what more delay is worth, and nothing of the network's.
    pub fn lost(&mut self, arrival_us: u64, media_us: i64, duration_us: i64) {
        let ready = (arrival_us.next_multiple_of(TICK_US) as i64).saturating_sub(media_us);
        self.repair.lost(self.level(ready), duration_us.max(0) as f32 / TICK_US as f32);
    }

    /// The lowest level at which what is ready so long after its media time is in time.
    fn level(&self, ready_us: i64) -> u32 {
        let above = ready_us.saturating_sub(self.base).saturating_add(LEVEL_US - 1).div_euclid(LEVEL_US);
        above.clamp(0, FAR) as u32
    }

    /// A transit counted from the smallest one of late, in microseconds.
    pub fn relative(&self, transit_us: i64) -> i64 {
        transit_us.saturating_sub(self.floor)
    }

    /// The smallest transit of late, in microseconds.
    pub fn floor_us(&self) -> i64 {
        self.floor
    }

    /// The delay to aim at: how long after its media time plus the smallest transit a packet should be played.
    pub fn target_us(&self) -> u32 {
        self.target
    }

    /// Interarrival jitter in microseconds.
    pub fn jitter_us(&self) -> u64 {
        self.jitter16 >> 4
    }

    /// RFC 3550 §6.4.1 and appendix A.8: J += (|D| − J) / 16.
    fn jitter(&mut self, transit_us: i64) {
        let d = transit_us.wrapping_sub(self.last_transit).unsigned_abs().min(u64::from(u32::MAX));
        self.last_transit = transit_us;
        self.jitter16 = self.jitter16 + d - ((self.jitter16 + 8) >> 4).min(self.jitter16 + d);
    }
}
