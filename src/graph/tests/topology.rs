//! Errors and conveniences of editing a topology, parameters, figures, the picture.

use super::parts::*;
use crate::graph::{
    AddError, CompileError, ConnectError, EditError, MAX_NODES, ParamError, ParamId, Segment, Solo, SpliceError,
    Topology, UnknownNode, compile,
};
use crate::quality::SessionStats;
use crate::types::{Millis, NodeId, SampleRate};

#[test]
fn impossible_edges_are_refused_and_change_nothing() {
    struct Wide;
    impl crate::graph::Node for Wide {
        fn kind(&self) -> &'static str {
            "wide"
        }
        fn ports(&self) -> crate::graph::Ports {
            crate::graph::Ports::filter(SampleRate::HZ_48000)
        }
        fn process(&mut self, _: &mut crate::graph::Io<'_>) {}
    }
    let mut t = Topology::new();
    let a = t.add(UP, Box::new(Plus(0.0))).unwrap();
    let b = t.add(DOWN, Box::new(Plus(0.0))).unwrap();
    let w = t.add(UP, Box::new(Wide)).unwrap();
    let unknown = NodeId(99);
    let (from, to) = (SampleRate::HZ_8000, SampleRate::HZ_48000);
    assert_eq!(t.connect((a, 0), (unknown, 0)), Err(UnknownNode(unknown).into()));
    assert_eq!(t.connect((a, 1), (b, 0)), Err(ConnectError::UnknownOutput((a, 1))));
    assert_eq!(t.connect((a, 0), (b, 1)), Err(ConnectError::UnknownInput((b, 1))));
    assert_eq!(t.connect((a, 0), (w, 0)), Err(ConnectError::RateMismatch { from, to }));
    let (up, down) = (Segment::Up, Segment::Down);
    assert_eq!(t.connect((b, 0), (a, 0)), Err(ConnectError::Direction { from: down, to: up }));
    assert_eq!(t.connect_delayed((a, 0), (b, 0)), Err(ConnectError::Direction { from: up, to: down }));
    assert_eq!(t.edges().count(), 0);
    t.connect((a, 0), (b, 0)).unwrap();
    let taken = t.edges().next().unwrap();
    assert_eq!(t.connect((a, 0), (b, 0)), Err(ConnectError::InputTaken(taken)));
    assert!(matches!(t.insert_between(taken, UP, Box::new(Wide)), Err(SpliceError::Connect(_))));
    assert_eq!((t.edges().collect::<Vec<_>>(), t.nodes().count()), (vec![taken], 3));
}

#[test]
fn nodes_and_ports_are_bounded() {
    let mut t = Topology::new();
    assert!(matches!(t.add(UP, Box::new(Sum(9))), Err(AddError::TooManyPorts { inputs: 9, .. })));
    for _ in 0..MAX_NODES {
        t.add(UP, Box::new(Sum(8))).unwrap();
    }
    assert_eq!(t.add(UP, Box::new(Sum(8))), Err(AddError::TooManyNodes));
}

#[test]
fn node_is_inserted_into_an_edge_and_spliced_out_again() {
    let mut t = Topology::new();
    let source = t.add(UP, Box::new(Count(0.0, 1.0))).unwrap();
    let (sink, _) = probe(&mut t, DOWN, source);
    let edge = t.edges().next().unwrap();
    let plus = t.insert_between(edge, UP, Box::new(Plus(1.0))).unwrap();
    let ends: Vec<_> = t.edges().map(|e| (e.from.0, e.to.0)).collect();
    assert_eq!(ends, [(source, plus), (plus, sink)]);
    assert_eq!(t.find("plus"), Some(plus));
    assert!(t.splice_out(plus).unwrap().is_some());
    assert_eq!(t.edges().collect::<Vec<_>>(), [edge]);
    assert_eq!(t.find("plus"), None);
}

#[test]
fn parameters_are_checked_and_reach_their_node() {
    let mut t = Topology::new();
    let source = t.add(UP, Box::new(Count(0.0, 0.0))).unwrap();
    let (sink, heard) = probe(&mut t, UP, source);
    let value = ParamId(1);
    assert_eq!(t.check_param(source, value, 8.0), Ok(()));
    assert!(matches!(t.check_param(source, value, f32::NAN), Err(ParamError::OutOfRange { .. })));
    assert!(matches!(t.check_param(sink, value, 1.0), Err(ParamError::UnknownParam { .. })));
    let mut graph = compile(&mut t).unwrap();
    assert!(graph.set_param(source, value, 5.0, Millis(0)));
    assert!(!graph.set_param(NodeId(99), value, 5.0, Millis(0)));
    let mut solo = Solo::new();
    tick(&mut solo, &mut graph);
    assert_eq!(heard.value(), Some(5.0));
    let mut stats = SessionStats::default();
    graph.report(&mut stats);
    assert_eq!(stats.sent, 1);
}

#[test]
fn profiled_run_charges_each_node_with_its_time() {
    let mut t = Topology::new();
    let source = t.add(UP, Box::new(Count(0.0, 0.0))).unwrap();
    let (sink, _) = probe(&mut t, DOWN, source);
    let mut graph = compile(&mut t).unwrap();
    let mut now = 0;
    let mut stamp = || {
        now += 7;
        now
    };
    let mut busy = [0; 2];
    let mut solo = Solo::new();
    solo.run_profiled(&mut graph, &mut stamp, &mut busy);
    assert_eq!(busy, [7, 7]);
    assert_eq!((graph.node_index(source), graph.node_index(sink)), (Some(0), Some(1)));
}

#[test]
fn topology_is_compiled_once_and_then_edited() {
    let mut t = Topology::new();
    assert_eq!(t.edit().err(), Some(EditError::NotRunning));
    let _graph = compile(&mut t).unwrap();
    assert_eq!(compile(&mut t).err(), Some(CompileError::Running));
}

#[test]
fn picture_shows_nodes_and_dashes_delayed_edges() {
    let mut t = Topology::new();
    let plus = t.add(UP, Box::new(Plus(0.0))).unwrap();
    let count = t.add(DOWN, Box::new(Count(0.0, 0.0))).unwrap();
    t.connect_delayed((count, 0), (plus, 0)).unwrap();
    let dot = t.dot();
    assert!(dot.contains("n0 [label=\"plus 0\\n0 samples, 20 ns\"];"), "{dot}");
    assert!(dot.contains("n1 -> n0 [label=\"8000 Hz\""), "{dot}");
    assert!(dot.contains("style=dashed"), "{dot}");
}

#[test]
fn graphs_and_edits_go_to_other_threads() {
    fn sent<T: Send + 'static>() {}
    sent::<crate::graph::Graph>();
    sent::<crate::graph::Edit>();
    sent::<Topology>();
}
