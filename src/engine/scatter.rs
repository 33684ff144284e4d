//! Operations on sessions that are not where they have to be.

use crate::engine::Reject;
use crate::engine::course::Course;
use crate::engine::request::Request;
use crate::engine::staging::Staging;
use crate::engine::state::{Entry, State};
use crate::engine::submit::ids;
use crate::types::{SessionId, WorkerId};

impl State {
    /// The leg that has to move, and where, before a bridge among `requests` can be.
    pub fn scattered(&self, requests: &[Request]) -> Result<Option<(SessionId, WorkerId)>, Reject> {
        let (mut parted, mut joined, mut left) = (Vec::new(), Vec::new(), Vec::new());
        for request in requests {
            if let Request::Shape { room, changes, .. } = request
                && let Some(apart) = self.apart(*room, changes)?
            {
                return Ok(Some(apart));
            }
            if let Request::Leave(id) | Request::Course(id, Course::Park(_)) = request {
                left.push(*id);
            }
            if let Some(id) = request.parts() {
                parted.extend([Some(id), self.entry(id)?.leg.peer].into_iter().flatten());
            }
            let peer_of = |id| self.entry(id).ok()?.leg.peer;
            if let Some((a, b)) = request.bridges(peer_of) {
                let (a, b) = (&a, &b);
                let (first, second) = (self.entry(*a)?, self.entry(*b)?);
                // One in a room is not moved for a bridge that is going to be rejected.
                let seated = |id: &SessionId, entry: &Entry| entry.leg.room.is_some() && !left.contains(id);
                let settled = !first.moving && !second.moving && !seated(a, first) && !seated(b, second);
                let stays = |id: &SessionId, entry: &Entry| entry.leg.peer.is_some() && !parted.contains(id);
                // A leg that is asked for twice stays where the first one wants it.
                let bridged = stays(a, first) || stays(b, second) || joined.contains(a) || joined.contains(b);
                joined.extend([*a, *b]);
                if settled && !bridged && first.worker != second.worker {
                    let alone = first.leg.peer.is_none() && second.leg.peer.is_some();
                    return Ok(Some(if alone { (*a, second.worker) } else { (*b, first.worker) }));
                }
            }
        }
        Ok(None)
    }

    /// Whether a session named is on its way, or has operations waiting already.
    pub fn must_wait(&self, requests: &[Request]) -> bool {
        ids(requests).any(|id| {
            let moving = self
                .entry(id)
                .is_ok_and(|e| e.moving || e.leg.peer.is_some_and(|peer| self.entry(peer).is_ok_and(|p| p.moving)));
            moving || self.deferred.iter().any(|(_, waiting)| ids(waiting).any(|other| other == id))
        })
    }
}

impl Staging<'_> {
    /// One move for each unit: the one asked for last.
    pub fn last_moves(&self) -> Vec<(SessionId, WorkerId)> {
        let mut settled = Vec::new();
        let mut moves = Vec::new();
        for (session, to) in self.moves.iter().rev().copied() {
            let peer = self.drafted(session).and_then(|d| d.leg.peer);
            if !settled.contains(&session) {
                settled.extend([Some(session), peer].into_iter().flatten());
                moves.push((session, to));
            }
        }
        moves
    }
}
