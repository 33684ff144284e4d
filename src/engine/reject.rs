//! Why an operation was not accepted: nothing was changed anywhere.

use thiserror::Error;

use crate::codec::EncoderParam;
use crate::engine::limits::{Limit, LimitScope, LimitsError};
use crate::engine::overload::PolicyError;
use crate::graph::{AddError, ConnectError, EditError, NotConnected, ParamError, SpliceError, UnknownNode};
use crate::mixer::RoomError;
use crate::processing::audio::ns::NsUnavailable;
use crate::rtp::event::DigitsError;
use crate::session::{BuildError, MediaState, SessionOp, SourceError, SpecError};
use crate::types::{NodeId, RoomId, SessionId, WorkerId};

/// An operation that was not accepted. Nothing was changed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Reject {
    /// No session has this id, or it was destroyed.
    #[error("{0} does not exist")]
    NoSuchSession(SessionId),
    /// A node of the session panicked; it can only be destroyed.
    #[error("{0} is in quarantine after a panic")]
    Quarantined(SessionId),
    /// The operation is not legal in the state that the session is in: see the table in [`MediaState::after`].
    #[error("{session} is {state}: it cannot {operation}")]
    Illegal {
        /// Which session.
        session: SessionId,
        /// What it is.
        state: MediaState,
        /// What was asked of it.
        operation: SessionOp,
    },
    /// The sessions are not bridged to each other.
    #[error("{0} is not bridged")]
    NotBridged(SessionId),
    /// No room has this id, or it was destroyed.
    #[error("{0} does not exist")]
    NoSuchRoom(RoomId),
    /// The session is not in the room.
    #[error("{0} is not in the room")]
    NotInRoom(SessionId),
    /// The room takes no more members.
    #[error("{0} is full")]
    RoomFull(RoomId),
    /// The room has no such zone.
    #[error("{0} has no zone {1}")]
    NoSuchZone(RoomId, u8),
    /// A place between left and right that is no number.
    #[error("a place of {0}; allowed are -1 to 1")]
    Place(f32),
    /// The room has no room for more pairs that hear each other not as their zone does.
    #[error("{0} takes no more exceptions")]
    TooManyExceptions(RoomId),
    /// The session hears somebody, or is heard by somebody, not as its zone does: it stays on its worker meanwhile.
    #[error("{0} is part of an exception")]
    Excepted(SessionId),
    /// Everybody is heard in the room: it was made without a choice of talkers.
    #[error("{0} does not choose talkers")]
    NoTalkers(RoomId),
    /// As many rooms exist as the configuration allows.
    #[error("{0} rooms exist, that is the limit")]
    TooManyRooms(usize),
    /// The room cannot be.
    #[error(transparent)]
    Room(#[from] RoomError),
    /// The session passes packets on without knowing what is in them; it has no audio.
    #[error("{0} has no audio")]
    Opaque(SessionId),
    /// The session is a program's, or a player's: it has no codec and sends no packets.
    #[error("{0} has no codec")]
    External(SessionId),
    /// The session is not a program's.
    #[error("{0} is no program's")]
    NotExternal(SessionId),
    /// A session of audio and one that only passes packets on have nothing to say to each other.
    #[error("{0} and {1} are not of one kind")]
    Unlike(SessionId, SessionId),
    /// A session cannot be bridged to itself.
    #[error("{0} cannot hear itself")]
    SameSession(SessionId),
    /// The session is copied as often as it can be.
    #[error("{0} takes no more forks")]
    TooManyForks(SessionId),
    /// Nothing of this name plays, or taps, in the session.
    #[error("{0} has nothing of that name")]
    NoSuchHandle(SessionId),
    /// No worker has this number.
    #[error("worker {} does not exist", .0.0)]
    NoSuchWorker(WorkerId),
    /// No I/O group has this number.
    #[error("I/O group {0} does not exist")]
    NoSuchIoGroup(u16),
    /// Signalling agreed on no telephone events for the session.
    #[error("{0} has no payload type for telephone events")]
    NoTelephoneEvents(SessionId),
    /// Nothing of the kind is done with the session's voice.
    #[error("{0} has no such processing")]
    NotProcessed(SessionId),
    /// This build does not have what is asked for.
    #[error(transparent)]
    Unavailable(#[from] NsUnavailable),
    /// The digits cannot be sent.
    #[error(transparent)]
    Digits(#[from] DigitsError),
    /// A gain that is no number, or above +24 dB.
    #[error("gain of {0} dB; allowed are -96 to 24")]
    Gain(f32),
    /// The session's codec has no such setting, or not with this value.
    #[error("the encoder cannot set {0:?} to {1}")]
    Encoder(EncoderParam, i32),
    /// The node belongs to the engine; its parameters are set by operations of their own.
    #[error("node {0:?} is set by the engine")]
    Reserved(NodeId),
    /// The parameter cannot be set so.
    #[error(transparent)]
    Param(#[from] ParamError),
    /// The session cannot become what the update asks for.
    #[error(transparent)]
    Update(SpecError),
    /// A user's node stands where the audio would get another rate; take it out first.
    #[error("node {0:?} was made for the rate that there is")]
    FixedRate(NodeId),
    /// The session cannot be built.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The source cannot be played.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The edit does not fit the graph.
    #[error(transparent)]
    Topology(#[from] TopologyError),
    /// The edited graph does not compile.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// No packets of the session are kept.
    #[error("{0} is not captured")]
    NotCaptured(SessionId),
    /// As many sessions exist as the configuration allows.
    #[error("{0} sessions exist, that is the limit")]
    TooManySessions(usize),
    /// One more would be beyond what the host has set ([`Control::limits`](crate::Control::limits)).
    #[error("{0} is at its limit of {1}")]
    Limit(LimitScope, Limit),
    /// The limits cannot be.
    #[error(transparent)]
    Limits(#[from] LimitsError),
    /// The overload policy cannot be followed.
    #[error(transparent)]
    Overload(#[from] PolicyError),
    /// Every worker is busier than the configuration allows, or stalled.
    #[error("every worker is loaded beyond the limit")]
    Overloaded,
    /// The worker's command ring is full; try again.
    #[error("worker {} has too many commands waiting", .0.0)]
    Busy(WorkerId),
    /// The engine drains: it takes no new sessions.
    #[error("the engine is draining")]
    Draining,
    /// The engine has stopped.
    #[error("the engine has stopped")]
    Stopped,
}

/// An edit that does not fit the graph as it is. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TopologyError {
    /// The node cannot be added.
    #[error(transparent)]
    Add(#[from] AddError),
    /// No such node.
    #[error(transparent)]
    UnknownNode(#[from] UnknownNode),
    /// The two ports cannot be connected.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The port is not connected.
    #[error(transparent)]
    NotConnected(#[from] NotConnected),
    /// The node cannot be put in, or taken out.
    #[error(transparent)]
    Splice(#[from] SpliceError),
}
