//! The real-time audio engine that softswitch builders embed.
//!
//! A SIP server owns signalling and sockets; this crate owns everything between an incoming RTP
//! datagram and an outgoing one. Each call leg is a session: a graph of nodes that a pinned
//! real-time worker runs every 10 ms, without a lock, an allocation or a system call.
//!
//! ```text
//!  any thread        Control ── create, bridge, hold, play, edit, … ──► Pending: applied at tick n
//!                       │ commands                      ▲ events
//!                       ▼                               │
//!  I/O thread   IngressPort ──► worker: every 10 ms, each session's graph ──► EgressPort   I/O thread
//!                               receive ► fader ► far party ► fader ► send
//!                               (jitter buffer, decoder,       (encoder,
//!                                concealment)                   packets on cadence)
//! ```
//!
//! - [`MediaEngine`] runs the workers on threads of their own; [`OfflineEngine`] runs the same
//!   workers by hand, in virtual time, and gives the same bits for any number of them.
//! - [`Control`] is the handle for all operations, and [`EventStream`] tells what became of them and what happened.
//! - [`IngressPort`] and [`EgressPort`] are where the host's I/O threads plug in.
//! - [`graph::Node`] is what one processing step is; a user's own go in by [`Control::edit`].
//! - [`SessionStats`] and [`engine::Telemetry`] are figures that can be read without touching a worker.
//!
//! [`guide`] tells how to embed it, connect it to SIP and RTP, and run it.
//!
//! Two parties in virtual time; one speaks, the other is sent packets of 30 ms in another codec:
//!
//! ```
//! use media_core::rtp::{RtpHeader, RtpPacket};
//! use media_core::{CodecSpec, EngineConfig, IoGroup, Millis, OfflineEngine, SessionSpec, Ssrc};
//!
//! let mut engine = OfflineEngine::new(EngineConfig::new().workers(2))?;
//! let mut egress = engine.egress(IoGroup(0)).ok_or("taken already")?;
//! let control = engine.control();
//!
//! let mut a = control.create(SessionSpec::new(CodecSpec::pcmu()))?;
//! let b = control.create(SessionSpec::new(CodecSpec::pcma()).ptime(Millis(30)))?;
//! let bridged = control.bridge(a.id, b.id)?;
//!
//! let payload_type = CodecSpec::pcmu().payload_type;
//! let (mut sent_to_b, mut loudest) = (0, 0u8);
//! for packet in 0..50u16 {
//!     let (sequence, timestamp) = (packet, u32::from(packet) * 160);
//!     let header = RtpHeader { marker: packet == 0, payload_type, sequence, timestamp, ssrc: Ssrc(1) };
//!     let speech = [0x90; 160]; // 20 ms of µ-law
//!     a.ingress.push(&[&header.to_bytes()[..], &speech].concat(), engine.now())?;
//!     engine.run(2);
//!     egress.pull(100, |session, datagram| {
//!         let Ok(packet) = RtpPacket::parse(datagram) else { return };
//!         if session == b.id {
//!             assert_eq!(packet.payload.len(), 240);
//!             sent_to_b += 1;
//!             loudest = loudest.max(packet.payload[0] ^ 0x55); // A-law's code without its toggled bits
//!         }
//!     });
//! }
//! assert!(bridged.wait().is_ok());
//! assert!(sent_to_b >= 32 && loudest > 0);
//! assert_eq!(control.stats(a.id)?.lost, 0);
//! assert!(engine.stop().reclaimed);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![deny(unsafe_code)]
#![warn(missing_docs)]

pub mod buffer;
pub mod codec;
pub mod engine;
pub mod frame;
pub mod graph;
#[cfg(all(feature = "opus", feature = "sdp"))]
pub mod guide;
pub mod integration;
pub mod mixer;
pub mod processing;
pub mod quality;
pub mod rt;
pub mod rtp;
pub mod sample;
pub mod session;
pub mod sync;
pub mod types;

pub use buffer::JitterConfig;
pub use codec::CodecSpec;
pub use engine::{
    Control, Conversion, Created, Direction, EarlyMedia, EgressPort, EngineConfig, Event, EventKind, EventStream,
    ForkSide, IngressPort, LegEvent, MediaEngine, OfflineEngine, Pending, Reject, RoomFloor, RoomSpec, RoomStats,
    SourceHint, TapPoint,
};
pub use processing::audio::call_progress::Signal;
pub use processing::pipeline::{DigitPolicy, DigitsToFar, ProcessingSpec, VoiceStats};
pub use quality::{LegQuality, QualityRecord, SessionStats, Thresholds};
pub use rtp::event::{DigitSource, Digits};
pub use session::{
    Cue, ExternalPort, ExternalSpec, FileSource, MediaState, PcmWriter, SessionSpec, SessionUpdate, Source, TapReader,
    TapWriter,
};
pub use types::{
    Decibels, IoGroup, Micros, Millis, NodeId, PayloadType, RoomId, SampleRate, SessionId, Ssrc, TenantId, Tick,
    WorkerId,
};

/// The example of the README is compiled with the documentation's.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

#[cfg(all(test, debug_assertions))]
#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;
