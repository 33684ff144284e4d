//! Compiler pass: the order in which a tick runs the nodes, or the cycle that forbids one.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt;

use thiserror::Error;

use crate::graph::shape::{Edge, Shape};
use crate::types::NodeId;

/// The edges form a loop that no delayed edge breaks.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct Cycle {
    /// The nodes in the order in which each feeds the next; the last one feeds the first.
    pub nodes: Vec<NodeId>,
}

impl Cycle {
    /// Whether an edge is one of the cycle's.
    pub(crate) fn uses(&self, edge: &Edge) -> bool {
        let (before, after) = edge.order();
        let next = self.nodes.iter().cycle().skip(1);
        self.nodes.iter().zip(next).any(|pair| pair == (&before, &after))
    }
}

impl fmt::Display for Cycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cycle without a delayed edge:")?;
        for node in self.nodes.iter().chain(self.nodes.first()) {
            write!(f, " {}", node.0)?;
        }
        Ok(())
    }
}

/// Indices of `shape.nodes` in running order: `Up` before `Down`, and by id where edges leave a choice.
///
/// Kahn's algorithm (1962). The choice by id makes equal shapes give equal plans.
pub(crate) fn order(shape: &Shape) -> Result<Vec<usize>, Cycle> {
    let constraints = constraints(shape);
    let mut blockers = vec![0usize; shape.nodes.len()];
    for &(_, after) in &constraints {
        blockers[after] += 1;
    }
    let key = |i: usize| Reverse((shape.nodes[i].segment, shape.nodes[i].id, i));
    let mut ready: BinaryHeap<_> = (0..shape.nodes.len()).filter(|&i| blockers[i] == 0).map(key).collect();
    let mut order = Vec::with_capacity(shape.nodes.len());
    while let Some(Reverse((_, _, next))) = ready.pop() {
        order.push(next);
        for &(_, after) in constraints.iter().filter(|&&(before, _)| before == next) {
            blockers[after] -= 1;
            if blockers[after] == 0 {
                ready.push(key(after));
            }
        }
    }
    if order.len() == shape.nodes.len() { Ok(order) } else { Err(cycle(shape, &constraints, &blockers)) }
}

/// Pairs of node indices: the first must run before the second.
fn constraints(shape: &Shape) -> Vec<(usize, usize)> {
    let pair = |(before, after)| Some((shape.index(before)?, shape.index(after)?));
    shape.edges.iter().filter_map(|e| pair(e.order())).collect()
}

/// One cycle among the nodes that are still blocked, beginning with its smallest id.
fn cycle(shape: &Shape, constraints: &[(usize, usize)], blockers: &[usize]) -> Cycle {
    // Each blocked node has a blocked one before it, so walking back must come round.
    let mut path: Vec<usize> = blockers.iter().position(|&b| b > 0).into_iter().collect();
    while let Some(&at) = path.last() {
        let before = constraints.iter().find(|&&(before, after)| after == at && blockers[before] > 0);
        let Some(&(before, _)) = before else { break };
        if let Some(start) = path.iter().position(|&i| i == before) {
            path.drain(..start);
            break;
        }
        path.push(before);
    }
    path.reverse();
    let smallest = path.iter().enumerate().min_by_key(|&(_, &i)| shape.nodes[i].id).map_or(0, |(at, _)| at);
    path.rotate_left(smallest);
    Cycle { nodes: path.into_iter().map(|i| shape.nodes[i].id).collect() }
}
