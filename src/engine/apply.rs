//! How a worker carries out commands and hand-overs, at a tick's boundary.

use std::any::Any;
use std::sync::atomic::Ordering::Relaxed;

use crate::engine::Refusal;
use crate::engine::command::{Body, Command, Envelope, Handover, Report};
use crate::engine::handover::{admit, evict, hand_over};
use crate::engine::room::Shape;
use crate::engine::worker::{RESERVED, Worker};
use crate::graph::Node;
use crate::graph::nodes::{Receive, Send};
use crate::rt::{Owned, fence};
use crate::types::{NodeId, RoomId, SessionId, Tick};

/// Takes the target plans in where transitions have run their tick. Real-time.
pub(crate) fn end_transitions(worker: &mut Worker) {
    while let Some(index) = worker.transitions.pop() {
        if let Some(session) = worker.table.slot(index) {
            session.finish_edit();
        }
    }
}

/// Carries out the command at the head of the ring, if it is due and its answer has room. Real-time.
pub(crate) fn next_command(worker: &mut Worker, tick: Tick) -> bool {
    // The answer rule: a command is only taken when its answer has room, so none is ever lost.
    if worker.ends.reports.slots() <= RESERVED / 2 {
        return false;
    }
    let Some(head) = worker.ends.commands.peek() else { return false };
    if head.at > tick {
        return false;
    }
    let ready = match &head.body {
        Body::One(command) => is_ready(&mut worker.table, &worker.ends.peers_out, command, 1),
        Body::Many(commands) => {
            let moves = commands.iter().flatten().filter(|c| matches!(c, Command::Evict { .. })).count();
            commands.iter().flatten().all(|c| is_ready(&mut worker.table, &worker.ends.peers_out, c, moves))
        }
    };
    if !ready {
        return false;
    }
    let Some(Envelope { op, body, .. }) = worker.ends.commands.pop() else { return false };
    let mut outcome = Some(Ok(()));
    match body {
        Body::One(command) => outcome = apply(worker, command, op, tick),
        Body::Many(mut commands) => {
            for command in commands.iter_mut().filter_map(Option::take) {
                let moved_to = if let Command::Evict { to, .. } = &command { Some(*to) } else { None };
                if let Some(Err(why)) = apply(worker, command, op, tick) {
                    outcome = Some(Err(why));
                    if let Some(to) = moved_to {
                        hand_over(worker, to, Handover { op, sessions: [None, None] });
                    }
                }
            }
        }
    }
    let report = match outcome {
        Some(Ok(())) => Report::Applied { op, tick },
        Some(Err(why)) => Report::Failed { op, tick, why },
        None => return true,
    };
    // Room was made sure of above.
    let _ = worker.ends.reports.push(report);
    true
}

/// An edit waits until the one before has ended its transition, unless nothing was heard of the session yet; a hand-over until
/// there is room for all `moves`.
fn is_ready(
    table: &mut crate::engine::table::Table,
    peers: &[Option<crate::rt::Producer<Handover>>],
    command: &Command,
    moves: usize,
) -> bool {
    match command {
        Command::Edit(id, _) => table.session(*id).map_or(true, |s| s.edit.is_none() || s.is_new()),
        Command::Evict { to, .. } => {
            peers.get(usize::from(to.0)).and_then(Option::as_ref).is_none_or(|ring| ring.slots() >= moves)
        }
        _ => true,
    }
}

