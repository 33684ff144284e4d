//! The course of a leg, as requests: aside, early, answered, replaced, copied, ended.

use crate::engine::ops_early::EarlyMedia;
use crate::engine::ops_fork::NewFork;
use crate::engine::ops_source::SourceHint;
use crate::engine::request::Request;
use crate::session::{SessionOp, Source};
use crate::types::{Millis, SessionId};

/// One step in the course of a leg.
pub(crate) enum Course {
    Park(Option<Source>),
    Unpark,
    Early(EarlyMedia),
    Answer,
    /// Ringback has ended, as its node told.
    FarMedia,
    /// The other one takes its place.
    Replace(SessionId),
    /// The other one takes the place of its peer.
    Transfer(SessionId),
    End(Millis),
    Fork(Box<NewFork>),
    Unfork,
    Source(SourceHint),
}

impl Course {
    /// Whom it names beside the leg itself.
    pub fn other(&self) -> Option<SessionId> {
        match self {
            Course::Replace(other) | Course::Transfer(other) => Some(*other),
            Course::Fork(new) => Some(new.fork),
            _ => None,
        }
    }
}

impl Request {
    /// The transitions that it asks for, by leg, where that depends on their states.
    pub fn transitions(&self) -> Vec<(SessionId, SessionOp)> {
        let one = |session: &SessionId, op| vec![(*session, op)];
        match self {
            Request::Bridge(a, b) => vec![(*a, SessionOp::Bridge(*b)), (*b, SessionOp::Bridge(*a))],
            Request::Unbridge(session) => one(session, SessionOp::Unbridge),
            Request::Join { session, room, .. } => one(session, SessionOp::Join(*room)),
            Request::Leave(session) => one(session, SessionOp::Leave),
            Request::Hold { session, .. } => one(session, SessionOp::Hold),
            Request::Resume(session) => one(session, SessionOp::Resume),
            Request::Play { session, .. } => one(session, SessionOp::Play),
            Request::Destroy(session) => one(session, SessionOp::Destroy),
            Request::Course(session, course) => match course {
                Course::Park(_) => one(session, SessionOp::Park),
                Course::Unpark => one(session, SessionOp::Unpark),
                Course::Early(media) => one(session, SessionOp::Early(media.gate())),
                Course::Answer => one(session, SessionOp::Answer),
                Course::Replace(new) => one(session, SessionOp::Replace(*new)),
                Course::End(_) => one(session, SessionOp::End),
                Course::Fork(_) => one(session, SessionOp::Fork),
                // Of whom it asks what depends on who the peer is then.
                Course::Transfer(_) => Vec::new(),
                Course::FarMedia | Course::Unfork | Course::Source(_) => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// The two legs that it would bridge, which have to be on one worker.
    pub fn bridges(&self, peer_of: impl Fn(SessionId) -> Option<SessionId>) -> Option<(SessionId, SessionId)> {
        match self {
            Request::Bridge(a, b) => Some((*a, *b)),
            Request::Course(old, Course::Replace(new)) => Some((peer_of(*old)?, *new)),
            Request::Course(session, Course::Transfer(to)) => Some((*session, *to)),
            _ => None,
        }
    }

    /// The leg that it parts from its peer before anything else.
    pub fn parts(&self) -> Option<SessionId> {
        match self {
            Request::Unbridge(id) | Request::Destroy(id) => Some(*id),
            Request::Course(id, Course::Park(_) | Course::Replace(_) | Course::Transfer(_)) => Some(*id),
            _ => None,
        }
    }
}
