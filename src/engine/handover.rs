//! Sessions come to a worker, and leave it for another one.

use std::sync::atomic::Ordering::Relaxed;

use crate::engine::Refusal;
use crate::engine::command::{Handover, Report};
use crate::engine::table::Unit;
use crate::engine::worker::{RESERVED, Worker};
use crate::rt::Owned;
use crate::session::Session;
use crate::types::{SessionId, Tick, WorkerId};

pub(super) fn admit(worker: &mut Worker, mut session: Owned<Session>) -> Result<(), Refusal> {
    worker.hall.seat(&mut session, true);
    let (index, editing) = (session.id.index(), session.edit.is_some());
    // A slot is freed by its worker before the control side gives it out again.
    worker.table.insert(session).map_err(|_| Refusal::Gone)?;
    worker.figures.sessions.fetch_add(1, Relaxed);
    if editing {
        worker.transitions.push(index);
    }
    Ok(())
}

pub(super) fn evict(worker: &mut Worker, id: SessionId, to: WorkerId, op: super::OpId) -> Option<Result<(), Refusal>> {
    let peer = match worker.table.session(id) {
        Err(why) => return Some(Err(why)),
        Ok(session) => session.peer,
    };
    if to == worker.id {
        return Some(Ok(()));
    }
    let peer = peer.and_then(|index| worker.table.slot(index)).map(|s| s.id);
    let mut sessions = [worker.table.remove(id).ok(), peer.and_then(|id| worker.table.remove(id).ok())];
    for session in sessions.iter_mut().flatten() {
        worker.hall.seat(session, false);
        worker.ends.bells.listen(session.id.index(), false);
    }
    let count = sessions.iter().flatten().count() as u32;
    worker.figures.sessions.fetch_sub(count, Relaxed);
    // Room was made sure of before the command was taken; what does not fit goes to the reaper.
    if hand_over(worker, to, Handover { op, sessions }) { None } else { Some(Err(Refusal::Gone)) }
}

/// Sends sessions, or the news that there are none, to a worker that answers for them. Real-time.
pub(super) fn hand_over(worker: &mut Worker, to: WorkerId, handover: Handover) -> bool {
    let ring = worker.ends.peers_out.get_mut(usize::from(to.0)).and_then(Option::as_mut);
    ring.is_some_and(|ring| ring.push(handover).is_ok())
}

/// Takes one hand-over from any other worker. Real-time.
pub(crate) fn next_handover(worker: &mut Worker, tick: Tick) -> Option<Unit> {
    if worker.ends.reports.slots() <= RESERVED / 2 {
        return None;
    }
    let Handover { op, sessions } = worker.ends.peers_in.iter_mut().find_map(crate::rt::Consumer::pop)?;
    let mut ids = [None; 2];
    for (id, session) in ids.iter_mut().zip(sessions) {
        let Some(session) = session else { continue };
        *id = Some(session.id);
        let _ = admit(worker, session);
    }
    let _ = worker.ends.reports.push(Report::Adopted { op, tick, sessions: ids });
    match ids {
        [Some(a), Some(b)] => {
            let paired = worker.table.pair(a, b).is_ok();
            Some(Unit { a: a.index(), b: paired.then_some(b.index()) })
        }
        [Some(a), None] => Some(Unit { a: a.index(), b: None }),
        _ => None,
    }
}
