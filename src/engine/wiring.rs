//! Makes an engine's parts and every ring between them, before any thread exists.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::engine::bells::Bells;
use crate::engine::command::{Envelope, Handover, Report};
use crate::engine::control::Core;
use crate::engine::limits::Book;
use crate::engine::overload::Overload;
use crate::engine::port::EgressPort;
use crate::engine::state::{State, WorkerLink};
use crate::engine::stream::{EventStream, event_stream};
use crate::engine::supervisor::Supervisor;
use crate::engine::telemetry::WorkerFigures;
use crate::engine::worker::{Ends, Worker};
use crate::engine::{ConfigError, EngineConfig};
use crate::rt::{self, ByteConsumer, Clock, Consumer, Doorbells, Egress, Producer, Reaper, byte_ring, histogram, ring};
use crate::session::Readers;
use crate::types::{Micros, WorkerId};

/// Hand-overs that may be on their way from one worker to another.
const HANDOVERS: usize = 256;

/// An engine in parts.
pub(crate) struct Parts {
    pub workers: Vec<Worker>,
    pub supervisor: Supervisor,
    pub core: Arc<Core>,
    pub events: EventStream,
    /// By I/O group.
    pub egress: Vec<Option<EgressPort>>,
    pub readers: Readers,
}

/// Makes everything. Allocates.
pub(crate) fn wire(
    config: EngineConfig,
    clock: Clock,
    time: Box<dyn Fn() -> Micros + Send + Sync>,
) -> Result<Parts, ConfigError> {
    config.validate()?;
    let count = config.workers;
    let (sink, events) = event_stream(config.event_capacity);
    let reaper = Reaper::new();
    let (mut peers_out, mut peers_in) = handover_rings(count);
    let (mut egress, mut datagrams) = egress_rings(&config);
    let bells = Doorbells::new(config.max_sessions);
    let (mut workers, mut links, mut reports) = (Vec::new(), Vec::new(), Vec::new());
    for index in (0..count).rev() {
        let id = WorkerId(index as u16);
        let (command_tx, commands) = ring::<Envelope>(config.command_ring);
        let (report_tx, report_rx) = ring::<Report>(config.report_ring);
        let (busy_writer, busy) = histogram();
        let (lateness_writer, lateness) = histogram();
        let figures = Arc::new(WorkerFigures::new(busy, lateness));
        let ends = Ends {
            commands,
            reports: report_tx,
            peers_out: peers_out.pop().unwrap_or_default(),
            peers_in: peers_in.pop().unwrap_or_default(),
            bells: Bells::new(bells.clone(), config.max_sessions),
            busy: busy_writer,
            lateness: lateness_writer,
        };
        workers.push(Worker::new(id, &config, clock, figures.clone(), ends, egress.pop().unwrap_or_else(Egress::none)));
        links.push(WorkerLink { commands: command_tx, figures, cost: 0, stalled: false, told_load: None });
        reports.push(report_rx);
    }
    // Made from the last to the first, so that the rings could be popped.
    workers.reverse();
    links.reverse();
    reports.reverse();
    let readers = Readers::default();
    let state = State {
        places: Vec::with_capacity(config.max_sessions),
        free: Vec::new(),
        workers: links,
        ops: Default::default(),
        deferred: VecDeque::new(),
        last_op: 0,
        last_handle: 0,
        unsettled: Vec::new(),
        played_out: Vec::new(),
        plans: Default::default(),
        rooms: Default::default(),
        book: Book::new(count),
        overload: Overload::new(count, config.overload.clone()),
        balance: Default::default(),
        feeds: Default::default(),
        captures: Vec::new(),
        readers: readers.clone(),
        bells: bells.clone(),
        sink,
        reclaim: Some(reaper.handle()),
        draining: false,
        drain: None,
        looked: 0,
        stopped: false,
        config,
    };
    let core = Arc::new(Core::new(state, time));
    let supervisor = Supervisor::new(core.clone(), reports, reaper);
    let egress = datagrams.drain(..).map(|rings| Some(EgressPort::new(rt::EgressPort::new(rings)))).collect();
    Ok(Parts { workers, supervisor, core, events, egress, readers })
}

type Outgoing = Vec<Vec<Option<Producer<Handover>>>>;
type Incoming = Vec<Vec<Consumer<Handover>>>;

/// One ring from each worker to each other one.
fn handover_rings(count: usize) -> (Outgoing, Incoming) {
    let mut outgoing: Outgoing = (0..count).map(|_| Vec::new()).collect();
    let mut incoming: Incoming = (0..count).map(|_| Vec::new()).collect();
    for (from, ends) in outgoing.iter_mut().enumerate() {
        for (to, entrance) in incoming.iter_mut().enumerate() {
            let end = (from != to).then(|| {
                let (tx, rx) = ring(HANDOVERS);
                entrance.push(rx);
                tx
            });
            ends.push(end);
        }
    }
    (outgoing, incoming)
}

/// One ring from each worker to each I/O group: by worker, and by group.
fn egress_rings(config: &EngineConfig) -> (Vec<Egress>, Vec<Vec<ByteConsumer>>) {
    let mut by_group: Vec<Vec<ByteConsumer>> = (0..config.io_groups).map(|_| Vec::new()).collect();
    let mut by_worker = Vec::new();
    for _ in 0..config.workers {
        let mut producers = Vec::new();
        for group in &mut by_group {
            let (tx, rx) = byte_ring(config.egress_bytes);
            producers.push(tx);
            group.push(rx);
        }
        by_worker.push(Egress::new(producers));
    }
    (by_worker, by_group)
}
