//! Runs a graph outside of an engine: for tests and measurements of nodes of one's own.

use crate::graph::{Graph, NodeEvents, Segment, TickContext};
use crate::rt::Egress;

/// All that a graph needs from a worker, without one: no far leg, no network.
#[derive(Debug)]
pub struct Solo(TickContext);

impl Solo {
    /// At tick 0. Allocates.
    pub fn new() -> Self {
        Self(TickContext::new(Egress::none()))
    }

    /// Runs one whole tick of `graph`. Several graphs may share a `Solo`: see [`Solo::advance`].
    ///
    /// Real-time, as far as the nodes are.
    pub fn run(&mut self, graph: &mut Graph) {
        self.0.exchange.clear();
        graph.run(Segment::Up, &mut self.0);
        graph.run(Segment::Down, &mut self.0);
    }

    /// As [`Solo::run`], with the accounting of [`Graph::run_profiled`].
    pub fn run_profiled(&mut self, graph: &mut Graph, stamp: &mut dyn FnMut() -> u64, busy_ns: &mut [u32]) {
        self.0.exchange.clear();
        graph.run_profiled(Segment::Up, &mut self.0, stamp, busy_ns);
        graph.run_profiled(Segment::Down, &mut self.0, stamp, busy_ns);
    }

    /// Goes on to the next tick.
    pub fn advance(&mut self) {
        self.0.tick.0 += 1;
    }

    /// What nodes reported and nobody has drained yet.
    pub fn events(&mut self) -> &mut NodeEvents {
        &mut self.0.events
    }
}

impl Default for Solo {
    fn default() -> Self {
        Self::new()
    }
}
