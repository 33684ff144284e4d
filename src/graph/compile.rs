//! From a topology to the graph that a worker runs.

use thiserror::Error;

use crate::graph::order::Cycle;
use crate::graph::plan::{Plan, Routed};
use crate::graph::run::Graph;
use crate::graph::shape::Shape;
use crate::graph::topology::Topology;

/// Why a topology was not compiled. It is unchanged and still has its nodes.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CompileError {
    /// A cycle must have at least one delayed edge.
    #[error(transparent)]
    Cycle(#[from] Cycle),
    /// Its nodes are in a graph already: use [`Topology::edit`].
    #[error("the topology is running already")]
    Running,
}

/// What a topology remembers of its last compilation.
#[derive(Clone, Debug)]
pub(crate) struct Running {
    pub(crate) shape: Shape,
    pub(crate) routed: Routed,
    pub(crate) serial: u32,
}

/// Compiles a topology and moves its nodes into the graph. The topology stays as the graph's
/// description, for [`Topology::edit`]. Allocates.
pub fn compile(topology: &mut Topology) -> Result<Graph, CompileError> {
    if topology.running.is_some() {
        return Err(CompileError::Running);
    }
    let shape = topology.shape();
    let routed = Plan::route(&shape)?;
    let mut graph = Graph::new(routed.plan.clone(), 0);
    topology.hand_over(&mut graph);
    topology.running = Some(Running { shape, routed, serial: 0 });
    Ok(graph)
}

impl Topology {
    /// Moves the nodes that no worker has yet to their places in a graph.
    pub(crate) fn hand_over(&mut self, graph: &mut Graph) {
        for entry in &mut self.nodes {
            let Some(at) = graph.node_index(entry.id) else { continue };
            if let Some(node) = entry.pending.take() {
                graph.nodes[at] = Some(node);
            }
        }
    }
}
