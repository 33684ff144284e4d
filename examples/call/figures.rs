//! The engine's figures out of its telemetry: all workers together, in classes wide enough to draw.

use std::collections::BTreeMap;

use media_core::engine::Telemetry;

use crate::record::EngineFigures;

/// Classes of the histogram in a doubling of the busy time.
const PER_OCTAVE: f64 = 6.0;

/// The figures of all workers.
pub fn of(telemetry: &Telemetry, real_time: Option<bool>) -> EngineFigures {
    let buckets = || telemetry.workers.iter().flat_map(|worker| worker.busy.buckets());
    let ticks = buckets().map(|bucket| bucket.count).sum();
    let mut by_time = BTreeMap::new();
    let mut classes: BTreeMap<i32, u64> = BTreeMap::new();
    for bucket in buckets() {
        *by_time.entry((bucket.start, bucket.end)).or_default() += bucket.count;
        *classes.entry(((bucket.start.max(1) as f64).log2() * PER_OCTAVE) as i32).or_default() += bucket.count;
    }
    let max = telemetry.workers.iter().map(|worker| worker.busy.max()).max().unwrap_or(0);
    let edge = |class: i32| (f64::from(class) / PER_OCTAVE).exp2() as u64;
    EngineFigures {
        ticks,
        busy: [quantile(&by_time, ticks, 0.50), quantile(&by_time, ticks, 0.99), max],
        classes: classes.into_iter().map(|(class, ticks)| (edge(class), edge(class + 1), ticks)).collect(),
        xruns: telemetry.workers.iter().map(|worker| worker.xruns).sum(),
        skipped: telemetry.workers.iter().map(|worker| worker.skipped).sum(),
        real_time,
    }
}

/// The middle of the bucket that this share of the ticks does not exceed.
fn quantile(buckets: &BTreeMap<(u64, u64), u64>, ticks: u64, share: f64) -> u64 {
    let rank = (ticks as f64 * share).ceil() as u64;
    let mut below = 0;
    let reached = buckets.iter().find(|(_, count)| {
        below += **count;
        below >= rank
    });
    reached.map_or(0, |((start, end), _)| start.midpoint(*end))
}
