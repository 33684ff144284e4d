//! Integrated loudness and loudness range: all blocks of any length of time in a histogram of fixed size.

use super::meter::Lufs;

/// Lowest loudness that counts (BS.1770-4: the absolute gate).
const ABSOLUTE: f32 = -70.0;

/// Bins for a unit of loudness.
const PER_LU: f32 = 10.0;

/// Bins: up to +10 LUFS.
const BINS: usize = 800;

/// Blocks by loudness. A block's power is kept in full, so only a gate that falls into a bin is wrong, by 0.1 LU.
#[derive(Clone, Debug)]
pub(super) struct Histogram {
    bins: Box<[(u32, f64); BINS]>,
}

impl Histogram {
    pub(super) fn new() -> Self {
        Self { bins: Box::new([(0, 0.0); BINS]) }
    }

    pub(super) fn reset(&mut self) {
        self.bins.fill((0, 0.0));
    }

    pub(super) fn push(&mut self, power: f64) {
        let loudness = Lufs::of(power).0;
        if loudness > ABSOLUTE {
            let (count, sum) = &mut self.bins[bin(loudness)];
            *count = count.saturating_add(1);
            *sum += power;
        }
    }

    /// BS.1770-4, equations 5 to 7: the mean of what is at most 10 LU under the mean of all.
    pub(super) fn integrated(&self) -> Option<Lufs> {
        mean(self.over(10.0)?).map(Lufs::of)
    }

    /// EBU Tech 3342: from the tenth to the ninety-fifth hundredth of what is at most 20 LU under the mean of all.
    pub(super) fn range(&self) -> Option<f32> {
        let bins = self.over(20.0)?;
        let all: u64 = bins.iter().map(|(count, _)| u64::from(*count)).sum();
        let percentile = |share: f64| {
            let rank = ((all - 1) as f64 * share).round() as u64;
            let mut passed = 0;
            bins.iter().position(|(count, _)| {
                passed += u64::from(*count);
                passed > rank
            })
        };
        Some((percentile(0.95)? - percentile(0.10)?) as f32 / PER_LU)
    }

    /// The bins over the gate that lies `under` the mean of all.
    fn over(&self, under: f32) -> Option<&[(u32, f64)]> {
        let gate = Lufs::of(mean(&self.bins[..])?).0 - under;
        Some(&self.bins[bin(gate.max(ABSOLUTE))..])
    }
}

fn bin(loudness: f32) -> usize {
    (((loudness - ABSOLUTE) * PER_LU) as usize).min(BINS - 1)
}

fn mean(bins: &[(u32, f64)]) -> Option<f64> {
    let (count, sum) = bins.iter().fold((0, 0.0), |(all, sum), (count, power)| (all + u64::from(*count), sum + power));
    (count > 0).then(|| sum / count as f64)
}
