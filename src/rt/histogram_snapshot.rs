//! What a histogram held at one moment: quantiles, and buckets to draw.

use super::histogram::{BUCKETS, start_of};

/// A copy of a histogram's counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistogramSnapshot {
    pub(super) buckets: Box<[u64]>,
    pub(super) max: u64,
}

/// One bucket of a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bucket {
    /// Smallest value, in ns.
    pub start: u64,
    /// First value of the next bucket, in ns.
    pub end: u64,
    /// Values recorded.
    pub count: u64,
}

impl HistogramSnapshot {
    /// Values recorded.
    pub fn count(&self) -> u64 {
        self.buckets.iter().sum()
    }

    /// Largest value recorded since the histogram was made, exact, in ns; 0 when there is none.
    pub fn max(&self) -> u64 {
        self.max
    }

    /// The value in ns that a share `q` (0.0 to 1.0) of the values does not exceed, to 0.8 %; 0 when
    /// there are no values. 1.0 gives the exact maximum.
    pub fn quantile(&self, q: f64) -> u64 {
        let count = self.count();
        let rank = (q.clamp(0.0, 1.0) * count as f64).ceil().max(1.0) as u64;
        if rank >= count && count > 0 {
            return self.max;
        }
        let mut below = 0;
        for bucket in self.buckets() {
            below += bucket.count;
            if below >= rank {
                return (bucket.start + (bucket.end - bucket.start) / 2).min(self.max);
            }
        }
        0
    }

    /// The buckets that are not empty, in rising order.
    pub fn buckets(&self) -> impl Iterator<Item = Bucket> {
        let counts = self.buckets.iter().enumerate().filter(|(_, count)| **count > 0);
        counts.map(|(i, &count)| Bucket { start: start_of(i), end: start_of(i + 1), count })
    }

    /// What was recorded after `earlier`, a snapshot of the same histogram: a window.
    ///
    /// Its maximum is exact where it lies in the window, otherwise the end of the highest bucket.
    pub fn since(&self, earlier: &Self) -> Self {
        let pairs = self.buckets.iter().zip(&earlier.buckets);
        let buckets: Box<[u64]> = pairs.map(|(now, then)| now.saturating_sub(*then)).collect();
        let highest = buckets.iter().rposition(|count| *count > 0);
        let max = match highest {
            None => 0,
            Some(_) if self.max > earlier.max => self.max,
            Some(BUCKETS..) => self.max,
            Some(bucket) => (start_of(bucket + 1) - 1).min(self.max),
        };
        Self { buckets, max }
    }
}
