//! The bare form of a topology that the compiler's passes work on: ports and edges, without nodes' state.

use crate::graph::{Ports, Segment};
use crate::types::NodeId;

/// An edge from an output to an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Edge {
    /// Node and number of its output.
    pub from: (NodeId, usize),
    /// Node and number of its input.
    pub to: (NodeId, usize),
    /// It carries the frame of the tick before: 10 ms late, and free to close a cycle.
    pub delayed: bool,
}

impl Edge {
    /// The two nodes in the order in which they must run.
    pub(crate) fn order(&self) -> (NodeId, NodeId) {
        // The reader of a delayed edge takes last tick's frame before it is overwritten.
        if self.delayed { (self.to.0, self.from.0) } else { (self.from.0, self.to.0) }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct ShapeNode {
    pub(crate) id: NodeId,
    pub(crate) segment: Segment,
    pub(crate) ports: Ports,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Shape {
    pub(crate) nodes: Vec<ShapeNode>,
    pub(crate) edges: Vec<Edge>,
}

impl Shape {
    /// Index of a node in `nodes`.
    pub(crate) fn index(&self, id: NodeId) -> Option<usize> {
        self.nodes.iter().position(|n| n.id == id)
    }

    /// The half of the tick that a node runs in.
    pub(crate) fn segment(&self, id: NodeId) -> Option<Segment> {
        self.index(id).map(|at| self.nodes[at].segment)
    }

    /// Index of the edge that feeds an input.
    pub(crate) fn feeding(&self, to: (NodeId, usize)) -> Option<usize> {
        self.edges.iter().position(|e| e.to == to)
    }
}
