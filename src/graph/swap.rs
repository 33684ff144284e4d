//! The change of a running graph at a tick boundary: a whole new plan, the nodes moved into it.
//!
//! Nothing is allocated or freed: nodes change boxes by index, and what is retired stays in the edit.

use crate::frame::FrameRef;
use crate::graph::edit::Passage;
use crate::graph::run::Graph;

/// A prepared change, made by [`Topology::edit`](crate::graph::Topology::edit).
///
/// The worker calls [`Edit::begin`] at a tick boundary and, if that left it fading,
/// [`Edit::finish`] at the next. The old graph and retired nodes then lie in the edit, to be freed
/// off the worker. Inputs whose source changed cross-fade over the tick between; every other path
/// has the samples that it would have had without the edit.
#[derive(Debug)]
#[must_use = "its topology describes the result already"]
pub struct Edit {
    from: u32,
    state: EditState,
    transition: Option<Stage>,
    target: Stage,
}

/// How far an [`Edit`] has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditState {
    /// It has not begun, or the graph was not the one it was made for, which then runs on unchanged.
    Waiting,
    /// The transition runs: one tick, then [`Edit::finish`].
    Fading,
    /// The graph is the new one; the edit holds only what is to be freed.
    Done,
}

/// A graph and what it takes over from the one before.
#[derive(Debug)]
pub(crate) struct Stage {
    graph: Graph,
    moves: Box<[Move]>,
    carries: Box<[Carry]>,
}

/// A node goes from one step's place to another's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Move {
    pub(crate) from: u16,
    pub(crate) to: u16,
}

/// The frame on a delayed edge goes from one link to another, and to the new plan's slot.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Carry {
    pub(crate) from: u16,
    pub(crate) to: u16,
    pub(crate) slot: FrameRef,
    pub(crate) length: u16,
}

impl Edit {
    pub(crate) fn new(from: u32, transition: Option<Stage>, target: Stage) -> Self {
        Self { from, state: EditState::Waiting, transition, target }
    }

    /// Puts the transition, or where nothing is to fade the target, into the place of `running`.
    ///
    /// Real-time: O(nodes), and a frame copied per delayed edge. To be called between ticks.
    pub fn begin(&mut self, running: &mut Graph) -> EditState {
        if self.state == EditState::Waiting && running.serial == self.from {
            let (stage, state) = match &mut self.transition {
                Some(transition) => (transition, EditState::Fading),
                None => (&mut self.target, EditState::Done),
            };
            stage.replace(running);
            self.state = state;
        }
        self.state
    }

    /// Puts the target into the place of the transition; does nothing unless fading.
    ///
    /// Real-time: as [`Edit::begin`].
    pub fn finish(&mut self, running: &mut Graph) -> EditState {
        if self.state == EditState::Fading {
            self.target.replace(running);
            self.state = EditState::Done;
        }
        self.state
    }

    /// How far it has come.
    pub fn state(&self) -> EditState {
        self.state
    }
}

impl Stage {
    pub(crate) fn new(graph: Graph, (moves, carries): Passage) -> Self {
        Self { graph, moves, carries }
    }

    /// Moves everything that goes on from `running` to this graph, and changes their places.
    fn replace(&mut self, running: &mut Graph) {
        let graph = &mut self.graph;
        for &Move { from, to } in &self.moves {
            if let (Some(from), Some(to)) = (running.nodes.get_mut(from as usize), graph.nodes.get_mut(to as usize)) {
                match (&mut *to, &mut *from) {
                    // The edit brought another node for the same place.
                    (Some(new), Some(old)) => new.succeed(&mut **old),
                    _ => std::mem::swap(from, to),
                }
            }
        }
        for carry in &self.carries {
            let link = running.links.get(carry.from as usize);
            let Some(old) = link.and_then(|link| link.pop()).map(FrameRef) else { continue };
            let length = carry.length as usize;
            // Frames on delayed edges outlive the tick, so both graphs have pools of their own.
            let (Some(pool), Some(before)) = (&mut graph.pool, &running.pool) else { continue };
            let (info, samples) = pool.slot_mut(carry.slot);
            *info = *before.info(old);
            // At another rate now it is the start of a frame, or one with silence behind it.
            let kept = &before.samples(old)[..length.min(before.samples(old).len())];
            samples[..length].fill(0.0);
            samples[..kept.len()].copy_from_slice(kept);
            graph.links[carry.to as usize].push(carry.slot.0);
        }
        std::mem::swap(graph, running);
    }
}
