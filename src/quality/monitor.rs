//! What a leg's quality was in an interval: from figures to ratings.

use serde::Serialize;

use crate::quality::emodel::{Band, Connection, Impairment, Rating, STRETCHED};
use crate::quality::{DelayLedger, SessionStats};

/// Packets below which an interval says nothing about quality: half a second of them.
pub const LEAST_PACKETS: u64 = 25;

/// What the figures of a leg do not tell.
#[derive(Clone, Copy, Debug)]
pub struct LegContext {
    /// The band of the codec received.
    pub band: Band,
    /// The codec's part of the E-model with this engine's concealment, if anybody has measured it.
    pub impairment: Option<Impairment>,
    /// Delay of the way from the party.
    pub delay: DelayLedger,
}

/// Quality of what came from a leg's party, in an interval or in all its life.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LegQuality {
    /// Length of the interval in milliseconds.
    pub ms: u64,
    /// Packets that were due.
    pub packets: u64,
    /// Part of them that never came and was not repaired, 0 to 1.
    pub loss: f64,
    /// Part that came and was not played.
    pub discard: f64,
    /// Part lost or discarded within bursts, and outside of them.
    pub burst_density: f64,
    /// See `burst_density`.
    pub gap_density: f64,
    /// Runs of what was not played against random ones.
    pub burst_ratio: f64,
    /// Part of the audio that was invented.
    pub concealed: f64,
    /// Packets that would have been missing but for repair.
    pub repaired: u64,
    /// Interarrival jitter in milliseconds.
    pub jitter_ms: f64,
    /// Delay, line by line.
    pub delay: DelayLedger,
    /// Level of what came from the party, in dB against full scale; `None`: nothing was decoded.
    pub received_level: Option<f64>,
    /// Level of what the party was sent.
    pub sent_level: Option<f64>,
    /// Part of what came that is clipped.
    pub clipped: Option<f64>,
    /// How much faster the party's clock is, in parts per million.
    pub drift_ppm: Option<i64>,
    /// R and MOS; `None` until enough packets were due, and where the codec has no known impairment.
    pub rating: Option<Rating>,
}

impl LegQuality {
    /// The quality of a part of a leg's life, out of its figures ([`SessionStats::since`]).
    pub fn of(part: &SessionStats, context: &LegContext) -> Self {
        let absent = part.loss_rate() + part.discard_rate();
        let share = |part: u64, of: u64| if of > 0 { (part as f64 / of as f64).min(1.0) } else { 0.0 };
        let stretched = share(part.stretched_samples, part.expected_samples);
        let connection = |impairment| Connection {
            band: context.band,
            impairment,
            loss: 100.0 * (absent + STRETCHED * stretched).min(1.0),
            burst_ratio: 1.0,
            delay: context.delay.total_us().map(|us| us as f64 / 1e3),
        };
        let measured = context.impairment.filter(|_| part.expected >= LEAST_PACKETS);
        Self {
            ms: part.ticks * 10,
            packets: part.expected,
            loss: part.loss_rate(),
            discard: part.discard_rate(),
            burst_density: part.burst_density(),
            gap_density: part.gap_density(),
            burst_ratio: part.burst_ratio(),
            concealed: part.concealed_rate(),
            repaired: part.repaired,
            jitter_ms: part.jitter_us as f64 / 1e3,
            delay: context.delay,
            received_level: part.received_level(),
            sent_level: part.sent_level(),
            clipped: (part.received_level_frames > 0).then(|| share(part.received_clipped, part.received_level_frames)),
            drift_ppm: part.drift(),
            rating: measured.map(|impairment| connection(impairment).rate()),
        }
    }
}
