//! Runs a graph outside of an engine: for tests and measurements of nodes of one's own.

use crate::frame::FramePool;
use crate::graph::{Exchange, Graph, NodeEvents, Segment, TickContext};
use crate::rt::Egress;
use crate::types::{SessionId, Tick};

/// All that a graph needs from a worker, without one: no far leg, no network.
#[derive(Debug)]
pub struct Solo {
    tick: Tick,
    frames: FramePool,
    exchange: Exchange,
    egress: Egress,
    events: NodeEvents,
}

impl Solo {
    /// At tick 0. Allocates.
    pub fn new() -> Self {
        let frames = FramePool::lent();
        let (exchange, egress) = (Exchange::default(), Egress::none());
        Self { tick: Tick(0), frames, exchange, egress, events: NodeEvents::new(64) }
    }

    /// Runs one whole tick of `graph`. Several graphs may share a `Solo`: see [`Solo::advance`].
    ///
    /// Real-time, as far as the nodes are.
    pub fn run(&mut self, graph: &mut Graph) {
        let mut cx = self.context();
        graph.run(Segment::Up, &mut cx);
        graph.run(Segment::Down, &mut cx);
    }

    /// As [`Solo::run`], with the accounting of [`Graph::run_profiled`].
    pub fn run_profiled(&mut self, graph: &mut Graph, stamp: &mut dyn FnMut() -> u64, busy_ns: &mut [u32]) {
        let mut cx = self.context();
        graph.run_profiled(Segment::Up, &mut cx, stamp, busy_ns);
        graph.run_profiled(Segment::Down, &mut cx, stamp, busy_ns);
    }

    fn context(&mut self) -> TickContext<'_> {
        self.exchange.clear();
        let session = SessionId { index: 0, generation: 0 };
        let Self { tick, frames, exchange, egress, events } = self;
        TickContext { tick: *tick, skipped: 0, session, frames, exchange, egress, events }
    }

    /// Goes on to the next tick.
    pub fn advance(&mut self) {
        self.tick.0 += 1;
    }

    /// What nodes reported and nobody has drained yet.
    pub fn events(&mut self) -> &mut NodeEvents {
        &mut self.events
    }
}

impl Default for Solo {
    fn default() -> Self {
        Self::new()
    }
}
