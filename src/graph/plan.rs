//! The compiled form of a topology: steps in running order over flat tables of indices.

use std::ops::Range;
use std::sync::Arc;

use crate::frame::FrameRef;
use crate::graph::Segment;
use crate::graph::order::{Cycle, order};
use crate::graph::shape::Shape;
use crate::graph::slots::{self, Slots};
use crate::types::{NodeId, SampleRate};

/// What a graph runs. Only the compiler makes plans, so [`Graph::run`](crate::graph::Graph::run)
/// checks nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Plan {
    /// One per node, `Up` first; the node of step `i` is the graph's node `i`.
    pub(crate) steps: Box<[Step]>,
    /// The first `Down` step.
    pub(crate) split: usize,
    /// The link that feeds each input, or [`UNCONNECTED`].
    pub(crate) inputs: Box<[u16]>,
    /// Where each output's frames lie and go.
    pub(crate) outputs: Box<[Output]>,
    /// The links that hold a frame from one tick to the next.
    pub(crate) delayed: Box<[u16]>,
    /// A frame outlives its half of the tick, so the slots cannot be lent by the worker.
    pub(crate) keeps_frames: bool,
    /// Slots of the frame pool.
    pub(crate) slots: u16,
    /// Highest rate of an output.
    pub(crate) rate: SampleRate,
}

/// One node's turn: where its ports begin in the plan's tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Step {
    pub(crate) id: NodeId,
    pub(crate) first_input: u16,
    pub(crate) first_output: u16,
    pub(crate) inputs: u8,
    pub(crate) outputs: u8,
    /// Output 0 has the slot of input 0.
    pub(crate) in_place: bool,
}

/// Where an output's frames lie, and which links take them on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Output {
    pub(crate) slot: FrameRef,
    /// Samples in a frame.
    pub(crate) length: u16,
    pub(crate) first_link: u16,
    pub(crate) end_link: u16,
}

impl Output {
    /// The links that take its frames on.
    #[inline]
    pub(crate) fn links(&self) -> Range<usize> {
        self.first_link.into()..self.end_link.into()
    }
}

/// Stands for a link where an input has none.
pub(crate) const UNCONNECTED: u16 = u16::MAX;

/// A plan, and where the shape's parts went in it.
#[derive(Clone, Debug)]
pub(crate) struct Routed {
    pub(crate) plan: Arc<Plan>,
    /// The link of each edge of the shape.
    pub(crate) links: Vec<u16>,
}

impl Plan {
    /// Steps in all: the nodes of the graph.
    pub fn steps(&self) -> usize {
        self.steps.len()
    }

    /// Frame slots that a tick works in.
    pub fn slots(&self) -> usize {
        self.slots as usize
    }

    /// Links between nodes: one for each edge.
    pub fn links(&self) -> usize {
        self.outputs.last().map_or(0, |output| output.end_link.into())
    }

    /// The nodes in running order.
    pub fn order(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.steps.iter().map(|s| s.id)
    }

    /// Position of a node among the steps.
    pub(crate) fn position(&self, id: NodeId) -> Option<usize> {
        self.steps.iter().position(|s| s.id == id)
    }

    /// Compiles a shape: order, slots, tables. Allocates.
    pub(crate) fn route(shape: &Shape) -> Result<Routed, Cycle> {
        let order = order(shape)?;
        let slots = slots::assign(shape, &order);
        let routed = tables(shape, &order, &slots);
        debug_assert_eq!(routed.plan.verify(), Ok(()));
        Ok(routed)
    }
}

/// Numbers the links by the output that feeds them and lays the ports out in running order.
fn tables(shape: &Shape, order: &[usize], slots: &Slots) -> Routed {
    let mut links = vec![UNCONNECTED; shape.edges.len()];
    let (mut steps, mut outputs) = (Vec::new(), Vec::new());
    let mut linked = 0u16;
    let mut first_input = 0;
    for &at in order {
        let node = &shape.nodes[at];
        steps.push(Step {
            id: node.id,
            first_input,
            first_output: outputs.len() as u16,
            inputs: node.ports.inputs.len() as u8,
            outputs: node.ports.outputs.len() as u8,
            in_place: slots.in_place[at],
        });
        first_input += node.ports.inputs.len() as u16;
        for (port, rate) in node.ports.outputs.iter().enumerate() {
            let first_link = linked;
            for (edge, link) in shape.edges.iter().zip(&mut links).filter(|(e, _)| e.from == (node.id, port)) {
                debug_assert!(shape.index(edge.to.0).is_some());
                *link = linked;
                linked += 1;
            }
            let (slot, length) = (slots.outputs[at][port], rate.per_tick() as u16);
            outputs.push(Output { slot, length, first_link, end_link: linked });
        }
    }
    let nodes = order.iter().map(|&at| &shape.nodes[at]);
    let inputs = nodes.clone().flat_map(|n| (0..n.ports.inputs.len()).map(|port| (n.id, port)));
    let inputs = inputs.map(|to| shape.feeding(to).map_or(UNCONNECTED, |edge| links[edge])).collect();
    let rates = nodes.flat_map(|n| n.ports.outputs.iter().copied());
    let plan = Plan {
        split: order.iter().filter(|&&at| shape.nodes[at].segment == Segment::Up).count(),
        inputs,
        delayed: shape.edges.iter().zip(&links).filter(|(e, _)| e.delayed).map(|(_, &link)| link).collect(),
        keeps_frames: shape.edges.iter().any(|e| e.delayed || shape.segment(e.from.0) != shape.segment(e.to.0)),
        slots: slots.count,
        rate: rates.max().unwrap_or(SampleRate::HZ_8000),
        steps: steps.into(),
        outputs: outputs.into(),
    };
    Routed { plan: Arc::new(plan), links }
}
