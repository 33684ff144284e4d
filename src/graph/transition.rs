//! The shape of the one tick in which an edit takes effect: old and new graph together, with a
//! cross-fade before each input whose source changes.

use crate::graph::plan::{Plan, Routed};
use crate::graph::shape::{Edge, Shape, ShapeNode};
use crate::graph::{Ports, Segment};
use crate::types::{NodeId, SampleRate};

/// A shape between two others.
#[derive(Debug, Default)]
pub(crate) struct Transition {
    pub(crate) shape: Shape,
    /// For each edge of `shape` the old edge and the new edge, by index, whose frames it carries.
    pub(crate) origins: Vec<Origin>,
    /// The cross-fades among the nodes of `shape`.
    pub(crate) fades: Vec<(NodeId, SampleRate)>,
}

/// The edges that an edge of a transition stands for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Origin {
    pub(crate) old: Option<usize>,
    pub(crate) new: Option<usize>,
}

/// The transition between two shapes, compiled; `None` when no surviving input changes its source.
///
/// Old and new edges together may form a cycle. Then the fades whose old source closes it begin from
/// silence instead; if that is not enough, all do, and retired nodes stop a tick earlier.
pub(crate) fn between(old: &Shape, new: &Shape) -> Option<(Transition, Routed)> {
    let changes = changes(old, new);
    if changes.is_empty() {
        return None;
    }
    let mut from_silence = vec![false; changes.len()];
    loop {
        let transition = Transition::build(old, new, &changes, &from_silence, Retired::Run);
        let cycle = match Plan::route(&transition.shape) {
            Ok(routed) => return Some((transition, routed)),
            Err(cycle) => cycle,
        };
        let edges = &transition.shape.edges;
        let closes = |&k: &usize| edges.iter().any(|e| e.to == (fade_id(k), 0) && cycle.uses(e));
        let cut: Vec<_> = (0..changes.len()).filter(closes).collect();
        if cut.is_empty() {
            break;
        }
        cut.into_iter().for_each(|k| from_silence[k] = true);
    }
    from_silence.fill(true);
    let transition = Transition::build(old, new, &changes, &from_silence, Retired::Stop);
    Plan::route(&transition.shape).ok().map(|routed| (transition, routed))
}

/// An input of a surviving node, with its source in the old and in the new shape.
#[derive(Clone, Copy, Debug)]
struct Change {
    to: (NodeId, usize),
    segment: Segment,
    rate: SampleRate,
    old: Option<usize>,
    new: Option<usize>,
}

/// What the transition does with nodes that the new shape has no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Retired {
    Run,
    Stop,
}

fn changes(old: &Shape, new: &Shape) -> Vec<Change> {
    let survivors = new.nodes.iter().filter(|n| old.index(n.id).is_some());
    let inputs = survivors.flat_map(|n| n.ports.inputs.iter().enumerate().map(move |(port, &rate)| (n, port, rate)));
    let change = |(n, port, rate): (&ShapeNode, usize, SampleRate)| {
        let to = (n.id, port);
        Change { to, segment: n.segment, rate, old: old.feeding(to), new: new.feeding(to) }
    };
    inputs.map(change).filter(|c| c.old.map(|i| old.edges[i]) != c.new.map(|i| new.edges[i])).collect()
}

/// Internal ids count down from the top, where no topology's ids reach.
fn fade_id(change: usize) -> NodeId {
    NodeId(u32::MAX - 2 * change as u32)
}

impl Transition {
    fn build(old: &Shape, new: &Shape, changes: &[Change], from_silence: &[bool], retired: Retired) -> Self {
        let mut t = Self::default();
        t.shape.nodes = new.nodes.clone();
        let changed = |edge: &Edge| changes.iter().any(|c| c.to == edge.to);
        for (at, &edge) in new.edges.iter().enumerate().filter(|(_, e)| !changed(e)) {
            t.edge(edge, Origin { old: old.edges.iter().position(|&e| e == edge), new: Some(at) });
        }
        if retired == Retired::Run {
            t.shape.nodes.extend(old.nodes.iter().filter(|n| new.index(n.id).is_none()).cloned());
            for (at, &edge) in old.edges.iter().enumerate().filter(|(_, e)| new.index(e.to.0).is_none()) {
                t.edge(edge, Origin { old: Some(at), new: None });
            }
        }
        for (k, change) in changes.iter().enumerate() {
            let fade = fade_id(k);
            t.fade(fade, change.segment, change.rate);
            t.edge(Edge { from: (fade, 0), to: change.to, delayed: false }, Origin::default());
            if let Some(at) = change.old.filter(|_| !from_silence[k]) {
                t.edge(Edge { to: (fade, 0), ..old.edges[at] }, Origin { old: Some(at), new: None });
            }
            if let Some(at) = change.new {
                t.fade_in(new, at, fade);
            }
        }
        t
    }

    /// Leads new edge `at` to the new side of a fade.
    fn fade_in(&mut self, new: &Shape, at: usize, fade: NodeId) {
        let (edge, origin) = (new.edges[at], Origin { old: None, new: Some(at) });
        // All delayed edges of an output share one frame from tick to tick, which a fade must not
        // change for the others.
        let alone = new.edges.iter().filter(|e| e.delayed && e.from == edge.from).count() == 1;
        let source = new.index(edge.from.0).map(|i| &new.nodes[i]).filter(|_| edge.delayed && alone);
        let Some(source) = source else {
            return self.edge(Edge { to: (fade, 1), ..edge }, origin);
        };
        // The first frame of a delayed edge comes when the transition is over: so it is faded in
        // where it is made, a tick before it is heard.
        let lead = NodeId(fade.0 - 1);
        self.fade(lead, source.segment, source.ports.outputs[edge.from.1]);
        self.edge(Edge { from: edge.from, to: (lead, 1), delayed: false }, Origin::default());
        self.edge(Edge { from: (lead, 0), to: (fade, 1), delayed: true }, origin);
    }

    fn fade(&mut self, id: NodeId, segment: Segment, rate: SampleRate) {
        let ports = Ports { inputs: vec![rate; 2], outputs: vec![rate], in_place: true };
        self.shape.nodes.push(ShapeNode { id, segment, ports });
        self.fades.push((id, rate));
    }

    fn edge(&mut self, edge: Edge, origin: Origin) {
        self.shape.edges.push(edge);
        self.origins.push(origin);
    }
}
