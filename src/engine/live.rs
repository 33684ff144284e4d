//! The engine in real time: workers on threads of their own, and the supervisor behind them.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use thiserror::Error;

use crate::engine::command::Refusal;
use crate::engine::port::EgressPort;
use crate::engine::supervisor::Supervisor;
use crate::engine::wiring::wire;
use crate::engine::worker::Worker;
use crate::engine::{ConfigError, Control, EngineConfig, EventKind, EventStream, spawn};
use crate::rt::Clock;
use crate::session::Readers;
use crate::types::{IoGroup, Micros, Tick};

/// Why an engine did not start. No thread of it runs.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StartError {
    /// The configuration cannot run.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The system gave no thread.
    #[error("cannot start a thread: {0}")]
    Thread(#[from] io::Error),
}

/// How an engine ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StopReport {
    /// Every value that ever entered a worker has been freed.
    pub reclaimed: bool,
    /// Sessions that were still alive.
    pub sessions: usize,
    /// Operations that were still under way; each was answered with `Refusal::Stopped`.
    pub unanswered: usize,
}

/// A running engine. Dropping it stops it.
pub struct MediaEngine {
    control: Control,
    events: Option<EventStream>,
    egress: Vec<Option<EgressPort>>,
    stop: Arc<AtomicBool>,
    workers: Vec<JoinHandle<Worker>>,
    supervisor: Option<JoinHandle<Supervisor>>,
    readers: Readers,
    reader: Option<JoinHandle<()>>,
}

/// How often the supervisor looks at what the workers report.
const TURN: Duration = Duration::from_millis(1);

impl MediaEngine {
    /// Starts the workers and their supervisor.
    pub fn start(config: EngineConfig) -> Result<Self, StartError> {
        let clock = Clock::start();
        let time = Box::new(move || Micros(clock.now() / 1_000));
        let parts = wire(config.clone(), clock, time)?;
        let (stop, control) = (Arc::new(AtomicBool::new(false)), Control::new(parts.core.clone()));
        let mut engine = Self {
            control,
            events: Some(parts.events),
            egress: parts.egress,
            stop: stop.clone(),
            workers: Vec::new(),
            supervisor: None,
            readers: parts.readers.clone(),
            reader: None,
        };
        let workers = parts.workers.len();
        parts.core.state().sink.send(Tick(0), None, EventKind::Started(workers));
        for worker in parts.workers {
            // On an error the engine is dropped, which stops the threads that run already.
            engine.workers.push(spawn::spawn(worker, &config, clock, stop.clone(), parts.core.clone())?);
        }
        let (mut supervisor, ended) = (parts.supervisor, stop);
        engine.supervisor = Some(thread::Builder::new().name("media-super".into()).spawn(move || {
            // The workers end first, so that their last reports are heard.
            while !ended.load(Ordering::Acquire) {
                supervisor.turn();
                supervisor.watch(clock.now());
                thread::park_timeout(TURN);
            }
            supervisor
        })?);
        let readers = parts.readers;
        engine.reader = Some(thread::Builder::new().name("media-read".into()).spawn(move || readers.run())?);
        Ok(engine)
    }

    /// A handle that drives the engine.
    pub fn control(&self) -> Control {
        self.control.clone()
    }

    /// The event stream; once.
    pub fn events(&mut self) -> Option<EventStream> {
        self.events.take()
    }

    /// The outgoing datagrams of an I/O group; once for each group.
    pub fn egress(&mut self, group: IoGroup) -> Option<EgressPort> {
        self.egress.get_mut(usize::from(group.0))?.take()
    }

    /// Takes no new sessions, and waits up to `limit` for the last one to end. `false`: some still live.
    pub fn drain(&self, limit: Duration) -> bool {
        self.control.state().draining = true;
        let mut left = limit;
        while self.control.state().sessions() > 0 {
            if left.is_zero() {
                return false;
            }
            let step = left.min(Duration::from_millis(10));
            thread::park_timeout(step);
            left -= step;
        }
        true
    }

    /// Ends everything: workers finish their phase, operations under way are answered, all memory is freed.
    pub fn stop(mut self) -> StopReport {
        self.halt().unwrap_or(StopReport { reclaimed: false, sessions: 0, unanswered: 0 })
    }

    fn halt(&mut self) -> Option<StopReport> {
        // Release: pairs with the Acquire in the workers and the supervisor.
        self.stop.store(true, Ordering::Release);
        let workers: Vec<Worker> = self.workers.drain(..).filter_map(|thread| thread.join().ok()).collect();
        self.readers.close();
        if let Some(reader) = self.reader.take() {
            // A panic of it has silenced what it read, and nothing else.
            let _ = reader.join();
        }
        let thread = self.supervisor.take()?;
        thread.thread().unpark();
        let supervisor = thread.join().ok()?;
        Some(wind_up(workers, supervisor, &self.control))
    }
}

impl Drop for MediaEngine {
    fn drop(&mut self) {
        self.halt();
    }
}

/// The end of an engine whose workers no longer run: the last reports are heard, what was not
/// carried out is answered, and everything is freed.
pub(crate) fn wind_up(workers: Vec<Worker>, mut supervisor: Supervisor, control: &Control) -> StopReport {
    supervisor.turn();
    let (sessions, unanswered) = {
        let mut state = control.state();
        state.stopped = true;
        state.deferred.clear();
        let open: Vec<_> = state.ops.keys().copied().collect();
        for op in &open {
            state.fail(*op, Refusal::Stopped);
        }
        state.sink.send(Tick(0), None, EventKind::Stopped);
        (state.sessions(), open.len())
    };
    // What the rings and tables hold goes to the reaper's list here. A ring lives as long as
    // either of its ends, so it has to be emptied.
    for mut worker in workers {
        while worker.ends.commands.pop().is_some() {}
        for ring in &mut worker.ends.peers_in {
            while ring.pop().is_some() {}
        }
    }
    control.state().reclaim = None;
    StopReport { reclaimed: supervisor.finish(), sessions, unanswered }
}
