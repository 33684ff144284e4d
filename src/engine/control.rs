//! The handle that a softswitch holds: asks for everything, from any thread, and never waits for a worker.
#![expect(clippy::disallowed_types, reason = "control side: no worker ever sees this lock")]

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::engine::port::IngressPort;
use crate::engine::request::{PlayId, Request};
use crate::engine::state::State;
use crate::engine::{Pending, Reject};
use crate::session::{self, ExternalPort, SessionSpec};
use crate::types::{Micros, SessionId};

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
    /// For the program whose leg it is: of [`SessionSpec::external`] only.
    pub external: Option<ExternalPort>,
    /// What it plays: of [`SessionSpec::player`] only.
    pub play: Option<PlayId>,
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
        let (id, worker, seed, reclaim, readers) = {
            let mut state = self.state();
            let worker = state.place(&spec)?;
            let index = state.take_place()?;
            let id = SessionId { index, generation: state.places[index as usize].generation };
            let reclaim = state.reclaim.clone().ok_or(Reject::Stopped)?;
            (id, worker, state.config.seed, reclaim, state.readers.clone())
        };
        // Built without the lock: other callers go on meanwhile.
        let built = session::build(&spec, id, seed, &reclaim, &readers);
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
        Txn { control: self.clone(), requests: Vec::new(), made: Vec::new() }
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
    /// Sessions made for it, which go if it comes to nothing.
    pub(crate) made: Vec<SessionId>,
}

impl Txn {
    pub(crate) fn with(mut self, request: Request) -> Self {
        self.requests.push(request);
        self
    }

    /// Sends the operations, if all of them are accepted.
    pub fn commit(mut self) -> Result<Pending, Reject> {
        let requests = std::mem::take(&mut self.requests);
        let op = self.control.state().submit(requests)?;
        self.made.clear();
        Ok(op)
    }
}
