//! The handle that a softswitch holds: asks for everything, from any thread, and never waits for a worker.
#![expect(clippy::disallowed_types, reason = "control side: no worker ever sees this lock")]

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::engine::command::Command;
use crate::engine::leg::{FaderState, LegState};
use crate::engine::port::IngressPort;
use crate::engine::request::Request;
use crate::engine::state::{Effect, Entry, State};
use crate::engine::{EventKind, Pending, Reject};
use crate::session::{self, Built, SessionSpec};
use crate::types::{Micros, SessionId, Tick, WorkerId};

/// What all handles of an engine share.
pub(crate) struct Core {
    state: Mutex<State>,
    time: Box<dyn Fn() -> Micros + std::marker::Send + Sync>,
}

impl Core {
    pub fn new(state: State, time: Box<dyn Fn() -> Micros + std::marker::Send + Sync>) -> Self {
        Self { state: Mutex::new(state), time }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Drives an engine. Cheap to clone; every operation returns at once.
///
/// An operation is either rejected, and nothing has changed, or accepted: then its [`Pending`]
/// and the event stream tell exactly once that it was applied, and at which tick, or that it failed.
#[derive(Clone)]
pub struct Control {
    core: Arc<Core>,
}

/// A new session: who it is, where its datagrams go in, and when it runs.
#[derive(Debug)]
#[non_exhaustive]
pub struct Created {
    /// The session's handle.
    pub id: SessionId,
    /// For the I/O thread that receives its datagrams.
    pub ingress: IngressPort,
    /// Answered when the session runs.
    pub op: Pending,
}

impl Control {
    pub(crate) fn new(core: Arc<Core>) -> Self {
        Self { core }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.core.state()
    }

    /// Now, on the engine's time line: what datagrams are stamped with on arrival.
    pub fn now(&self) -> Micros {
        (self.core.time)()
    }

    /// Builds a session on the calling thread and places it on the least loaded worker.
    pub fn create(&self, spec: SessionSpec) -> Result<Created, Reject> {
        let (id, worker, seed, reclaim) = {
            let mut state = self.state();
            let worker = state.place(&spec)?;
            let index = state.take_place()?;
            let id = SessionId { index, generation: state.places[index as usize].generation };
            (id, worker, state.config.seed, state.reclaim.clone().ok_or(Reject::Stopped)?)
        };
        // Built without the lock: other callers go on meanwhile.
        let built = session::build(&spec, id, seed, &reclaim);
        let mut state = self.state();
        match built.map_err(Reject::from).and_then(|built| state.admit(id, spec, worker, built)) {
            Ok(created) => Ok(created),
            Err(why) => {
                state.vacate(id);
                Err(why)
            }
        }
    }

    /// Starts a list of operations that take effect together, at one tick.
    pub fn txn(&self) -> Txn {
        Txn { control: self.clone(), requests: Vec::new() }
    }

    pub(crate) fn submit(&self, request: Request) -> Result<Pending, Reject> {
        self.state().submit(vec![request])
    }
}

/// Operations that take effect at the same tick, or are all rejected.
///
/// The methods are those of [`Control`], by value; `commit` sends them.
#[must_use = "nothing happens until commit"]
pub struct Txn {
    pub(crate) control: Control,
    pub(crate) requests: Vec<Request>,
}

impl Txn {
    pub(crate) fn with(mut self, request: Request) -> Self {
        self.requests.push(request);
        self
    }

    /// Sends the operations, if all of them are accepted.
    pub fn commit(self) -> Result<Pending, Reject> {
        self.control.state().submit(self.requests)
    }
}

impl State {
    /// The worker for a new session: the one asked for, or the least loaded.
    fn place(&self, spec: &SessionSpec) -> Result<WorkerId, Reject> {
        if self.stopped {
            return Err(Reject::Stopped);
        }
        if self.draining {
            return Err(Reject::Draining);
        }
        if usize::from(spec.io.0) >= self.config.io_groups {
            return Err(Reject::NoSuchIoGroup(spec.io.0));
        }
        let fit = |w: &WorkerId| {
            let link = &self.workers[usize::from(w.0)];
            !link.stalled && link.figures.load() < self.config.load_limit
        };
        match spec.worker {
            Some(worker) if usize::from(worker.0) >= self.workers.len() => Err(Reject::NoSuchWorker(worker)),
            Some(worker) if fit(&worker) => Ok(worker),
            Some(_) => Err(Reject::Overloaded),
            None => {
                let workers = (0..self.workers.len()).map(|w| WorkerId(w as u16)).filter(fit);
                workers.min_by_key(|w| self.workers[usize::from(w.0)].cost).ok_or(Reject::Overloaded)
            }
        }
    }

    fn take_place(&mut self) -> Result<u32, Reject> {
        if let Some(index) = self.free.pop() {
            return Ok(index);
        }
        if self.places.len() >= self.config.max_sessions {
            return Err(Reject::TooManySessions(self.places.len()));
        }
        self.places.push(Default::default());
        Ok(self.places.len() as u32 - 1)
    }

    fn admit(&mut self, id: SessionId, spec: SessionSpec, worker: WorkerId, built: Built) -> Result<Created, Reject> {
        if self.stopped {
            return Err(Reject::Stopped);
        }
        self.has_room([worker].into_iter())?;
        let Built { mut session, mut topology, legs, ingress, stats, nodes, wanted, cost } = built;
        self.plans.share(&mut session.graph, &mut topology);
        let leg = LegState {
            legs,
            peer: None,
            heard_rate: spec.sends().rate,
            lines: spec.receives(),
            receives: (spec.codec, spec.ptime),
            told: spec.codec,
            faders: [FaderState::default(); 2],
            held: false,
            music: None,
            plays: Vec::new(),
            taps: Vec::new(),
            relaying: None,
            passing: None,
        };
        let entry = Entry {
            spec,
            worker,
            moving: false,
            leaving: false,
            quarantined: false,
            topology,
            leg,
            cost,
            stats,
            nodes,
            wanted,
        };
        self.places[id.index as usize].entry = Some(Box::new(entry));
        self.workers[usize::from(worker.0)].cost += u64::from(cost);
        let op = self.open(1, vec![Effect::Tell(id, EventKind::Created { worker })]);
        self.send(op.op(), worker, Tick(0), vec![Command::Adopt(session)]);
        Ok(Created { id, ingress: IngressPort::new(id, ingress), op })
    }
}
