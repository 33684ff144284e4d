//! The table by itself: what must hold of every state and every operation.

use std::collections::HashSet;

use crate::session::machine::{Company, Gate, Link, MediaState, Phase, SessionOp, Told};
use crate::types::{RoomId, SessionId};

const ME: SessionId = SessionId { index: 0, generation: 0 };
const PEER: SessionId = SessionId { index: 1, generation: 0 };
const OTHER: SessionId = SessionId { index: 2, generation: 0 };
const ROOM: RoomId = RoomId { index: 0, generation: 0 };

const GATES: [Gate; 4] = [Gate::Block, Gate::Ringback, Gate::Listen, Gate::Pass];

fn operations() -> Vec<SessionOp> {
    use SessionOp as Op;
    let mut all = vec![
        Op::Bridge(PEER),
        Op::Unbridge,
        Op::Join(ROOM),
        Op::Leave,
        Op::Hold,
        Op::Resume,
        Op::Park,
        Op::Unpark,
        Op::Answer,
        Op::Play,
        Op::Fork,
        Op::Replace(OTHER),
        Op::End,
        Op::Destroy,
        Op::Parted,
        Op::RoomClosed,
        Op::FarMedia,
    ];
    all.extend(GATES.map(Op::Early));
    all
}

/// Every state that can be reached from the two that a leg begins in.
fn reachable() -> HashSet<MediaState> {
    let mut open = vec![MediaState::new(Phase::Early(Gate::Block)), MediaState::new(Phase::Answered)];
    let mut seen: HashSet<MediaState> = open.iter().copied().collect();
    while let Some(state) = open.pop() {
        let next = operations().into_iter().filter_map(|op| state.after(op)?.state);
        open.extend(next.filter(|state| seen.insert(*state)));
    }
    seen
}

#[test]
fn these_states_can_be_reached_and_no_others() {
    let states = reachable();
    // Early: 4 gates, free or bridged. Answered: four links, all but parked also on hold. Ending: as answered.
    assert_eq!(states.len(), 4 * 2 + 7 + 7, "{states:?}");
    for state in states {
        let early = matches!(state.phase, Phase::Early(_));
        assert!(!(early && (state.held || matches!(state.link, Link::InRoom(_) | Link::Parked))), "{state}");
        assert!(!(state.held && state.link == Link::Parked), "{state}");
    }
}

#[test]
fn a_leg_can_always_be_destroyed_and_from_everywhere_but_the_end_be_ended() {
    for state in reachable() {
        assert_eq!(state.after(SessionOp::Destroy).expect("legal").state, None);
        assert_eq!(state.allows(SessionOp::End), state.phase != Phase::Ending, "{state}");
        if state.phase == Phase::Ending {
            let begins = |op: &SessionOp| state.allows(*op) && matches!(op, SessionOp::Bridge(_) | SessionOp::Join(_));
            assert!(!operations().iter().any(begins), "nothing begins at the end: {state}");
        }
    }
}

#[test]
fn whatever_changes_is_told_and_what_is_told_has_changed() {
    for state in reachable() {
        for op in operations() {
            let Some(step) = state.after(op) else { continue };
            let repeated = matches!(op, SessionOp::Early(gate) if state.phase == Phase::Early(gate));
            assert_eq!(step.state != Some(state) || repeated, !step.told.is_empty(), "{state}: {op}");
            let linked = step.state.is_some_and(|after| after.link != state.link);
            let told = |told: &Told| {
                let (joins, parts) = (
                    matches!(told, Told::Bridged(_) | Told::Joined(_) | Told::Parked),
                    matches!(told, Told::Unbridged | Told::Left(_) | Told::Unparked),
                );
                joins || parts
            };
            assert_eq!(linked, step.told.iter().any(told), "{state}: {op}");
        }
    }
}

#[test]
fn an_answer_is_given_once_and_never_taken_back() {
    for state in reachable().into_iter().filter(|state| !matches!(state.phase, Phase::Early(_))) {
        assert!(!state.allows(SessionOp::Answer) && GATES.iter().all(|gate| !state.allows(SessionOp::Early(*gate))));
    }
}

#[test]
fn bridges_are_mutual_whatever_is_asked() {
    let mut company = Company::default();
    for id in [ME, PEER, OTHER] {
        company.know(id, MediaState::new(Phase::Answered));
    }
    let news = company.apply(ME, SessionOp::Bridge(PEER)).expect("both are free");
    assert_eq!(news, [(ME, Told::Bridged(PEER)), (PEER, Told::Bridged(ME))]);
    let before = company.clone();
    let refused = company.apply(OTHER, SessionOp::Bridge(PEER)).expect_err("one of them is not free");
    assert_eq!((refused.session, refused.operation), (PEER, SessionOp::Bridge(OTHER)));
    assert_eq!(company.state(OTHER), before.state(OTHER), "half a bridge is none");
    company.apply(OTHER, SessionOp::Park).expect("free");
    let news = company.apply(PEER, SessionOp::Replace(OTHER)).expect("bridged");
    let want = [
        (PEER, Told::Unbridged),
        (ME, Told::Unbridged),
        (ME, Told::Bridged(OTHER)),
        (OTHER, Told::Unparked),
        (OTHER, Told::Bridged(ME)),
        (OTHER, Told::Replaced(PEER)),
    ];
    assert_eq!(news, want);
    let news = company.apply(OTHER, SessionOp::Destroy).expect("always");
    assert_eq!(news, [(OTHER, Told::Destroyed), (ME, Told::Unbridged)]);
    assert_eq!(company.state(ME).map(|state| state.link), Some(Link::Free));
}
