//! Swapping plans under running nodes.

use assert_no_alloc::assert_no_alloc;

use super::parts::*;
use crate::graph::{Edit, EditState, Graph, Solo, Topology, compile};

fn begin(edit: &mut Edit, graph: &mut Graph) -> EditState {
    assert_no_alloc(|| edit.begin(graph))
}

fn finish(edit: &mut Edit, graph: &mut Graph) -> EditState {
    assert_no_alloc(|| edit.finish(graph))
}

#[test]
fn edit_to_the_same_topology_changes_nothing() {
    let mut t = Topology::new();
    let source = t.add(UP, Box::new(Count(0.0, 0.1))).unwrap();
    let sum = t.add(UP, Box::new(Sum(2))).unwrap();
    t.connect((source, 0), (sum, 0)).unwrap();
    let plus = t.add(DOWN, Box::new(Plus(0.25))).unwrap();
    t.connect((sum, 0), (plus, 0)).unwrap();
    t.connect_delayed((plus, 0), (sum, 1)).unwrap();
    let (_, heard) = probe(&mut t, DOWN, plus);
    let mut graph = compile(&mut t).unwrap();
    let mut solo = Solo::new();
    let (mut value, mut fed) = (0.0f32, 0.0f32);
    for _ in 0..20 {
        let mut edit = t.edit().unwrap();
        assert_eq!(begin(&mut edit, &mut graph), EditState::Done);
        tick(&mut solo, &mut graph);
        fed = (value + fed) + 0.25;
        value += 0.1;
        assert_eq!(heard.value(), Some(fed));
    }
}

#[test]
fn state_moves_and_changed_input_fades_without_a_step() {
    let mut t = Topology::new();
    let source = t.add(UP, Box::new(Count(1.0, 0.0))).unwrap();
    let (sink, heard) = probe(&mut t, DOWN, source);
    let (_, other) = probe(&mut t, DOWN, source);
    let mut graph = compile(&mut t).unwrap();
    let mut solo = Solo::new();
    let edge = t.edges().find(|e| e.to == (sink, 0)).unwrap();
    let plus = t.insert_between(edge, UP, Box::new(Plus(-1.0))).unwrap();
    let mut insert = t.edit().unwrap();
    t.splice_out(plus).unwrap();
    let mut remove = t.edit().unwrap();
    let mut played = Vec::new();
    let mut run = |graph: &mut Graph| {
        tick(&mut solo, graph);
        played.extend(heard.frame());
        assert_eq!(other.value(), Some(1.0));
    };
    run(&mut graph);
    assert_eq!(begin(&mut remove, &mut graph), EditState::Waiting, "out of turn");
    assert_eq!(begin(&mut insert, &mut graph), EditState::Fading);
    assert_eq!(begin(&mut remove, &mut graph), EditState::Waiting, "out of turn");
    run(&mut graph);
    assert_eq!(finish(&mut insert, &mut graph), EditState::Done);
    run(&mut graph);
    assert_eq!(begin(&mut remove, &mut graph), EditState::Fading);
    run(&mut graph);
    assert_eq!(finish(&mut remove, &mut graph), EditState::Done);
    run(&mut graph);
    assert_eq!((played[0], played[2 * 80], played[5 * 80 - 1]), (1.0, 0.0, 1.0));
    let slope = 1.0 / 81.0;
    let step = played.windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0, f32::max);
    assert!(step < slope * 1.001, "step of {step}, slope is {slope}");
}

#[test]
fn node_counts_on_through_edits() {
    let mut t = Topology::new();
    let source = t.add(UP, Box::new(Count(0.0, 1.0))).unwrap();
    let (_, heard) = probe(&mut t, DOWN, source);
    let mut graph = compile(&mut t).unwrap();
    let mut solo = Solo::new();
    for n in 0..60 {
        let extra = t.add(UP, Box::new(Plus(0.0))).unwrap();
        t.connect((source, 0), (extra, 0)).unwrap();
        let mut edit = t.edit().unwrap();
        begin(&mut edit, &mut graph);
        tick(&mut solo, &mut graph);
        finish(&mut edit, &mut graph);
        assert_eq!(heard.value(), Some(n as f32));
    }
}

