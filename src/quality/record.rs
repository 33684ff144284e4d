//! The quality record of a call, for call detail records: JSON by serde.

use serde::Serialize;

use crate::quality::adaptation::Adjustment;
use crate::quality::{Alert, Findings, LegQuality, SessionStats};

/// Least, mean and largest of a figure over the looks at a leg.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Spread {
    /// Least.
    pub min: f64,
    /// Mean.
    pub mean: f64,
    /// Largest.
    pub max: f64,
    /// Looks.
    pub count: u64,
}

impl Spread {
    /// Takes in one more.
    pub fn add(&mut self, value: f64) {
        let first = self.count == 0;
        self.count += 1;
        self.min = if first { value } else { self.min.min(value) };
        self.max = if first { value } else { self.max.max(value) };
        self.mean += (value - self.mean) / self.count as f64;
    }
}

/// Something that happened, with the engine's tick of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Stamped<T> {
    /// When, in ticks of 10 ms.
    pub tick: u64,
    /// What.
    #[serde(flatten)]
    pub what: T,
}

/// What the party told of the stream that it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RemoteQuality {
    /// Part lost of late, 0 to 1.
    pub loss: f64,
    /// Packets lost in all.
    pub lost: i32,
    /// Interarrival jitter there in milliseconds.
    pub jitter_ms: f64,
    /// Round trip in milliseconds, if it is known.
    pub round_trip_ms: Option<f64>,
    /// R there, if it told.
    pub r_factor: Option<u8>,
    /// Listening MOS there, if it told.
    pub mos_lq: Option<f64>,
}

/// Quality of one leg over its life, or up to now.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct QualityRecord {
    /// The session: its slot and generation.
    pub session: String,
    /// Codec received, and codec sent.
    pub codecs: [&'static str; 2],
    /// The leg has ended.
    pub is_final: bool,
    /// Over the life.
    pub quality: LegQuality,
    /// Listening MOS of each look.
    pub mos_lq: Option<Spread>,
    /// What the party told last.
    pub remote: Option<RemoteQuality>,
    /// What is wrong at its end.
    pub findings: Findings,
    /// Alerts, raised and cleared, the last 64.
    pub alerts: Vec<Stamped<Alert>>,
    /// Changes of settings, the last 64.
    pub adjustments: Vec<Stamped<Adjustment>>,
    /// All figures.
    pub figures: SessionStats,
}

impl Serialize for SessionStats {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(Self::NAMES.iter().zip(self.to_words()))
    }
}
