//! Several legs: what a transition of one does to the others.

use std::collections::HashMap;

use thiserror::Error;

use crate::session::machine::{Link, MediaState, SessionOp, Told};
use crate::types::{RoomId, SessionId};

/// An operation that is not legal in the state that a leg is in. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{session} is {state}: it cannot {operation}")]
#[non_exhaustive]
pub struct Illegal {
    /// Which leg.
    pub session: SessionId,
    /// What it is.
    pub state: MediaState,
    /// What was asked of it.
    pub operation: SessionOp,
}

/// Legs by name. A name that is not there is nobody's.
#[derive(Clone, Debug, Default)]
pub struct Company {
    states: HashMap<SessionId, MediaState>,
}

/// What each leg concerned is told, in order.
pub type News = Vec<(SessionId, Told)>;

impl Company {
    /// Takes a leg in, as it is.
    pub fn know(&mut self, session: SessionId, state: MediaState) {
        self.states.insert(session, state);
    }

    /// What a leg is.
    pub fn state(&self, session: SessionId) -> Option<MediaState> {
        self.states.get(&session).copied()
    }

    /// Carries `op` out on a leg and on all that it concerns, or on none of them. Of a leg that is not there nothing is asked.
    pub fn apply(&mut self, session: SessionId, op: SessionOp) -> Result<News, Illegal> {
        let link = self.state(session).map(|state| state.link);
        let peer = link.and_then(|link| if let Link::Bridged(peer) = link { Some(peer) } else { None });
        let other = if let SessionOp::Bridge(to) | SessionOp::Replace(to) = op { Some(to) } else { None };
        let before = [Some(session), peer, other].map(|id| id.map(|id| (id, self.state(id))));
        let outcome = self.carry_out(session, op, peer);
        if outcome.is_err() {
            for (id, state) in before.into_iter().flatten() {
                self.set(id, state);
            }
        }
        outcome
    }

    fn carry_out(&mut self, session: SessionId, op: SessionOp, peer: Option<SessionId>) -> Result<News, Illegal> {
        let mut news = Vec::new();
        self.one(session, op, &mut news)?;
        match (op, peer) {
            (SessionOp::Bridge(to), _) => self.one(to, SessionOp::Bridge(session), &mut news)?,
            (SessionOp::Replace(new), Some(far)) => {
                self.one(far, SessionOp::Parted, &mut news)?;
                self.one(far, SessionOp::Bridge(new), &mut news)?;
                self.one(new, SessionOp::Bridge(far), &mut news)?;
                news.push((new, Told::Replaced(session)));
            }
            (SessionOp::Unbridge | SessionOp::Park | SessionOp::Destroy, Some(peer)) => {
                self.one(peer, SessionOp::Parted, &mut news)?;
            }
            _ => {}
        }
        Ok(news)
    }

    /// Ends a room: its members leave it.
    pub fn close(&mut self, room: RoomId) -> News {
        let members: Vec<_> = self.states.iter().filter(|(_, state)| state.link == Link::InRoom(room)).collect();
        let members: Vec<_> = members.into_iter().map(|(id, _)| *id).collect();
        let mut news = Vec::new();
        for id in members {
            // Leaving a room that one is in is always legal.
            let _ = self.one(id, SessionOp::RoomClosed, &mut news);
        }
        news
    }

    fn one(&mut self, session: SessionId, operation: SessionOp, news: &mut News) -> Result<(), Illegal> {
        let Some(state) = self.state(session) else { return Ok(()) };
        let step = state.after(operation).ok_or(Illegal { session, state, operation })?;
        news.extend(step.told.into_iter().map(|told| (session, told)));
        self.set(session, step.state);
        Ok(())
    }

    fn set(&mut self, session: SessionId, state: Option<MediaState>) {
        match state {
            Some(state) => self.states.insert(session, state),
            None => self.states.remove(&session),
        };
    }
}
