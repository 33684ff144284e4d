//! What the control side knows: sessions, workers, operations under way. Behind one lock that no worker sees.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use crate::engine::capture::Capturing;
use crate::engine::command::{Body, Command, Envelope, OpId, Refusal};
use crate::engine::drain::Drain;
use crate::engine::feeds::Feeds;
use crate::engine::leg::LegState;
use crate::engine::limits::Book;
use crate::engine::overload::Overload;
use crate::engine::quality::Watch;
use crate::engine::rebalance::Balance;
use crate::engine::request::Request;
use crate::engine::room::{RoomChange, Rooms};
use crate::engine::stream::EventSink;
use crate::engine::telemetry::WorkerFigures;
use crate::engine::{EngineConfig, EventKind, Pending, Reject};
use crate::graph::nodes::WantedReader;
use crate::graph::{PlanSet, Topology};
use crate::rt::{Doorbells, Handle, Owned, Producer, SeqReader};
use crate::session::{NODE_WORDS, Readers, STAT_WORDS, SessionSpec};
use crate::types::{RoomId, SessionId, Tick, WorkerId};

/// The control side of an engine.
pub(crate) struct State {
    pub config: EngineConfig,
    pub places: Vec<Place>,
    /// Places without a session, the one freed last first.
    pub free: Vec<u32>,
    pub workers: Vec<WorkerLink>,
    pub ops: HashMap<OpId, Op>,
    /// Operations that wait for a session on its way between workers, in order.
    pub deferred: VecDeque<(OpId, Vec<Request>)>,
    pub last_op: u64,
    /// The last play or tap.
    pub last_handle: u64,
    /// Bridged legs whose faders move, with the tick by which they rest.
    pub unsettled: Vec<(Tick, SessionId)>,
    /// Sessions that have nothing left to play or send, and go.
    pub played_out: Vec<SessionId>,
    /// Plans in use, so that sessions of the same shape share one.
    pub plans: PlanSet,
    pub rooms: Rooms,
    /// What counts against limits.
    pub book: Book,
    pub overload: Overload,
    pub balance: Balance,
    pub feeds: Feeds,
    /// Sessions whose packets are kept.
    pub captures: Vec<SessionId>,
    pub readers: Readers,
    /// Rung by the sessions' ingress ports.
    pub bells: Doorbells,
    pub sink: EventSink,
    /// Gone when the engine has stopped.
    pub reclaim: Option<Handle>,
    pub draining: bool,
    /// The end that is under way.
    pub drain: Option<Drain>,
    /// The last tick in which sessions' quality was looked at.
    pub looked: u64,
    pub stopped: bool,
}

/// One slot for a session.
#[derive(Default)]
pub(crate) struct Place {
    pub generation: u32,
    pub entry: Option<Box<Entry>>,
}

/// The way to a worker.
pub(crate) struct WorkerLink {
    pub commands: Producer<Envelope>,
    pub figures: Arc<WorkerFigures>,
    /// Declared cost of its sessions, nanoseconds a tick.
    pub cost: u64,
    pub stalled: bool,
    /// The share of its period that it counts as busy, in virtual time.
    pub told_load: Option<f32>,
}

impl WorkerLink {
    /// Share of its period that the worker is busy.
    pub fn load(&self) -> f32 {
        self.told_load.unwrap_or_else(|| self.figures.load())
    }
}

/// One session as the control side knows it.
pub(crate) struct Entry {
    pub spec: SessionSpec,
    pub worker: WorkerId,
    /// On its way to another worker.
    pub moving: bool,
    /// Asked to go: accepts nothing any more.
    pub leaving: bool,
    pub quarantined: bool,
    pub topology: Topology,
    pub leg: LegState,
    pub cost: u32,
    pub stats: SeqReader<STAT_WORDS>,
    pub nodes: SeqReader<NODE_WORDS>,
    pub wanted: Option<WantedReader>,
    /// What is known of its quality, if it is watched.
    pub watch: Option<Box<Watch>>,
    /// Its last packets, if they are kept.
    pub capture: Option<Box<Capturing>>,
}

/// An operation under way.
pub(crate) struct Op {
    pub pending: Pending,
    /// Workers that have not answered.
    pub awaited: u32,
    pub tick: Tick,
    pub failed: Option<Refusal>,
    pub effects: Vec<Effect>,
    /// Times that a session was moved for its sake.
    pub moves: u32,
}

/// What follows when an operation has been applied.
pub(crate) enum Effect {
    /// An event of a session.
    Tell(SessionId, EventKind),
    /// An event of a room.
    TellRoom(EventKind),
    /// The room has gone from every worker.
    RoomGone(RoomId),
    /// A change of a room was accepted.
    Changed(RoomId, RoomChange),
    /// The session has gone from its worker; its place is free.
    Gone(SessionId),
    /// The session has arrived at another worker.
    Moved(SessionId, WorkerId),
}

impl State {
    /// A new operation that waits for `awaited` workers.
    pub fn open(&mut self, awaited: u32, effects: Vec<Effect>) -> Pending {
        self.last_op += 1;
        let pending = Pending::new(OpId(self.last_op));
        self.open_as(pending.clone(), awaited, effects);
        pending
    }

    /// An operation that was promised earlier.
    pub fn open_as(&mut self, pending: Pending, awaited: u32, effects: Vec<Effect>) {
        self.ops.insert(pending.op(), Op { pending, awaited, tick: Tick(0), failed: None, effects, moves: 0 });
    }

    /// A session that accepts operations.
    pub fn entry(&self, id: SessionId) -> Result<&Entry, Reject> {
        self.known(id).filter(|e| !e.leaving).ok_or(Reject::NoSuchSession(id))
    }

    /// A session that there is, also one on its way out.
    pub fn known(&self, id: SessionId) -> Option<&Entry> {
        let place = self.places.get(id.index as usize).filter(|p| p.generation == id.generation);
        place.and_then(|p| p.entry.as_deref())
    }

    pub fn entry_mut(&mut self, id: SessionId) -> Option<&mut Entry> {
        let place = self.places.get_mut(id.index as usize).filter(|p| p.generation == id.generation)?;
        place.entry.as_deref_mut()
    }

    /// Whether every worker among `workers` has room for so many more envelopes.
    pub fn has_room(&self, workers: impl Iterator<Item = WorkerId>, envelopes: usize) -> Result<(), Reject> {
        for worker in workers {
            let link = self.workers.get(usize::from(worker.0)).ok_or(Reject::NoSuchWorker(worker))?;
            if link.commands.slots() < envelopes {
                return Err(Reject::Busy(worker));
            }
        }
        Ok(())
    }

    /// Sends one operation's commands to one worker; room was made sure of.
    pub fn send(&mut self, op: OpId, worker: WorkerId, at: Tick, mut commands: Vec<Command>) {
        let Some(reclaim) = &self.reclaim else { return };
        let body = match commands.len() {
            1 => Body::One(commands.remove(0)),
            _ => Body::Many(Owned::new(reclaim, commands.into_iter().map(Some).collect())),
        };
        let link = &mut self.workers[usize::from(worker.0)];
        let sent = link.commands.push(Envelope { op, at, body });
        debug_assert!(sent.is_ok(), "room was made sure of under the same lock");
    }

    /// The latest tick that any worker is in.
    pub fn tick(&self) -> Tick {
        self.workers.iter().map(|w| w.figures.tick()).max().unwrap_or_default()
    }
}
