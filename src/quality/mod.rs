//! What is measured about a session, from actual playout. It knows nothing of threads or graphs.

mod metrics;

pub use metrics::SessionStats;
