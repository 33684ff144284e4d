//! A room as the control side knows it.

use crate::mixer::Change;
use crate::mixer::talkers::Dbov;
use crate::types::{Decibels, SessionId, WorkerId};

/// A room as last told.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RoomInfo {
    /// Everybody in it, in the order of joining.
    pub members: Vec<MemberInfo>,
    /// Who hears whom not as his zone does: listener, source, gain.
    pub exceptions: Vec<(SessionId, SessionId, Decibels)>,
    /// The dominant speaker, where talkers are chosen.
    pub dominant: Option<SessionId>,
    /// Workers that take part.
    pub workers: Vec<WorkerId>,
    /// Sums that did not come in time from one worker to another, or did not fit: that share was silent for a tick.
    pub missed_sums: u64,
    /// Memory on all workers in bytes, members apart.
    pub bytes: usize,
    /// Memory in bytes that one member more takes at most, beside its session's.
    pub member_bytes: usize,
}

/// A member as last told.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct MemberInfo {
    /// Who.
    pub session: SessionId,
    /// Where it runs.
    pub worker: WorkerId,
    /// Whom it hears, and who hears it.
    pub zone: u8,
    /// How loud it is to its zone.
    pub talk: Decibels,
    /// Nobody in its zone hears it.
    pub muted: bool,
    /// How loud it is while somebody else matters more, on top of `talk`.
    pub duck: Decibels,
    /// How loud its zone is to it.
    pub hear: Decibels,
    /// Where it stands: −1.0 left, 1.0 right.
    pub place: f32,
    /// It is heard, in a room that chooses talkers.
    pub talking: bool,
    /// How loud it was when it began to be heard, or stopped.
    pub level: Dbov,
}

impl MemberInfo {
    pub(crate) fn new(session: SessionId) -> Self {
        let plain = Decibels(0.0);
        Self {
            session,
            worker: WorkerId(0),
            zone: 0,
            talk: plain,
            muted: false,
            duck: plain,
            hear: plain,
            place: 0.0,
            talking: false,
            level: Dbov::SILENCE,
        }
    }

    /// Takes note of a change of its own.
    pub(crate) fn change(&mut self, change: &Change<SessionId>) {
        match *change {
            Change::Talk(_, gain) => self.talk = gain,
            Change::Duck(_, gain) => self.duck = gain,
            Change::Hear(_, gain) => self.hear = gain,
            Change::Place(_, place) => self.place = place,
            Change::Move(_, zone) => self.zone = zone,
            Change::Mute(_, muted) => self.muted = muted,
            _ => {}
        }
    }
}