#[test]
fn disconnected_input_fades_to_silence_and_connected_one_from_it() {
    let mut t = Topology::new();
    let source = t.add(UP, Box::new(Count(1.0, 0.0))).unwrap();
    let (sink, heard) = probe(&mut t, UP, source);
    let mut graph = compile(&mut t).unwrap();
    let mut solo = Solo::new();
    let edge = t.disconnect((sink, 0)).unwrap();
    let mut off = t.edit().unwrap();
    t.connect(edge.from, edge.to).unwrap();
    let mut on = t.edit().unwrap();
    begin(&mut off, &mut graph);
    tick(&mut solo, &mut graph);
    let down = heard.frame();
    assert!(down[0] < 1.0 && down[79] > 0.0 && down.is_sorted_by(|a, b| a > b));
    finish(&mut off, &mut graph);
    tick(&mut solo, &mut graph);
    assert_eq!(heard.value(), None);
    begin(&mut on, &mut graph);
    tick(&mut solo, &mut graph);
    let up = heard.frame();
    assert!(up[0] > 0.0 && up[79] < 1.0 && up.is_sorted_by(|a, b| a < b));
}

#[test]
fn removed_source_is_heard_until_it_has_faded() {
    let mut t = Topology::new();
    let source = t.add(UP, Box::new(Count(1.0, 0.0))).unwrap();
    let (_, heard) = probe(&mut t, DOWN, source);
    let mut graph = compile(&mut t).unwrap();
    let mut solo = Solo::new();
    t.remove(source).unwrap();
    let mut edit = t.edit().unwrap();
    assert_eq!(begin(&mut edit, &mut graph), EditState::Fading);
    tick(&mut solo, &mut graph);
    let down = heard.frame();
    assert!(down[0] > 0.9 && down[79] < 0.1, "{down:?}");
    finish(&mut edit, &mut graph);
    tick(&mut solo, &mut graph);
    assert_eq!((heard.value(), graph.plan().steps()), (None, 1));
}

#[test]
fn new_delayed_edge_fades_in_with_its_first_frame() {
    let mut t = Topology::new();
    let old = t.add(UP, Box::new(Count(1.0, 0.0))).unwrap();
    let new = t.add(DOWN, Box::new(Count(1.0, 0.0))).unwrap();
    let (sink, heard) = probe(&mut t, UP, old);
    let mut graph = compile(&mut t).unwrap();
    let mut solo = Solo::new();
    t.disconnect((sink, 0)).unwrap();
    t.connect_delayed((new, 0), (sink, 0)).unwrap();
    let mut edit = t.edit().unwrap();
    assert_eq!(begin(&mut edit, &mut graph), EditState::Fading);
    tick(&mut solo, &mut graph);
    assert!(heard.frame().is_sorted_by(|a, b| a > b), "old one goes");
    finish(&mut edit, &mut graph);
    tick(&mut solo, &mut graph);
    assert!(heard.frame().is_sorted_by(|a, b| a < b), "new one comes");
    tick(&mut solo, &mut graph);
    assert_eq!(heard.value(), Some(1.0));
}

#[test]
fn reversed_chain_fades_in_where_old_and_new_edges_form_a_cycle() {
    let mut t = Topology::new();
    let source = t.add(UP, Box::new(Count(1.0, 0.0))).unwrap();
    let [a, b] = [2.0, 3.0].map(|v| t.add(UP, Box::new(Plus(v))).unwrap());
    t.connect((source, 0), (a, 0)).unwrap();
    t.connect((a, 0), (b, 0)).unwrap();
    let (sink, heard) = probe(&mut t, UP, b);
    let mut graph = compile(&mut t).unwrap();
    let mut solo = Solo::new();
    for to in [a, b, sink] {
        t.disconnect((to, 0)).unwrap();
    }
    t.connect((source, 0), (b, 0)).unwrap();
    t.connect((b, 0), (a, 0)).unwrap();
    t.connect((a, 0), (sink, 0)).unwrap();
    let mut edit = t.edit().unwrap();
    assert_eq!(begin(&mut edit, &mut graph), EditState::Fading);
    tick(&mut solo, &mut graph);
    // Only the edge from `a` to `b` must be cut: `b` begins from silence, `a` from its old source.
    let first = heard.frame()[0];
    assert!((3.0..3.1).contains(&first), "{first}");
    assert_eq!(finish(&mut edit, &mut graph), EditState::Done);
    tick(&mut solo, &mut graph);
    assert_eq!(heard.value(), Some(6.0));
}
