//! Workers, and the one handle that drives them.
//!
//! [`MediaEngine`] runs workers on real-time threads, [`OfflineEngine`] runs the same workers by
//! hand. [`Control`] asks, the supervisor hears the answers; neither is ever waited for by a worker.
//!
//! ```text
//! Control ─ lock ─► State ──ring of commands──► Worker ──ring of reports──► Supervisor ──► Pending, EventStream
//!                   (sessions as they are to be)  (sessions as they are)      (frees what workers are done with)
//! ```
//!
//! An operation is tried out on copies under the lock, and is rejected there or becomes commands for
//! the workers concerned. They apply them between two ticks; those of one operation at the same tick.
//! A worker takes a command only when there is room for its answer, so every operation is answered.
//!
//! A worker divides its 10 ms into phases, runs its sessions spread over them, and sleeps until the
//! next deadline of an absolute grid. Nodes see the nominal tick and never a clock. A worker that is
//! late by whole periods leaves them out and reports [`EventKind::WorkerLate`].

mod admission;
mod admit;
mod answer;
mod apply;
mod bells;
mod capture;
mod command;
mod config;
mod config_error;
mod config_quality;
mod control;
mod conversion;
mod course;
mod drain;
mod event;
mod feeds;
mod forward;
mod handover;
mod leg;
mod leg_event;
mod limits;
mod live;
mod nacks;
mod offline;
mod operations;
mod ops;
mod ops_audio;
mod ops_course;
mod ops_detect;
mod ops_digits;
mod ops_early;
mod ops_end;
mod ops_external;
mod ops_fork;
mod ops_groups;
mod ops_process;
mod ops_room;
mod ops_shape;
mod ops_source;
mod ops_state;
mod ops_tap;
mod ops_update;
mod overdue;
mod overload;
mod pace;
mod pending;
mod port;
#[cfg(feature = "prometheus")]
mod prometheus;
mod quality;
mod query;
mod rebalance;
mod refusal;
mod reject;
mod request;
mod room;
mod scatter;
mod settle;
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

pub use admission::{Admission, Capabilities, CodecCapability};
pub use capture::{Capsule, Capture, CapturedPacket, Replay, ReplayError, Trigger};
pub use command::{OpId, Refusal};
pub use config::{EngineConfig, WorkerHook};
pub use config_error::ConfigError;
pub use control::{Control, Created, Txn};
pub use conversion::Conversion;
pub use event::EventKind;
pub use leg_event::LegEvent;
pub use limits::{Limit, LimitScope, Limits, LimitsError, Usage};
pub use live::{MediaEngine, StartError, StopReport};
pub use nacks::{MissingPacket, NackReader, Nacks};
pub use offline::OfflineEngine;
pub use operations::RoomTap;
pub use ops_detect::Detectors;
pub use ops_early::EarlyMedia;
pub use ops_fork::ForkSide;
pub use ops_source::SourceHint;
pub use ops_tap::{TapId, TapPoint};
pub use overload::{Degradation, Ladder, OverloadPolicy, OverloadStep, PolicyError, Turn};
pub use pending::{Applied, Failed, Pending};
pub use port::{EgressPort, IngressError, IngressPort};
#[cfg(feature = "prometheus")]
pub use prometheus::Detail;
pub use quality::FeedError;
pub use query::NodeBusy;
pub use rebalance::{Migration, Rebalance, Rebalanced};
pub use reject::{Reject, TopologyError};
pub use request::{Direction, PlayControl, PlayId};
pub use room::{MemberInfo, RoomChange, RoomFloor, RoomInfo, RoomSpec, RoomStats};
pub use stream::{Event, EventStream};
pub use telemetry::{Telemetry, WorkerTelemetry};
