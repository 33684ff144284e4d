//! What is measured about a session, from actual playout. It knows nothing of threads or graphs.

mod bursts;
pub mod emodel;
mod figures;
mod level;
mod metrics;
mod rates;
#[cfg(test)]
mod tests;
mod window;

pub use bursts::{Bursts, GMIN};
pub use level::{Level, MEASURED};
pub use metrics::SessionStats;
pub use rates::VoipMetrics;
pub use window::{Extremes, WINDOW_TICKS, Window};
