//! Plans of moves, by numbers.

use crate::engine::rebalance::plan::{Group, plan};

fn groups(of: &[(usize, f64)]) -> Vec<Group> {
    of.iter().map(|&(worker, cost)| Group { worker, cost }).collect()
}

fn loads(workers: usize, groups: &[Group]) -> Vec<f64> {
    (0..workers)
        .map(|worker| groups.iter().filter(|group| group.worker == worker).map(|group| group.cost).sum())
        .collect()
}

#[test]
fn the_busiest_worker_gives_until_all_are_within_the_bound() {
    let groups = groups(&[(0, 0.1); 9]);
    let mut load = loads(3, &groups);
    let moves = plan(&mut load, &groups, 0.05, 100, |_, _| true);
    assert_eq!(moves.len(), 6);
    assert!(load.iter().all(|load| (load - 0.3).abs() < 1e-9), "{load:?}");
    let mut moved: Vec<usize> = moves.iter().map(|step| step.0).collect();
    moved.dedup();
    assert_eq!(moved.len(), 6, "none moves twice");
}

#[test]
fn within_the_bound_nothing_moves_and_no_move_makes_it_worse() {
    let near = groups(&[(0, 0.12), (1, 0.1)]);
    assert_eq!(plan(&mut loads(2, &near), &near, 0.05, 9, |_, _| true), []);
    // One that is all of a worker's load would only change places.
    let one = groups(&[(0, 0.5)]);
    assert_eq!(plan(&mut loads(2, &one), &one, 0.05, 9, |_, _| true), []);
    let odd = groups(&[(0, 0.5), (0, 0.1), (1, 0.2)]);
    let mut load = loads(2, &odd);
    assert_eq!(plan(&mut load, &odd, 0.05, 9, |_, _| true), [(1, 1)]);
    assert!(load[0] > load[1]);
}

#[test]
fn no_more_than_asked_for_move_and_only_where_they_are_taken() {
    let groups = groups(&[(0, 0.1); 9]);
    assert_eq!(plan(&mut loads(3, &groups), &groups, 0.05, 2, |_, _| true).len(), 2);
    let moves = plan(&mut loads(3, &groups), &groups, 0.05, 9, |at, to| at % 2 == 0 && to == 2);
    assert!(!moves.is_empty() && moves.iter().all(|(at, to)| at % 2 == 0 && *to == 2), "{moves:?}");
}

proptest::proptest! {
    #[test]
    fn any_plan_ends_and_never_raises_the_highest_load(
        of in proptest::collection::vec((0usize..4, 0.0f64..0.3), 0..60), bound in 0.0f64..0.2,
    ) {
        let groups = groups(&of);
        let mut load = loads(4, &groups);
        let highest = |load: &[f64]| load.iter().fold(0.0f64, |most, load| most.max(*load));
        let before = highest(&load);
        let moves = plan(&mut load, &groups, bound, 1_000, |_, _| true);
        proptest::prop_assert!(moves.len() <= groups.len());
        proptest::prop_assert!(highest(&load) <= before + 1e-9);
    }
}