/// Carries out one command; `None` when another worker will answer. Real-time.
fn apply(worker: &mut Worker, command: Command, op: super::OpId, tick: Tick) -> Option<Result<(), Refusal>> {
    Some(match command {
        Command::Adopt(mut session) => {
            session.next_tick = tick;
            session.phase = worker.table.lightest_phase();
            admit(worker, session)
        }
        Command::Remove(id) => worker.table.remove(id).map(|mut session| {
            worker.ends.bells.listen(id.index(), false);
            worker.hall.seat(&mut session, false);
            // A panic of `Node::report` now leaves the figures as published last; the session is gone anyway.
            let _ = fence(|| session.publish());
            worker.figures.sessions.fetch_sub(1, Relaxed);
        }),
        Command::Edit(id, edit) => worker.table.session(id).and_then(|session| {
            worker.hall.part_ways(session);
            if session.edit.is_none() {
                worker.transitions.push(id.index());
            } else {
                // A new one: there is nothing to fade from yet. If what it is given at once took several ticks, set-ups would queue up.
                session.finish_edit();
            }
            // Nodes that succeed others run code of theirs here.
            let outcome = fence(|| session.begin_edit(edit));
            if outcome.is_err() {
                session.quarantined = true;
                worker.panicked.push(id.index());
                return Err(Refusal::Quarantined);
            }
            Ok(())
        }),
        Command::Convert { session, node, table } => {
            node_of::<Send>(worker, session, node).map(|sender| sender.convert_by(table))
        }
        Command::SetEncoder { session, node, param, value } => {
            worker.table.session(session).into_iter().for_each(|session| worker.hall.part_ways(session));
            node_of::<Send>(worker, session, node).map(|sender| sender.set_encoder(param, value))
        }
        Command::Effort { session, node, value, cut } => {
            worker.table.session(session).into_iter().for_each(|session| worker.hall.part_ways(session));
            node_of::<Send>(worker, session, node).map(|sender| sender.set_effort(value, cut))
        }
        Command::TapPackets { session, tap } => worker.table.session(session).map(|session| session.tap = tap),
        Command::Pace(pace) => {
            worker.pace = pace;
            Ok(())
        }
        Command::Talkers { room, most } => worker.hall.cap(room, most),
        Command::Set { session, node, param, value, ramp } => worker.table.session(session).and_then(|session| {
            let mut found = false;
            if fence(|| found = session.graph.set_param(node, param, value, ramp)).is_err() {
                session.quarantined = true;
                worker.panicked.push(session.id.index());
                return Err(Refusal::Quarantined);
            }
            if found { Ok(()) } else { Err(Refusal::NoSuchNode) }
        }),
        Command::Bridge { a, b } => {
            for id in [a, b] {
                if let Ok(session) = worker.table.session(id) {
                    worker.hall.seat(session, false);
                }
            }
            worker.table.pair(a, b)
        }
        Command::Unbridge { a } => worker.table.session(a).map(|_| ()).map(|()| worker.table.unpair(a.index())),
        Command::Mirror { session, mut mirror } => {
            worker.table.session(session).map(|session| match &mut session.mirror {
                Some(copies) => copies.take(&mut mirror),
                none => *none = Some(mirror),
            })
        }
        Command::Unmirror { session, tag, mut away } => worker.table.session(session).map(|session| {
            session.mirror.iter_mut().for_each(|copies| copies.give(tag, &mut away));
        }),
        Command::Expect { session, node, ssrc } => {
            node_of::<Receive>(worker, session, node).map(|receiver| receiver.expect_source(ssrc))
        }
        Command::End { session, by } => worker.table.session(session).map(|session| session.ends = Some(by)),
        Command::OpenRoom(part) => worker.hall.open(part),
        Command::CloseRoom(room) => worker.hall.close(room),
        Command::Stock { room, mut stock } => worker.hall.stock(room, &mut stock),
        Command::Span { room, worker: who, .. } => worker.hall.span(room, who, tick),
        Command::Sit { session, seat } => {
            worker.table.session(session).and_then(|session| worker.hall.sit(session, seat))
        }
        Command::Rise(session) => worker.table.session(session).and_then(|session| worker.hall.rise(session)),
        Command::Shape { room, shape } => shape_room(worker, room, shape),
        Command::Floor { room, mut rules } => worker.hall.rule(room, &mut rules),
        Command::Evict { session, to } => return evict(worker, session, to, op),
    })
}

fn node_of<N: Node>(worker: &mut Worker, session: SessionId, node: NodeId) -> Result<&mut N, Refusal> {
    let node = worker.table.session(session)?.graph.node_mut(node).ok_or(Refusal::NoSuchNode)?;
    (node as &mut dyn Any).downcast_mut::<N>().ok_or(Refusal::NoSuchNode)
}

/// Changes who hears whom in a worker's part of a room.
fn shape_room(worker: &mut Worker, room: RoomId, mut shape: Owned<Shape>) -> Result<(), Refusal> {
    let Shape { changes, places, ramp } = &mut *shape;
    places.clear();
    for change in changes.iter() {
        let place = |id: SessionId| worker.table.session(id).ok()?.seat.as_ref()?.place();
        // Room for all of them was made.
        places.push(change.rename(place).ok_or(Refusal::Gone)?);
    }
    let part = worker.hall.part(room).ok_or(Refusal::Gone)?;
    part.room.apply(places, *ramp).map_err(|_| Refusal::Gone)
}
