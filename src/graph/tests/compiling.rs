//! Order, slots, links.

use super::parts::*;
use crate::graph::{CompileError, ConnectError, Link, Solo, Topology, compile};

#[test]
fn order_is_by_segment_then_edges_then_id() {
    let mut t = Topology::new();
    let down = t.add(DOWN, Box::new(Plus(0.0))).unwrap();
    let late = t.add(UP, Box::new(Plus(0.0))).unwrap();
    let a = t.add(UP, Box::new(Count(0.0, 1.0))).unwrap();
    let b = t.add(UP, Box::new(Count(0.0, 1.0))).unwrap();
    t.connect((b, 0), (late, 0)).unwrap();
    t.connect((late, 0), (down, 0)).unwrap();
    let graph = compile(&mut t).unwrap();
    assert_eq!(graph.plan().order().collect::<Vec<_>>(), [a, b, late, down]);
}

#[test]
fn cycle_is_reported_by_its_nodes_in_order() {
    let mut t = Topology::new();
    let ids: Vec<_> = (0..4).map(|_| t.add(UP, Box::new(Sum(2))).unwrap()).collect();
    for (from, to) in [(0, 2), (2, 1), (1, 3), (3, 2)] {
        let port = t.edges().filter(|e| e.to.0 == ids[to]).count();
        t.connect((ids[from], 0), (ids[to], port)).unwrap();
    }
    let Err(CompileError::Cycle(cycle)) = compile(&mut t) else { panic!("compiled a cycle") };
    assert_eq!(cycle.nodes, [ids[1], ids[3], ids[2]]);
    assert_eq!(cycle.to_string(), "cycle without a delayed edge: 1 3 2 1");
    t.disconnect((ids[2], 1)).unwrap();
    t.connect_delayed((ids[3], 0), (ids[2], 1)).unwrap();
    compile(&mut t).expect("the nodes are still there and the cycle is broken");
}

#[test]
fn chain_of_filters_works_in_one_slot() {
    let mut t = Topology::new();
    let mut last = t.add(UP, Box::new(Count(0.0, 1.0))).unwrap();
    for _ in 0..8 {
        let next = t.add(UP, Box::new(Plus(1.0))).unwrap();
        t.connect((last, 0), (next, 0)).unwrap();
        last = next;
    }
    let (_, heard) = probe(&mut t, DOWN, last);
    let mut graph = compile(&mut t).unwrap();
    assert_eq!(graph.plan().slots(), 1);
    let mut solo = Solo::new();
    for n in 0..1000 {
        tick(&mut solo, &mut graph);
        assert_eq!(heard.value(), Some(8.0 + n as f32));
    }
}

#[test]
fn fan_out_keeps_the_shared_frame() {
    let mut t = Topology::new();
    let source = t.add(UP, Box::new(Count(0.0, 1.0))).unwrap();
    let filter = t.add(UP, Box::new(Plus(10.0))).unwrap();
    t.connect((source, 0), (filter, 0)).unwrap();
    let (_, plain) = probe(&mut t, UP, source);
    let (_, changed) = probe(&mut t, UP, filter);
    let mut graph = compile(&mut t).unwrap();
    assert_eq!(graph.plan().slots(), 2);
    tick(&mut Solo::new(), &mut graph);
    assert_eq!((plain.value(), changed.value()), (Some(0.0), Some(10.0)));
}

#[test]
fn one_source_on_two_inputs_of_a_node_is_not_worked_on_in_place() {
    let mut t = Topology::new();
    let source = t.add(UP, Box::new(Count(3.0, 1.0))).unwrap();
    let sum = t.add(UP, Box::new(Sum(3))).unwrap();
    for port in 0..3 {
        t.connect((source, 0), (sum, port)).unwrap();
    }
    let (_, heard) = probe(&mut t, UP, sum);
    let mut graph = compile(&mut t).unwrap();
    tick(&mut Solo::new(), &mut graph);
    assert_eq!(heard.value(), Some(9.0));
}

#[test]
fn delayed_edge_delivers_the_frame_of_the_tick_before() {
    let mut t = Topology::new();
    let echo = t.add(UP, Box::new(Plus(0.0))).unwrap();
    let (_, heard) = probe(&mut t, UP, echo);
    let source = t.add(DOWN, Box::new(Count(0.0, 1.0))).unwrap();
    assert!(matches!(t.connect((source, 0), (echo, 0)), Err(ConnectError::Direction { .. })));
    t.connect_delayed((source, 0), (echo, 0)).unwrap();
    let mut graph = compile(&mut t).unwrap();
    let mut solo = Solo::new();
    tick(&mut solo, &mut graph);
    assert_eq!(heard.value(), None);
    for n in 0..1000 {
        tick(&mut solo, &mut graph);
        assert_eq!(heard.value(), Some(n as f32));
    }
}

#[test]
fn feedback_through_a_delayed_edge_accumulates() {
    let mut t = Topology::new();
    let sum = t.add(UP, Box::new(Sum(2))).unwrap();
    let one = t.add(UP, Box::new(Plus(1.0))).unwrap();
    t.connect((sum, 0), (one, 0)).unwrap();
    t.connect_delayed((one, 0), (sum, 1)).unwrap();
    let (_, heard) = probe(&mut t, UP, one);
    let mut graph = compile(&mut t).unwrap();
    let mut solo = Solo::new();
    for n in 1..100 {
        tick(&mut solo, &mut graph);
        assert_eq!(heard.value(), Some(n as f32));
    }
}

#[test]
fn link_is_small_and_first_in_first_out_across_wrap_around() {
    assert!(size_of::<Link>() <= 16);
    let link = Link::new();
    for round in 0..200u16 {
        for n in 0..4 {
            assert!(link.push(round * 4 + n));
        }
        assert!(!link.push(9));
        for n in 0..4 {
            assert_eq!(link.pop(), Some(round * 4 + n));
        }
        assert_eq!(link.pop(), None);
    }
}
