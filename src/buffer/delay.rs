//! How much delay the network asks for: from arrival times to a target.
//!
//! A packet's transit is its arrival minus its media time. Transit counted from the smallest one of
//! the last 2 to 4 s is the packet's relative delay, free of the two clocks' offset and, over so
//! short a window, of their drift. The target is a high quantile of the recent relative delays, or
//! the last peak above it while that fades.

use crate::buffer::JitterConfig;

/// Half the window over which the smallest transit is known.
const FLOOR_WINDOW_US: u64 = 2_000_000;
/// How often the histogram forgets a quarter: a time constant of 0.77 s, so that 2.7 s after a burst
/// of jitter less of it is left than the outliers that the quantile leaves out.
const SWEEP_US: u64 = 220_000;
const BUCKETS: usize = 64;
/// Weight of one packet, so that forgetting in integers has digits to work on.
const WEIGHT: u16 = 128;
/// One packet in so many may be later than the quantile.
const OUTLIERS: u32 = 32;

/// Statistics of one leg's arrivals. Real-time throughout; integer arithmetic only.
#[derive(Clone, Debug)]
#[repr(C)]
pub struct DelayEstimator {
    floor: i64,
    window_min: i64,
    window_end: u64,
    last_transit: i64,
    /// RFC 3550's J, times 16.
    jitter16: u64,
    sweep_at: u64,
    quantile: u32,
    peak: u32,
    target: u32,
    min: u32,
    max: u32,
    initial: u32,
    bucket_us: u32,
    seen: bool,
    /// Last: of it a packet touches one line.
    histogram: [u16; BUCKETS],
}

impl DelayEstimator {
    /// Nothing seen yet: the target is the initial delay.
    pub fn new(config: &JitterConfig) -> Self {
        let us = |ms: u32| ms.saturating_mul(1_000);
        let mut this = Self {
            floor: 0,
            window_min: 0,
            window_end: 0,
            last_transit: 0,
            jitter16: 0,
            sweep_at: 0,
            quantile: 0,
            peak: 0,
            target: 0,
            min: us(config.min.0),
            max: us(config.max.0),
            initial: us(config.initial.0),
            bucket_us: us(config.max.0).div_ceil(BUCKETS as u32 - 1).max(1_000),
            seen: false,
            histogram: [0; BUCKETS],
        };
        this.reset();
        this
    }

    /// Aims within other bounds from now on. Real-time.
    pub fn set_bounds(&mut self, config: &JitterConfig) {
        let before = (self.min, self.max);
        let fresh = Self::new(config);
        (self.min, self.max, self.initial) = (fresh.min, fresh.max, fresh.initial);
        if before == (self.min, self.max) {
            return;
        }
        if !self.seen {
            *self = fresh;
        } else if self.bucket_us != fresh.bucket_us {
            self.bucket_us = fresh.bucket_us;
            self.histogram.fill(0);
            (self.quantile, self.peak) = (0, self.target.min(self.max));
        }
        self.target = self.target.clamp(self.min, self.max);
    }

    /// Forgets all arrivals.
    pub fn reset(&mut self) {
        (self.floor, self.window_min, self.last_transit, self.jitter16) = (0, 0, 0, 0);
        (self.quantile, self.peak, self.target) = (0, self.initial, self.initial);
        self.seen = false;
        self.histogram.fill(0);
    }

    /// Takes in one packet that arrived at `arrival_us`, `transit_us` after its media time.
    pub fn observe(&mut self, arrival_us: u64, transit_us: i64) {
        if !self.seen {
            self.seen = true;
            (self.floor, self.window_min, self.last_transit) = (transit_us, transit_us, transit_us);
            (self.window_end, self.sweep_at) = (arrival_us + FLOOR_WINDOW_US, arrival_us + SWEEP_US);
        }
        self.jitter(transit_us);
        self.window_min = self.window_min.min(transit_us);
        self.floor = self.floor.min(transit_us);
        if arrival_us >= self.window_end {
            self.floor = self.window_min;
            self.window_min = transit_us;
            self.window_end = arrival_us + FLOOR_WINDOW_US;
        }
        let relative = self.relative(transit_us).clamp(0, i64::from(u32::MAX)) as u32;
        let bucket = (relative / self.bucket_us).min(BUCKETS as u32 - 1) as usize;
        self.histogram[bucket] = self.histogram[bucket].saturating_add(WEIGHT);
        if arrival_us >= self.sweep_at {
            self.sweep();
            self.sweep_at = arrival_us + SWEEP_US;
        }
        if relative > self.target {
            self.peak = relative.min(self.max);
        }
        self.target = self.quantile.max(self.peak).clamp(self.min, self.max);
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

    /// The largest delay to aim at.
    pub fn max_us(&self) -> u32 {
        self.max
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

    /// Forgets a quarter of the past and looks the quantile up again.
    fn sweep(&mut self) {
        let mut total = 0u32;
        for bucket in &mut self.histogram {
            total += u32::from(*bucket);
            *bucket = (*bucket - (*bucket >> 2)).saturating_sub(1);
        }
        let mut above = 0u32;
        let mut edge = 0;
        for (index, bucket) in self.histogram.iter().enumerate().rev() {
            above += u32::from(*bucket);
            if above > total / OUTLIERS {
                edge = index as u32 + 1;
                break;
            }
        }
        self.quantile = edge * self.bucket_us;
        self.peak -= self.peak.saturating_sub(self.quantile) / 4;
        self.peak = self.peak.max(self.quantile.min(self.max));
    }
}
