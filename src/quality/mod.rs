//! What is measured about a session, from actual playout. It knows nothing of threads or graphs.

pub mod adaptation;
#[cfg(test)]
mod alarm_tests;
mod analyzer;
mod bursts;
mod delay;
pub mod emodel;
mod figures;
mod level;
mod metrics;
mod monitor;
mod rates;
mod record;
#[cfg(test)]
mod tests;
mod thresholds;
mod window;

pub use analyzer::{Analyzer, Findings, OneWay, SILENCE_DB};
pub use bursts::{Bursts, GMIN};
pub use delay::DelayLedger;
pub use level::{Level, MEASURED};
pub use metrics::SessionStats;
pub use monitor::{LEAST_PACKETS, LegContext, LegQuality};
pub use rates::VoipMetrics;
pub use record::{QualityRecord, RemoteQuality, Spread, Stamped};
pub use thresholds::{Alarms, Alert, AlertKind, Thresholds};
pub use window::{Extremes, WINDOW_TICKS, Window};
