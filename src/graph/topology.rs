//! A session's nodes and edges as its user edits them, on the control side.
//!
//! It keeps the nodes only until they are compiled; afterwards it describes what a worker runs.

use thiserror::Error;

use crate::graph::compile::Running;
use crate::graph::shape::{Edge, Shape, ShapeNode};
use crate::graph::{Node, ParamId, ParamInfo, Ports, Segment};
use crate::types::NodeId;

/// Inputs, and outputs, that a node may have at most.
pub const MAX_PORTS: usize = 8;

/// Nodes that a topology may have at most. It bounds the work of one session's tick.
pub const MAX_NODES: usize = 64;

/// A graph under construction, or the description of one that runs.
#[derive(Debug, Default)]
pub struct Topology {
    /// By rising id.
    pub(crate) nodes: Vec<NodeEntry>,
    pub(crate) edges: Vec<Edge>,
    next: u32,
    /// The shape that the worker runs, once compiled.
    pub(crate) running: Option<Running>,
}

/// What is known about one node of a topology.
#[non_exhaustive]
pub struct NodeEntry {
    /// Its identity, stable across edits.
    pub id: NodeId,
    /// The half of the tick that it runs in.
    pub segment: Segment,
    /// Its short name.
    pub kind: &'static str,
    /// Its inputs and outputs.
    pub ports: Ports,
    /// Parameters that can be set while it runs.
    pub params: &'static [ParamInfo],
    /// Delay from input to output, in samples at the output's rate.
    pub latency: usize,
    /// Declared cost of one tick in nanoseconds.
    pub cost: u32,
    /// The node itself, until a compiled graph takes it.
    pub(crate) pending: Option<Box<dyn Node>>,
}

/// Why a node was not added. The topology is unchanged; the node is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AddError {
    /// Inputs or outputs beyond [`MAX_PORTS`].
    #[error("{kind} has {inputs} inputs and {outputs} outputs, allowed are {MAX_PORTS} each")]
    TooManyPorts {
        /// The node's kind.
        kind: &'static str,
        /// Its inputs.
        inputs: usize,
        /// Its outputs.
        outputs: usize,
    },
    /// [`MAX_NODES`] are there already.
    #[error("a topology has at most {MAX_NODES} nodes")]
    TooManyNodes,
}

/// The node is not part of the topology, or not any more. Nothing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("no node {}", .0.0)]
pub struct UnknownNode(pub NodeId);

/// Why a parameter cannot be set so.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum ParamError {
    /// No such node.
    #[error(transparent)]
    UnknownNode(#[from] UnknownNode),
    /// The node's kind has no such parameter.
    #[error("{kind} has no parameter {}", param.0)]
    UnknownParam {
        /// The node's kind.
        kind: &'static str,
        /// The parameter asked for.
        param: ParamId,
    },
    /// The value is not a number between the limits.
    #[error("{} is {value}, allowed are {} to {}", info.name, info.min, info.max)]
    OutOfRange {
        /// The parameter and its limits.
        info: ParamInfo,
        /// The value asked for.
        value: f32,
    },
}

impl Topology {
    /// A topology without nodes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a node that runs in `segment`. Allocates.
    pub fn add(&mut self, segment: Segment, node: Box<dyn Node>) -> Result<NodeId, AddError> {
        let (kind, ports) = (node.kind(), node.ports());
        let (inputs, outputs) = (ports.inputs.len(), ports.outputs.len());
        if inputs.max(outputs) > MAX_PORTS {
            return Err(AddError::TooManyPorts { kind, inputs, outputs });
        }
        if self.nodes.len() == MAX_NODES {
            return Err(AddError::TooManyNodes);
        }
        let id = NodeId(self.next);
        self.next += 1;
        let (params, latency, cost) = (node.params(), node.latency(), node.cost());
        self.nodes.push(NodeEntry { id, segment, kind, ports, params, latency, cost, pending: Some(node) });
        Ok(id)
    }

    /// Removes a node with its edges. Gives the node back if no worker has it yet.
    pub fn remove(&mut self, id: NodeId) -> Result<Option<Box<dyn Node>>, UnknownNode> {
        let at = self.nodes.iter().position(|n| n.id == id).ok_or(UnknownNode(id))?;
        self.edges.retain(|e| e.from.0 != id && e.to.0 != id);
        Ok(self.nodes.remove(at).pending)
    }

    /// Puts another node of as many ports in a node's place: it succeeds the old one
    /// ([`Node::succeed`]) when the edit takes effect, and keeps its id and its edges.
    ///
    /// Where its rates are others, the caller replaces what is connected with it as well.
    pub(crate) fn replace(&mut self, id: NodeId, mut node: Box<dyn Node>) -> Result<(), UnknownNode> {
        let entry = self.nodes.iter_mut().find(|n| n.id == id).ok_or(UnknownNode(id))?;
        // A successor that no worker has yet is left out: the one that runs is succeeded directly.
        let runs = self.running.as_ref().is_some_and(|running| running.shape.index(id).is_some());
        if let Some(old) = entry.pending.as_mut().filter(|_| !runs) {
            node.succeed(&mut **old);
        }
        (entry.kind, entry.ports, entry.params) = (node.kind(), node.ports(), node.params());
        (entry.latency, entry.cost, entry.pending) = (node.latency(), node.cost(), Some(node));
        Ok(())
    }

    /// One node.
    pub fn node(&self, id: NodeId) -> Result<&NodeEntry, UnknownNode> {
        self.nodes.iter().find(|n| n.id == id).ok_or(UnknownNode(id))
    }

    /// All nodes, in the order in which they were added.
    pub fn nodes(&self) -> impl Iterator<Item = &NodeEntry> {
        self.nodes.iter()
    }

    /// All edges, in the order in which they were made.
    pub fn edges(&self) -> impl Iterator<Item = Edge> + '_ {
        self.edges.iter().copied()
    }

    /// The first node of a kind.
    pub fn find(&self, kind: &str) -> Option<NodeId> {
        self.nodes.iter().find(|n| n.kind == kind).map(|n| n.id)
    }

    /// Declared cost of one tick of all nodes, in nanoseconds.
    pub fn cost(&self) -> u32 {
        self.nodes.iter().fold(0, |sum, n| sum.saturating_add(n.cost))
    }

    /// Whether a node's parameter can take `value`.
    pub fn check_param(&self, node: NodeId, param: ParamId, value: f32) -> Result<(), ParamError> {
        let entry = self.node(node)?;
        let info = entry.params.iter().find(|info| info.id == param);
        let &info = info.ok_or(ParamError::UnknownParam { kind: entry.kind, param })?;
        if (info.min..=info.max).contains(&value) { Ok(()) } else { Err(ParamError::OutOfRange { info, value }) }
    }

    /// A copy of the description, to try an edit on. Nodes that no worker has yet stay behind.
    pub(crate) fn draft(&self) -> Self {
        let nodes = self.nodes.iter().map(|n| NodeEntry { ports: n.ports.clone(), pending: None, ..*n }).collect();
        Self { nodes, edges: self.edges.clone(), next: self.next, running: self.running.clone() }
    }

    pub(crate) fn shape(&self) -> Shape {
        let bare = |n: &NodeEntry| ShapeNode { id: n.id, segment: n.segment, ports: n.ports.clone() };
        Shape { nodes: self.nodes.iter().map(bare).collect(), edges: self.edges.clone() }
    }
}

impl std::fmt::Debug for NodeEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:?} {:?}", self.kind, self.id, self.segment)
    }
}
