//! What the host can hear.

use std::sync::Arc;

use crate::codec::CodecSpec;
use crate::engine::capture::Capsule;
use crate::engine::{Conversion, Degradation, Direction, LegEvent, OpId, Refusal, RoomStats, WorkerTelemetry};
use crate::graph::NodeEventKind;
use crate::mixer::talkers::Dbov;
use crate::quality::adaptation::Adjustment;
use crate::quality::{Alert, LegQuality, QualityRecord, SessionStats};
use crate::rt::RealtimeDenied;
use crate::types::{Millis, NodeId, RoomId, SessionId, WorkerId};

/// What happened.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum EventKind {
    /// An operation took effect before its tick ran.
    Applied {
        /// The operation.
        op: OpId,
    },
    /// An operation could not be carried out.
    Failed {
        /// The operation.
        op: OpId,
        /// Why.
        why: Refusal,
    },
    /// The session runs from this tick on.
    Created {
        /// Where.
        worker: WorkerId,
    },
    /// The session has gone; these are its final figures.
    Destroyed {
        /// Counted over the session's life.
        stats: Box<SessionStats>,
    },
    /// The session runs on another worker from this tick on.
    Migrated {
        /// Where.
        worker: WorkerId,
    },
    /// The session hears `peer` and is heard by it.
    Bridged {
        /// The other leg.
        peer: SessionId,
        /// Whether packets pass as they are in both directions.
        relay: bool,
        /// How the other leg's audio reaches this session.
        conversion: Conversion,
    },
    /// The session has another codec or packet time from now on: by an update, or since its party changed it.
    CodecChanged {
        /// Which way.
        direction: Direction,
        /// The codec.
        codec: CodecSpec,
        /// Audio in each packet; inbound what the party is known to send.
        ptime: Millis,
    },
    /// The session hears nobody any more.
    Unbridged,
    /// A room is open.
    RoomCreated {
        /// Which.
        room: RoomId,
    },
    /// A room has gone; its members have left.
    RoomDestroyed {
        /// Which.
        room: RoomId,
    },
    /// The session hears a room, and is heard in it a tick later.
    Joined {
        /// Which.
        room: RoomId,
    },
    /// The session has left a room.
    Left {
        /// Which.
        room: RoomId,
    },
    /// The session is heard in its room from this tick on, where only some are: it talks.
    TalkStart {
        /// Which.
        room: RoomId,
        /// How loud it began.
        level: Dbov,
    },
    /// It is heard no more: it has paused for 300 ms, or somebody louder has taken its place. Of one who leaves, `Left` is told alone.
    TalkStop {
        /// Which.
        room: RoomId,
        /// How loud it was of late.
        level: Dbov,
    },
    /// The session is the dominant speaker of a zone of its room.
    Dominant {
        /// Which.
        room: RoomId,
    },
    /// A step in the session's course: parked, early, answered, replaced, copied, about to end.
    Leg(LegEvent),
    /// The session was put on hold.
    Held,
    /// The session is no longer on hold.
    Resumed,
    /// A session's quality is beyond a limit ([`Control::thresholds`](crate::Control::thresholds)).
    QualityAlert {
        /// Which, and what was measured.
        alert: Alert,
    },
    /// It is within the limit again.
    QualityCleared {
        /// Which, and what was measured.
        alert: Alert,
    },
    /// A setting of the session was changed since its network did ([`Control::adapt`](crate::Control::adapt)).
    Adapted {
        /// What, and why.
        adjustment: Adjustment,
    },
    /// Figures and quality of the time since the last such event ([`Control::subscribe`](crate::Control::subscribe)).
    Stats {
        /// What was counted.
        stats: Box<SessionStats>,
        /// Of the last look.
        quality: Box<LegQuality>,
    },
    /// The session goes; the record of its quality, if that was watched. `Destroyed` follows.
    QualityFinal {
        /// Over the session's life.
        record: Box<QualityRecord>,
    },
    /// The party's source has said goodbye by RTCP.
    SourceLeft,
    /// The last session has gone from an engine that drains.
    Drained {
        /// How many were ended at the deadline.
        ended: usize,
    },
    /// A node reports something.
    Node {
        /// Which.
        node: NodeId,
        /// What.
        kind: NodeEventKind,
    },
    /// A node panicked. The session is silent until it is destroyed; others are untouched.
    Panicked,
    /// A worker was late by whole periods and left them out; sessions know how many.
    WorkerLate {
        /// Which.
        worker: WorkerId,
        /// Ticks left out.
        skipped: u32,
    },
    /// A worker has made no progress for 100 ms; nothing is placed on it until it does.
    WorkerStalled {
        /// Which.
        worker: WorkerId,
    },
    /// A stalled worker makes progress again.
    WorkerRecovered {
        /// Which.
        worker: WorkerId,
    },
    /// The packets of a session that were kept ([`Control::capture`](crate::Control::capture)) are given out.
    CapsuleReady(Arc<Capsule>),
    /// A worker is loaded too much and does without something from now on ([`Control::overload`](crate::Control::overload)).
    Degraded(Degradation),
    /// A worker has again what it did without.
    Restored(Degradation),
    /// Figures of a worker ([`Control::subscribe_workers`](crate::Control::subscribe_workers)).
    WorkerStats(Box<WorkerTelemetry>),
    /// Figures of a room since its opening ([`Control::subscribe_room`](crate::Control::subscribe_room)).
    RoomStats(RoomId, Box<RoomStats>),
    /// The engine starts so many workers; the first event of one that runs in real time.
    Started(usize),
    /// A worker's thread is set up: its priority under SCHED_FIFO, or `None`, that of the ordinary scheduler.
    RtPriority(WorkerId, Option<u8>),
    /// A worker runs without real-time priority and is therefore not pinned; calls may glitch under load.
    RealtimeDenied {
        /// Which.
        worker: WorkerId,
        /// Why.
        why: RealtimeDenied,
    },
    /// Events were dropped here, since the host did not read them in time.
    Lost {
        /// How many.
        count: u64,
    },
    /// The engine has stopped; the last event.
    Stopped,
}
