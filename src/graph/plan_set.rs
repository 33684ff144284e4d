//! One plan for all sessions of the same shape.
//!
//! Thousands of legs run the same steps over the same links; what they share stays in cache.

use std::collections::HashSet;
use std::sync::Arc;

use crate::graph::{Graph, Plan, Topology};

/// Plans that sessions run now, each once.
#[derive(Debug, Default)]
pub(crate) struct PlanSet(HashSet<Arc<Plan>>);

/// Shapes beyond this are a user's own and rarely repeat.
const MOST: usize = 256;

impl PlanSet {
    /// Lets a graph and its description use the plan of the sessions before them. Control side; allocates.
    pub fn share(&mut self, graph: &mut Graph, topology: &mut Topology) {
        let plan = match self.0.get(&graph.plan) {
            Some(plan) => plan.clone(),
            None => {
                if self.0.len() == MOST {
                    self.0.retain(|plan| Arc::strong_count(plan) > 1);
                }
                if self.0.len() < MOST {
                    self.0.insert(graph.plan.clone());
                }
                return;
            }
        };
        if let Some(running) = &mut topology.running {
            running.routed.plan = plan.clone();
        }
        graph.plan = plan;
    }
}
