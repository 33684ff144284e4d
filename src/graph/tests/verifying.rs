//! The verifier rejects plans that the compiler would never make.

use super::parts::*;
use crate::frame::FrameRef;
use crate::graph::plan::Plan;
use crate::graph::{PlanFault, Topology, compile};

/// Two sources into a sum, and a probe each for the sum and the second source.
fn plan() -> Plan {
    let mut t = Topology::new();
    let a = t.add(UP, Box::new(Count(0.0, 1.0))).unwrap();
    let b = t.add(UP, Box::new(Count(0.0, 1.0))).unwrap();
    let sum = t.add(UP, Box::new(Sum(2))).unwrap();
    t.connect((a, 0), (sum, 0)).unwrap();
    t.connect((b, 0), (sum, 1)).unwrap();
    probe(&mut t, DOWN, sum);
    probe(&mut t, DOWN, b);
    std::sync::Arc::unwrap_or_clone(compile(&mut t).unwrap().plan)
}

#[test]
fn plan_of_the_compiler_passes() {
    let plan = plan();
    assert_eq!(plan.verify(), Ok(()));
    // The sum works in place.
    assert_eq!((plan.slots(), plan.steps[2].in_place), (2, true));
}

#[test]
fn slot_with_readers_to_come_is_not_to_be_written() {
    let mut plan = plan();
    plan.outputs[1].slot = plan.outputs[0].slot;
    assert_eq!(plan.verify(), Err(PlanFault::Overwritten { step: 1, slot: 0 }));
}

#[test]
fn output_in_the_slot_of_another_input_is_shared() {
    let mut other = plan();
    other.outputs[2].slot = other.outputs[1].slot;
    assert_eq!(other.verify(), Err(PlanFault::Shared { step: 2, slot: 1 }));
    let mut unmarked = plan();
    unmarked.steps[2].in_place = false;
    assert_eq!(unmarked.verify(), Err(PlanFault::Shared { step: 2, slot: 0 }));
}

#[test]
fn reader_before_its_source_is_unfed() {
    let mut plan = plan();
    plan.steps.swap(1, 2);
    assert_eq!(plan.verify(), Err(PlanFault::Unfed { step: 1 }));
}

#[test]
fn link_without_reader_fills_up() {
    let mut plan = plan();
    plan.inputs[1] = super::super::plan::UNCONNECTED;
    assert_eq!(plan.verify(), Err(PlanFault::Unread { link: 1 }));
}

#[test]
fn undelayed_link_does_not_outlive_the_tick() {
    let mut plan = plan();
    plan.delayed = Box::new([0]);
    assert_eq!(plan.verify(), Err(PlanFault::Unread { link: 0 }));
}

#[test]
fn indices_out_of_range_are_found() {
    let broken = |change: fn(&mut Plan)| {
        let mut plan = plan();
        change(&mut plan);
        matches!(plan.verify(), Err(PlanFault::Range { .. }))
    };
    assert!(broken(|p| p.split = 9));
    assert!(broken(|p| p.inputs[0] = 99));
    assert!(broken(|p| p.outputs[0].slot = FrameRef(99)));
    assert!(broken(|p| p.outputs[0].length = 481));
    assert!(broken(|p| p.outputs[0].end_link = 99));
    assert!(broken(|p| p.outputs = Box::new([])));
    assert!(broken(|p| p.steps[0].outputs = 9));
    assert!(broken(|p| p.steps[3].first_input = 99));
}
