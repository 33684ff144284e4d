//! Prepares the change of a running graph on the control side.

use thiserror::Error;

use crate::graph::Topology;
use crate::graph::compile::Running;
use crate::graph::fade::CrossFade;
use crate::graph::order::Cycle;
use crate::graph::plan::{Output, Plan, Routed};
use crate::graph::run::Graph;
use crate::graph::shape::{Edge, Shape};
use crate::graph::swap::{Carry, Edit, Move, Stage};
use crate::graph::transition::{self, Transition};

/// Why an edit was not made. The topology is unchanged; what runs goes on.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EditError {
    /// A cycle must have at least one delayed edge.
    #[error(transparent)]
    Cycle(#[from] Cycle),
    /// It has not been compiled yet: use [`compile`](crate::graph::compile).
    #[error("the topology is not running")]
    NotRunning,
}

impl Topology {
    /// The step from what the worker runs to the topology as it stands now.
    ///
    /// The edit takes the nodes added since, and from now on the topology describes its result: it
    /// must reach the worker, after all edits made before. Allocates.
    pub fn edit(&mut self) -> Result<Edit, EditError> {
        if self.running.is_none() {
            return Err(EditError::NotRunning);
        }
        let shape = self.shape();
        let routed = Plan::route(&shape)?;
        let Some(old) = self.running.take() else { return Err(EditError::NotRunning) };
        let serial = old.serial.wrapping_add(1);
        let mut graph = Graph::new(routed.plan.clone(), serial);
        let new = Running { shape, routed, serial };
        let mut stages = (None, direct(&old, &new));
        if let Some((transition, routed)) = transition::between(&old.shape, &new.shape) {
            let mut graph = Graph::new(routed.plan.clone(), old.serial);
            for &(id, rate) in &transition.fades {
                if let Some(at) = graph.node_index(id) {
                    graph.nodes[at] = Some(Box::new(CrossFade { rate }));
                }
            }
            self.hand_over(&mut graph);
            let (enter, leave) = by_way_of(&old, &transition, &routed, &new);
            stages = (Some(Stage::new(graph, enter)), leave);
        }
        // Without a transition the new nodes begin in the target.
        self.hand_over(&mut graph);
        self.running = Some(new);
        Ok(Edit::new(old.serial, stages.0, Stage::new(graph, stages.1)))
    }
}

/// What goes from one graph to the next.
pub(crate) type Passage = (Box<[Move]>, Box<[Carry]>);

fn direct(old: &Running, new: &Running) -> Passage {
    let same = |e: &Edge| old.shape.edges.iter().position(|o| o == e).map(|at| old.routed.links[at]);
    let links = new.shape.edges.iter().map(same).collect::<Vec<_>>();
    (moves(&old.routed.plan, &new.routed.plan), carries(&links, &new.shape, &new.routed))
}

fn by_way_of(old: &Running, transition: &Transition, routed: &Routed, new: &Running) -> (Passage, Passage) {
    let enter: Vec<_> = transition.origins.iter().map(|o| o.old.map(|at| old.routed.links[at])).collect();
    let mut leave = vec![None; new.shape.edges.len()];
    for (origin, &link) in transition.origins.iter().zip(&routed.links) {
        if let Some(at) = origin.new {
            leave[at] = Some(link);
        }
    }
    let enter = (moves(&old.routed.plan, &routed.plan), carries(&enter, &transition.shape, routed));
    let leave = (moves(&routed.plan, &new.routed.plan), carries(&leave, &new.shape, &new.routed));
    (enter, leave)
}

/// Nodes that both plans have.
fn moves(from: &Plan, to: &Plan) -> Box<[Move]> {
    let both = |(at, id)| Some(Move { from: at as u16, to: to.position(id)? as u16 });
    from.order().enumerate().filter_map(both).collect()
}

/// For each delayed edge of `shape` the link before, `sources` by edge, whose frame it takes over.
fn carries(sources: &[Option<u16>], shape: &Shape, routed: &Routed) -> Box<[Carry]> {
    let carry = |((edge, &to), &from): ((&Edge, &u16), &Option<u16>)| {
        let step = routed.plan.steps[routed.plan.position(edge.from.0).filter(|_| edge.delayed)?];
        let output = step.first_output as usize + edge.from.1;
        let Output { slot, length, .. } = routed.plan.outputs[output];
        Some(Carry { from: from?, to, slot, length })
    };
    shape.edges.iter().zip(&routed.links).zip(sources).filter_map(carry).collect()
}
