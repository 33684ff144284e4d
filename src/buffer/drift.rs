//! How much faster or slower the sender's clock runs than ours.
//!
//! Every 2 to 16 s one point is kept, the smallest transit since the last. Queues only ever add to a transit, so these
//! points lie on the line that the drift draws, or a little above. The drift is the median of the slopes between points
//! that lie four apart: a change of route or a spike bends four slopes of up to 28, pauses and losses none.
//! How far the slopes are from each other says what the median is worth.

use crate::types::TICK_US;

/// Time of the first points. When all are taken, two become one, and the time doubles.
const SHORTEST_US: u64 = 2_000_000;
const LONGEST_US: u64 = 16_000_000;
const POINTS: usize = 32;
/// Points from one end of a slope to the other.
const APART: usize = 4;
/// Points below which nothing is known: 24 s.
const ENOUGH: usize = 12;
/// Error up to which the drift counts as known, in parts per million, and share of the drift that it may be besides.
const ERROR: f32 = 10.0;
const SHARE: f32 = 0.1;
/// What is known stays so up to this many times the error.
const HOLD: f32 = 3.0;
/// Clocks further apart, in parts per million, are no crystals: somebody counts wrong.
const MOST: f32 = 1_000.0;
/// Drift that makes up 10 ms in less than an hour, in parts per million.
const MATTERS: f32 = 3.0;
/// How far ahead or back the delay looks, in seconds: time for the price of late packets to grow, and for a voice or a pause
/// to come in which the delay can change.
const AHEAD: f32 = 8.0;
const LEAN_US: i64 = 6_000;

#[derive(Clone, Copy, Debug, Default)]
struct Point {
    at_us: u64,
    lowest_us: i64,
}

/// Drift of one leg's sender. Real-time: some instructions a packet, and about 2 000 a point.
#[derive(Clone, Debug)]
#[repr(C)]
pub struct DriftEstimator {
    /// The point that is being made; `i64::MAX` without a packet.
    lowest_us: i64,
    end_us: u64,
    ahead_us: i64,
    ppm: f32,
    known: bool,
    span_us: u64,
    count: usize,
    points: [Point; POINTS],
}

impl Default for DriftEstimator {
    /// Nothing known.
    fn default() -> Self {
        Self {
            lowest_us: i64::MAX,
            end_us: 0,
            ahead_us: 0,
            ppm: 0.0,
            known: false,
            span_us: SHORTEST_US,
            count: 0,
            points: [Point::default(); POINTS],
        }
    }
}

impl DriftEstimator {
    /// Another clock sends from now on.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    /// A packet arrived, `transit_us` after its media time; whether a point is complete with it.
    #[inline]
    pub fn observe(&mut self, arrival_us: u64, transit_us: i64) -> bool {
        let complete = arrival_us >= self.end_us;
        if complete {
            self.complete(arrival_us);
        }
        self.lowest_us = self.lowest_us.min(transit_us);
        complete
    }

    /// The sender's drift in parts per million, positive where it is faster than we are; `None` as long as that is
    /// not known well enough.
    pub fn ppm(&self) -> Option<f32> {
        self.known.then_some(self.ppm)
    }

    /// The drift, if it is known and moves the delay by a tick within the hour.
    pub fn matters(&self) -> Option<f32> {
        self.ppm().filter(|ppm| ppm.abs() >= MATTERS)
    }

    /// What playout leaves beyond the delay aimed at, in microseconds: where packets get later against the ticks, the
    /// part of a tick that is decoded is of no use when the next packet is late for the rest.
    pub fn lean_us(&self) -> i64 {
        if self.matters().is_some_and(|ppm| ppm < 0.0) { LEAN_US } else { 0 }
    }

    /// By how much packets count as later than they are: what they will be soon where the sender is slow, and were a
    /// moment ago where it is fast. So the delay grows before they are late for their tick, and shrinks after.
    pub fn ahead_us(&self) -> i64 {
        self.ahead_us
    }

    #[cold]
    fn complete(&mut self, arrival_us: u64) {
        let lowest_us = std::mem::replace(&mut self.lowest_us, i64::MAX);
        if lowest_us != i64::MAX {
            self.push(Point { at_us: self.end_us - self.span_us / 2, lowest_us });
            self.estimate();
        }
        self.end_us = arrival_us.saturating_add(self.span_us);
    }

    fn push(&mut self, point: Point) {
        if self.count == POINTS {
            if self.span_us < LONGEST_US {
                self.thin();
            } else {
                self.points.copy_within(1.., 0);
                self.count -= 1;
            }
        }
        self.points[self.count] = point;
        self.count += 1;
    }

    /// Two points become one.
    fn thin(&mut self) {
        self.span_us *= 2;
        self.count = POINTS / 2;
        for at in 0..self.count {
            let (a, b) = (self.points[2 * at], self.points[2 * at + 1]);
            let at_us = a.at_us.midpoint(b.at_us);
            self.points[at] = Point { at_us, lowest_us: a.lowest_us.min(b.lowest_us) };
        }
    }

    fn estimate(&mut self) {
        if self.count < ENOUGH {
            return;
        }
        let points = &self.points[..self.count];
        let mut slopes = [0.0f32; POINTS - APART];
        for ((slope, from), to) in slopes.iter_mut().zip(points).zip(&points[APART..]) {
            let time_us = (to.at_us.saturating_sub(from.at_us)).max(TICK_US);
            // A transit that grows is a sender that falls behind.
            *slope = from.lowest_us.saturating_sub(to.lowest_us) as f32 * 1e6 / time_us as f32;
        }
        let slopes = &mut slopes[..self.count - APART];
        slopes.sort_unstable_by(f32::total_cmp);
        let (quarter, half) = (slopes.len() / 4, slopes.len() / 2);
        let spread = slopes[slopes.len() - 1 - quarter] - slopes[quarter];
        // As many of them are independent as fit next to each other.
        let error = spread / (self.count as f32 / APART as f32).sqrt();
        let median = slopes[half];
        let bound = (ERROR + SHARE * median.abs()) * if self.known { HOLD } else { 1.0 };
        self.known = error <= bound && median.abs() <= MOST;
        self.ppm = median;
        self.ahead_us = self.matters().map_or(0, |ppm| (ppm.abs() * AHEAD) as i64);
    }
}
