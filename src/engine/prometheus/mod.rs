//! The engine's figures as text for Prometheus (OpenMetrics 1.0), taken at the moment of the scrape.

mod query;
mod scrape;
mod values;

pub use query::Detail;
