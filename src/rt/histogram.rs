//! A histogram of durations that a worker fills and anybody reads.
//!
//! Log-linear: 64 linear steps to each octave (as in G. Tene's HdrHistogram), so that a value is
//! known to 0.8 %, two significant digits, from 1 ns to 1 s in 12.5 KiB. Longer ones count as the
//! longest; the maximum is exact. It keeps no order and no window: see [`HistogramSnapshot::since`].

use crate::sync::Arc;
use crate::sync::atomic::{AtomicU64, Ordering};

use super::histogram_snapshot::HistogramSnapshot;

/// The writing end. One thread at a time owns it.
#[derive(Debug)]
pub struct HistogramWriter(Arc<Counts>);

/// A reading end; clone it freely.
#[derive(Clone, Debug)]
pub struct Histogram(Arc<Counts>);

#[derive(Debug)]
struct Counts {
    buckets: Box<[AtomicU64]>,
    max: AtomicU64,
}

/// Makes an empty histogram.
///
/// Allocates. A writer that a worker owns lives inside an `Owned` value, since the last end frees.
pub fn histogram() -> (HistogramWriter, Histogram) {
    let buckets = (0..BUCKETS).map(|_| AtomicU64::new(0)).collect();
    let counts = Arc::new(Counts { buckets, max: AtomicU64::new(0) });
    (HistogramWriter(counts.clone()), Histogram(counts))
}

impl HistogramWriter {
    /// Counts one value, in ns.
    ///
    /// Real-time: wait-free, one load and one store; two of each for a new maximum.
    #[inline]
    pub fn record(&mut self, value: u64) {
        // One writer, so load and store lose nothing; readers tolerate counts a moment apart.
        let bucket = &self.0.buckets[bucket_of(value)];
        bucket.store(bucket.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        if value > self.0.max.load(Ordering::Relaxed) {
            self.0.max.store(value, Ordering::Relaxed);
        }
    }
}

impl Histogram {
    /// A copy of the counts. Values recorded meanwhile may or may not be in it. Allocates.
    pub fn snapshot(&self) -> HistogramSnapshot {
        HistogramSnapshot {
            buckets: self.0.buckets.iter().map(|bucket| bucket.load(Ordering::Relaxed)).collect(),
            max: self.0.max.load(Ordering::Relaxed),
        }
    }
}

/// Linear steps of an octave, as a power of two.
const STEP_BITS: u32 = 6;
const STEPS: u64 = 1 << STEP_BITS;

/// Longest duration told apart: 2^30 ns, 1.07 s.
const RANGE_BITS: u32 = 30;

/// The first two octaves' worth of steps are 1 ns wide and shared, hence the one octave more.
pub(super) const BUCKETS: usize = ((RANGE_BITS - STEP_BITS + 1) as usize) << STEP_BITS;

#[inline]
pub(super) fn bucket_of(value: u64) -> usize {
    let value = value.min((1 << RANGE_BITS) - 1);
    // 0 below 2 * STEPS, where a step is 1 ns.
    let octave = (value | STEPS).ilog2() - STEP_BITS;
    (u64::from(octave) * STEPS + (value >> octave)) as usize
}

/// Smallest value of a bucket; that of the bucket after the last one ends the range.
pub(super) fn start_of(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    if bucket < 2 * STEPS {
        return bucket;
    }
    let octave = bucket / STEPS - 1;
    (bucket - octave * STEPS) << octave
}
