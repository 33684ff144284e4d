//! Edges of a topology: making, removing, and the two edits made most, inserting and taking out a node.

use thiserror::Error;

use crate::graph::shape::Edge;
use crate::graph::topology::{AddError, Topology, UnknownNode};
use crate::graph::{Node, Segment};
use crate::types::{NodeId, SampleRate};

/// Why an edge was not made. The topology is unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// No such node.
    #[error(transparent)]
    UnknownNode(#[from] UnknownNode),
    /// The node has no output of that number.
    #[error("node {} has no output {}", .0.0.0, .0.1)]
    UnknownOutput((NodeId, usize)),
    /// The node has no input of that number.
    #[error("node {} has no input {}", .0.0.0, .0.1)]
    UnknownInput((NodeId, usize)),
    /// The ends have different rates; a resampler must stand between them.
    #[error("output at {} Hz, input at {} Hz", from.hz(), to.hz())]
    RateMismatch {
        /// Rate of the output.
        from: SampleRate,
        /// Rate of the input.
        to: SampleRate,
    },
    /// The input has a source; an input has at most one.
    #[error("the input has a source: node {} output {}", .0.from.0.0, .0.from.1)]
    InputTaken(Edge),
    /// An edge from `Down` to `Up` must be delayed, one from `Up` to `Down` must not be.
    #[error("edge from {from:?} to {to:?}: backwards it must be delayed, forwards it must not")]
    Direction {
        /// Segment of the source.
        from: Segment,
        /// Segment of the reader.
        to: Segment,
    },
}

/// Why an edge was not removed: there is none. Nothing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("no edge to node {} input {}", .0.0.0, .0.1)]
pub struct NotConnected(pub (NodeId, usize));

/// Why a node was not inserted or taken out. The topology is unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SpliceError {
    /// The edge to insert into is not there.
    #[error(transparent)]
    NotConnected(#[from] NotConnected),
    /// The new node cannot be added.
    #[error(transparent)]
    Add(#[from] AddError),
    /// One of the new edges is impossible.
    #[error(transparent)]
    Connect(#[from] ConnectError),
}

impl Topology {
    /// Feeds an input from an output: `(node, port)` each. An output may feed any number of inputs.
    pub fn connect(&mut self, from: (NodeId, usize), to: (NodeId, usize)) -> Result<(), ConnectError> {
        self.join(Edge { from, to, delayed: false })
    }

    /// Feeds an input with what the output sent in the tick before, 10 ms late. In the first tick
    /// there is no frame. Such an edge may close a cycle; the reader runs before the source.
    pub fn connect_delayed(&mut self, from: (NodeId, usize), to: (NodeId, usize)) -> Result<(), ConnectError> {
        self.join(Edge { from, to, delayed: true })
    }

    /// Takes an input's source away; returns the edge that was.
    pub fn disconnect(&mut self, to: (NodeId, usize)) -> Result<Edge, NotConnected> {
        let at = self.edges.iter().position(|e| e.to == to).ok_or(NotConnected(to))?;
        Ok(self.edges.remove(at))
    }

    /// Puts a new node into an edge, by its input 0 and output 0. A delayed edge stays delayed
    /// behind the node.
    pub fn insert_between(&mut self, edge: Edge, segment: Segment, node: Box<dyn Node>) -> Result<NodeId, SpliceError> {
        let at = self.edges.iter().position(|&e| e == edge).ok_or(NotConnected(edge.to))?;
        let id = self.add(segment, node)?;
        let old = self.edges.remove(at);
        let joined = self.connect(edge.from, (id, 0)).and_then(|()| self.join(Edge { from: (id, 0), ..edge }));
        if let Err(error) = joined {
            // The node is new: `remove` takes its edges along and cannot fail.
            drop(self.remove(id));
            self.edges.insert(at, old);
            return Err(error.into());
        }
        Ok(id)
    }

    /// Takes a node out and lets the source of its input 0 feed all readers of its output 0; without
    /// a source they are left unconnected. An edge is delayed if one of the two it replaces was.
    pub fn splice_out(&mut self, id: NodeId) -> Result<Option<Box<dyn Node>>, SpliceError> {
        self.node(id).map_err(ConnectError::from)?;
        let source = self.edges.iter().copied().find(|e| e.to == (id, 0));
        let before = self.edges.clone();
        self.edges.retain(|e| e.from.0 != id && e.to.0 != id);
        for out in before.iter().filter(|e| e.from == (id, 0) && e.to.0 != id) {
            let Some(source) = source.filter(|s| s.from.0 != id) else { break };
            let edge = Edge { from: source.from, to: out.to, delayed: source.delayed || out.delayed };
            if let Err(error) = self.join(edge) {
                self.edges = before;
                return Err(error.into());
            }
        }
        Ok(self.remove(id).map_err(ConnectError::from)?)
    }

    fn join(&mut self, edge: Edge) -> Result<(), ConnectError> {
        let (source, reader) = (self.node(edge.from.0)?, self.node(edge.to.0)?);
        let &from = source.ports.outputs.get(edge.from.1).ok_or(ConnectError::UnknownOutput(edge.from))?;
        let &to = reader.ports.inputs.get(edge.to.1).ok_or(ConnectError::UnknownInput(edge.to))?;
        if from != to {
            return Err(ConnectError::RateMismatch { from, to });
        }
        if let Some(&taken) = self.edges.iter().find(|e| e.to == edge.to) {
            return Err(ConnectError::InputTaken(taken));
        }
        let (from, to) = (source.segment, reader.segment);
        let (first, second) = if edge.delayed { (to, from) } else { (from, to) };
        if first > second {
            return Err(ConnectError::Direction { from, to });
        }
        self.edges.push(edge);
        Ok(())
    }
}
