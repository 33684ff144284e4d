//! Which groups of sessions move where: a function of what they cost.

/// Sessions that move together: one alone, or the two legs of a bridge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Group {
    /// Where it is.
    pub worker: usize,
    /// Share of a period.
    pub cost: f64,
}

/// A group, by its place in the list, and the worker that it goes to.
pub(super) type Move = (usize, usize);

/// Moves, at most `most`, after which the busiest worker is at most `bound` above the least busy one that takes anybody, or no move
/// helps. Each brings the two closer together, and of those that do it is the one that leaves them closest; of equal ones the first.
/// No group moves twice. O(moves · groups).
pub(super) fn plan(
    load: &mut [f64],
    groups: &[Group],
    bound: f64,
    most: usize,
    mut takes: impl FnMut(usize, usize) -> bool,
) -> Vec<Move> {
    let mut moves: Vec<Move> = Vec::new();
    // Workers that the busiest one has nothing for.
    let mut closed = vec![false; load.len()];
    while moves.len() < most {
        let by_load = |a: &usize, b: &usize| load[*a].total_cmp(&load[*b]).then(b.cmp(a));
        let Some(from) = (0..load.len()).max_by(by_load) else { break };
        let open = (0..load.len()).filter(|worker| !closed[*worker] && *worker != from);
        let Some(to) = open.min_by(|a, b| load[*a].total_cmp(&load[*b]).then(a.cmp(b))) else { break };
        let gap = load[from] - load[to];
        if gap <= bound {
            break;
        }
        let movable = groups.iter().enumerate().filter(|(at, group)| {
            group.worker == from && group.cost > 0.0 && group.cost < gap && moves.iter().all(|(moved, _)| moved != at)
        });
        // What is left between the two afterwards.
        let rest = |cost: f64| (gap - 2.0 * cost).abs();
        let best = movable.filter(|(at, _)| takes(*at, to)).min_by(|a, b| rest(a.1.cost).total_cmp(&rest(b.1.cost)));
        let Some((at, group)) = best else {
            closed[to] = true;
            continue;
        };
        load[from] -= group.cost;
        load[to] += group.cost;
        moves.push((at, to));
    }
    moves
}
