//! The real-time audio engine that softswitch builders embed.
//!
//! A SIP server owns signalling and sockets; this crate owns everything between an incoming RTP
//! payload and an outgoing one. Each call leg is a session: a graph of nodes that a pinned
//! real-time worker runs every 10 ms, without a lock, an allocation or a system call.

#![deny(unsafe_code)]
#![warn(missing_docs)]

pub mod buffer;
pub mod codec;
pub mod engine;
pub mod frame;
pub mod graph;
pub mod processing;
pub mod quality;
pub mod rt;
pub mod rtp;
pub mod session;
pub mod sync;
pub mod types;

pub use buffer::JitterConfig;
pub use codec::CodecSpec;
pub use engine::{
    Control, Created, Direction, EgressPort, EngineConfig, Event, EventKind, EventStream, IngressPort, MediaEngine,
    OfflineEngine, Pending, Reject, TapPoint,
};
pub use quality::SessionStats;
pub use session::{SessionSpec, Source, TapReader, TapWriter};
pub use types::{Decibels, IoGroup, Micros, Millis, NodeId, PayloadType, SampleRate, SessionId, Ssrc, Tick, WorkerId};

#[cfg(test)]
#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;
