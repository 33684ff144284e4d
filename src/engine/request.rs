//! What may be asked of sessions, as values, so that several can take effect at one tick.

use std::fmt;

use crate::codec::EncoderParam;
use crate::engine::course::Course;
use crate::engine::ops_process::VoiceChange;
use crate::engine::ops_tap::{TapId, TapPoint};
use crate::engine::reject::TopologyError;
use crate::engine::room::{RoomChange, RoomFloor};
use crate::graph::nodes::TapFrame;
use crate::graph::{ParamId, Topology};
use crate::rt::Producer;
use crate::rtp::event::Digits;
use crate::session::{Cue, Legs, SessionUpdate, Source};
use crate::types::{Decibels, Millis, NodeId, RoomId, SampleRate, SessionId, WorkerId};

/// Which way audio flows, seen from the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the session's party to the far one.
    Inbound,
    /// From the far party to the session's.
    Outbound,
}

/// Something that plays into a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PlayId(pub(crate) u64);

/// A change of something that plays.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum PlayControl {
    /// Fades out within 10 ms, and stays where it is.
    Pause,
    /// Goes on from there.
    Resume,
    /// Goes on from this place; also after its end. A tone has no places.
    Seek(Millis),
    /// Drops what waits of a live source, within a tick and without a click; other sources have no such thing.
    Flush,
    /// −96 dB (silence) to +24 dB, reached after the second value.
    Gain(Decibels, Millis),
}

/// A user's change of a graph.
pub(crate) type EditFn = Box<dyn FnOnce(&mut Topology, Legs) -> Result<(), TopologyError> + Send>;

/// One operation on existing sessions.
pub(crate) enum Request {
    Destroy(SessionId),
    Bridge(SessionId, SessionId),
    Unbridge(SessionId),
    Gain {
        session: SessionId,
        direction: Direction,
        gain: Decibels,
        ramp: Millis,
    },
    Mute {
        session: SessionId,
        direction: Direction,
        muted: bool,
    },
    Hold {
        session: SessionId,
        music: Option<Source>,
    },
    Resume(SessionId),
    Play {
        session: SessionId,
        id: PlayId,
        source: Source,
        how: Box<Cue>,
    },
    ControlPlay {
        session: SessionId,
        id: PlayId,
        control: PlayControl,
    },
    StopPlay {
        session: SessionId,
        id: PlayId,
    },
    SendDigits {
        session: SessionId,
        digits: Digits,
    },
    OpenTap {
        session: SessionId,
        id: TapId,
        point: TapPoint,
        /// The reader's rate, and what is to reach it.
        reader: (SampleRate, Producer<TapFrame>),
    },
    CloseTap {
        session: SessionId,
        id: TapId,
    },
    Set {
        session: SessionId,
        node: NodeId,
        param: ParamId,
        value: f32,
        ramp: Millis,
    },
    SetEncoder {
        session: SessionId,
        param: EncoderParam,
        value: i32,
    },
    Edit {
        session: SessionId,
        edit: EditFn,
    },
    Update {
        session: SessionId,
        update: Box<SessionUpdate>,
    },
    Voice(SessionId, VoiceChange),
    Migrate {
        session: SessionId,
        to: WorkerId,
    },
    Transmit {
        session: SessionId,
        on: bool,
    },
    Flush(SessionId),
    DestroyRoom(RoomId),
    Join {
        session: SessionId,
        room: RoomId,
        gain: Decibels,
    },
    Leave(SessionId),
    Shape {
        room: RoomId,
        changes: Vec<RoomChange>,
        ramp: Millis,
    },
    Floor(RoomId, RoomFloor),
    /// A step in the session's course.
    Course(SessionId, Course),
    /// Looks anew at what the session relays: its peer is not what it was.
    Settle(SessionId),
}

impl Request {
    /// The sessions that it names.
    pub fn sessions(&self) -> Vec<SessionId> {
        match self {
            Request::Bridge(a, b) => vec![*a, *b],
            Request::Course(session, course) => std::iter::once(*session).chain(course.other()).collect(),
            Request::Destroy(session)
            | Request::Unbridge(session)
            | Request::Settle(session)
            | Request::Resume(session)
            | Request::Gain { session, .. }
            | Request::Mute { session, .. }
            | Request::Hold { session, .. }
            | Request::Play { session, .. }
            | Request::StopPlay { session, .. }
            | Request::ControlPlay { session, .. }
            | Request::SendDigits { session, .. }
            | Request::OpenTap { session, .. }
            | Request::CloseTap { session, .. }
            | Request::Set { session, .. }
            | Request::SetEncoder { session, .. }
            | Request::Edit { session, .. }
            | Request::Update { session, .. }
            | Request::Voice(session, _)
            | Request::Join { session, .. }
            | Request::Transmit { session, .. }
            | Request::Flush(session)
            | Request::Leave(session)
            | Request::Migrate { session, .. } => vec![*session],
            Request::DestroyRoom(_) | Request::Floor(..) => Vec::new(),
            Request::Shape { changes, .. } => {
                let mut named = Vec::new();
                for change in changes {
                    change.rename(|id| {
                        named.push(id);
                        Some(id)
                    });
                }
                named
            }
        }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request on {:?}", self.sessions())
    }
}
