//! What crosses to a worker, to its peers, and back: small values that own their heap through the reaper.

use crate::codec::{ByteTable, EncoderParam};
use crate::engine::pace::Pace;
pub use crate::engine::refusal::Refusal;
use crate::engine::room::{Part, Shape, Stock};
use crate::graph::{Edit, NodeEvent, ParamId};
use crate::mixer::talkers::{Rules, TalkEvent};
use crate::rt::{Mirror, Owned, PacketTap};
use crate::session::{Seat, Session};
use crate::types::{Millis, NodeId, RoomId, SessionId, Ssrc, Tick, WorkerId};

/// One accepted operation of the control handle, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OpId(pub(crate) u64);

/// What a worker is asked to do. At most 64 bytes.
pub(crate) enum Command {
    /// Take a new session.
    Adopt(Owned<Session>),
    /// Let go of a session; it is freed by the reaper.
    Remove(SessionId),
    /// Put a new plan in place.
    Edit(SessionId, Owned<Edit>),
    /// Change a node's parameter.
    Set {
        session: SessionId,
        node: NodeId,
        param: ParamId,
        value: f32,
        ramp: Millis,
    },
    /// Let a sender make its payloads of the far leg's packets by this table.
    Convert {
        session: SessionId,
        node: NodeId,
        table: Option<&'static ByteTable>,
    },
    /// Change a setting of a sender's encoder.
    SetEncoder {
        session: SessionId,
        node: NodeId,
        param: EncoderParam,
        value: i32,
    },
    /// Set the effort of a sender's encoder, below what its session should have or back to that.
    Effort {
        session: SessionId,
        node: NodeId,
        value: i32,
        cut: bool,
    },
    /// Copy a session's packets from now on, or no more.
    TapPackets {
        session: SessionId,
        tap: Option<Owned<PacketTap>>,
    },
    /// Publish less, or as much as before.
    Pace(Pace),
    /// So many are heard in a room at most, or as many as it was made for.
    Talkers {
        room: RoomId,
        most: Option<u8>,
    },
    /// Let two sessions hear each other.
    Bridge {
        a: SessionId,
        b: SessionId,
    },
    /// Part them.
    Unbridge {
        a: SessionId,
    },
    /// Take a part of a room, or let go of it.
    OpenRoom(Owned<Part>),
    CloseRoom(RoomId),
    /// Take encoders that members of a room may share.
    Stock {
        room: RoomId,
        stock: Owned<Stock>,
    },
    /// A worker takes part in a room.
    Span {
        room: RoomId,
        worker: WorkerId,
    },
    /// Sit down in a room; again in the same one, with another rate.
    Sit {
        session: SessionId,
        seat: Owned<Seat>,
    },
    /// Change who hears whom in a room.
    Shape {
        room: RoomId,
        shape: Owned<Shape>,
    },
    /// Set the rules of a room's floor.
    Floor {
        room: RoomId,
        rules: Owned<Rules>,
    },
    /// Copy a session's datagrams, as well as to whom they are copied already.
    Mirror {
        session: SessionId,
        mirror: Owned<Mirror>,
    },
    /// Copy them there no more; the end of the copy goes into `away`.
    Unmirror {
        session: SessionId,
        tag: u64,
        away: Owned<Mirror>,
    },
    /// Another source is about to take over a session's stream.
    Expect {
        session: SessionId,
        node: NodeId,
        ssrc: Option<Ssrc>,
    },
    /// Tell when a session has nothing left to play or send, at last in this tick.
    End {
        session: SessionId,
        by: Tick,
    },
    /// Get up, after a tick of fading out.
    Rise(SessionId),
    /// Hand a session, with its bridged peer, to another worker.
    Evict {
        session: SessionId,
        to: WorkerId,
    },
}

/// The commands of one operation for one worker: all applied at one tick boundary, answered once.
pub(crate) struct Envelope {
    pub op: OpId,
    /// Not before this tick.
    pub at: Tick,
    pub body: Body,
}

/// One command, or a list that the worker empties in place.
pub(crate) enum Body {
    One(Command),
    Many(Owned<Vec<Option<Command>>>),
}

// A command is copied through the ring; more than a cache line of it would be two misses.
const _: () = assert!(size_of::<Envelope>() <= 64);

/// What a worker tells its supervisor.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Report {
    /// The operation's part on this worker took effect before `tick` ran.
    Applied { op: OpId, tick: Tick },
    /// What the operation moved has arrived, before `tick` ran.
    Adopted { op: OpId, tick: Tick, sessions: [Option<SessionId>; 2] },
    /// It did not, or not wholly.
    Failed { op: OpId, tick: Tick, why: Refusal },
    /// A node reports something.
    Node { session: SessionId, tick: Tick, event: NodeEvent },
    /// Who is heard in a room is not who was before.
    Talk { room: RoomId, tick: Tick, event: TalkEvent },
    /// A session that ends has nothing left to play or send.
    PlayedOut { session: SessionId, tick: Tick },
    /// A node panicked; the session is silent from this tick on.
    Panicked { session: SessionId, tick: Tick },
    /// The worker was so late that it left out whole ticks.
    Xrun { tick: Tick, skipped: u32 },
}

impl Report {
    /// Where it stands among the reports of all workers: by tick, and what arrived after what was done elsewhere before.
    pub fn order(&self) -> (Tick, bool) {
        match *self {
            Report::Adopted { tick, .. } => (tick, true),
            Report::Applied { tick, .. } | Report::Failed { tick, .. } => (tick, false),
            Report::Node { tick, .. } | Report::Talk { tick, .. } => (tick, false),
            Report::PlayedOut { tick, .. } | Report::Panicked { tick, .. } | Report::Xrun { tick, .. } => (tick, false),
        }
    }
}

/// A session, with its bridged peer, on its way from one worker to another.
pub(crate) struct Handover {
    pub op: OpId,
    pub sessions: [Option<Owned<Session>>; 2],
}
