//! Workers, and the one handle that drives them.
//!
//! `MediaEngine` runs workers on real-time threads, `OfflineEngine` runs the same workers by hand.
//! `Control` asks, `supervisor` hears the answers; neither is ever waited for by a worker.

mod answer;
mod apply;
mod command;
mod config;
mod control;
mod event;
mod live;
mod offline;
mod operations;
mod ops;
mod ops_audio;
mod pending;
mod port;
mod query;
mod reject;
mod request;
mod spawn;
mod staging;
mod state;
mod stream;
mod submit;
mod supervisor;
mod table;
mod telemetry;
mod unit;
mod wiring;
mod worker;

pub use command::{OpId, Refusal};
pub use config::{ConfigError, EngineConfig, WorkerHook};
pub use control::{Control, Created, Txn};
pub use event::{Event, EventKind};
pub use live::{MediaEngine, StartError, StopReport};
pub use offline::OfflineEngine;
pub use pending::{Applied, Failed, Pending};
pub use port::{EgressPort, IngressError, IngressPort};
pub use query::NodeBusy;
pub use reject::{Reject, TopologyError};
pub use request::{Direction, PlayId, TapId, TapPoint};
pub use stream::EventStream;
pub use telemetry::{Telemetry, WorkerTelemetry};
