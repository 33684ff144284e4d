//! Properties of compiling, running and editing random session graphs.

use std::collections::HashSet;
use std::sync::atomic::Ordering;

use proptest::prelude::*;

use super::parts::tick;
use super::random::{Op, Rig};
use crate::graph::shape::Shape;
use crate::graph::{Edit, EditState};
use crate::types::NodeId;

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Working in place is not audible, with edits or without; nodes run once a tick; what no edit
    /// touches sounds as without edits.
    #[test]
    fn edited_graph_plays_as_it_should(
        start in prop::collection::vec(any::<Op>(), 0..60),
        edits in prop::collection::vec(prop::collection::vec(any::<Op>(), 0..5), 0..6),
    ) {
        let mut rig = Rig::new(&start, true);
        let mut copying = Rig::new(&start, false);
        let mut unedited = Rig::new(&start, true);
        prop_assert_eq!(rig.graph.plan().verify(), Ok(()));
        let mut touched = HashSet::new();
        for ops in &edits {
            let before = rig.topology.shape();
            let fading = (edit(&mut rig, ops), edit(&mut copying, ops));
            touch(&mut touched, &before, &rig.topology.shape());
            let (mut first, mut second) = fading;
            for step in 0..3 {
                prop_assert_eq!(rig.graph.plan().verify(), Ok(()));
                let was = calls(&rig);
                for r in [&mut rig, &mut copying, &mut unedited] {
                    tick(&mut r.solo, &mut r.graph);
                }
                for (id, calls) in calls(&rig) {
                    let before = was.iter().find(|w| w.0 == id).map_or(0, |w| w.1);
                    prop_assert_eq!(calls, before + 1, "{:?} in step {}", id, step);
                }
                for (id, log) in &rig.logs {
                    let hash = |r: &Rig| r.logs.iter().find(|l| l.0 == *id).map(|l| l.1.hash.load(Ordering::Relaxed));
                    let own = Some(log.hash.load(Ordering::Relaxed));
                    prop_assert_eq!(own, hash(&copying), "{:?}", id);
                    let alone = hash(&unedited).filter(|_| !touched.contains(id));
                    if alone.is_some() {
                        prop_assert_eq!(own, alone, "{:?} is untouched", id);
                    }
                }
                first.finish(&mut rig.graph);
                second.finish(&mut copying.graph);
            }
        }
    }
}

fn edit(rig: &mut Rig, ops: &[Op]) -> Edit {
    ops.iter().for_each(|&op| rig.change(op));
    rig.break_cycles();
    let mut edit = rig.topology.edit().unwrap();
    assert_ne!(edit.begin(&mut rig.graph), EditState::Waiting);
    edit
}

/// Calls of the nodes that the topology still has.
fn calls(rig: &Rig) -> Vec<(NodeId, u64)> {
    let alive = rig.logs.iter().filter(|(id, _)| rig.topology.node(*id).is_ok());
    alive.map(|(id, log)| (*id, log.calls.load(Ordering::Relaxed))).collect()
}

/// Adds the nodes that an edit touches, and all that hear them.
fn touch(touched: &mut HashSet<NodeId>, old: &Shape, new: &Shape) {
    for node in old.nodes.iter().chain(&new.nodes) {
        let source = |shape: &Shape, port| shape.feeding((node.id, port)).map(|at| shape.edges[at]);
        let rewired = (0..node.ports.inputs.len()).any(|port| source(old, port) != source(new, port));
        let both = old.index(node.id).is_some() && new.index(node.id).is_some();
        if rewired || !both {
            touched.insert(node.id);
        }
    }
    loop {
        let edges = old.edges.iter().chain(&new.edges);
        let reached: Vec<_> = edges.filter(|e| touched.contains(&e.from.0)).map(|e| e.to.0).collect();
        let before = touched.len();
        touched.extend(reached);
        if touched.len() == before {
            return;
        }
    }
}
