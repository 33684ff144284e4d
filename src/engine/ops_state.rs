//! The state of a leg, read off what is known of it, and the table asked before anything is done.

use crate::engine::Reject;
use crate::engine::course::Course;
use crate::engine::leg::LegState;
use crate::engine::request::{Direction, Request};
use crate::engine::staging::Staging;
use crate::engine::state::State;
use crate::session::{Company, Illegal, Link, MediaState, Phase, SessionOp};
use crate::types::SessionId;

impl LegState {
    /// What the leg is in its call.
    pub fn state(&self) -> MediaState {
        let phase = match self.gate {
            _ if self.ending => Phase::Ending,
            Some(gate) => Phase::Early(gate),
            None => Phase::Answered,
        };
        let link = match (self.peer, self.room) {
            (Some(peer), _) => Link::Bridged(peer),
            (None, Some(room)) => Link::InRoom(room),
            (None, None) if self.parked => Link::Parked,
            (None, None) => Link::Free,
        };
        MediaState { link, held: self.held, ..MediaState::new(phase) }
    }

    /// Nothing of a direction is heard: by a mute, a hold, or the gate before an answer.
    pub fn silences(&self, direction: Direction) -> bool {
        let gated = self.gate.is_some_and(|gate| match direction {
            Direction::Inbound => gate.keeps_in(),
            Direction::Outbound => gate.keeps_out(),
        });
        self.held || gated || self.faders[direction as usize].muted
    }
}

impl Reject {
    pub(crate) fn illegal(session: SessionId, state: MediaState, operation: SessionOp) -> Self {
        Reject::Illegal { session, state, operation }
    }
}

impl From<Illegal> for Reject {
    fn from(Illegal { session, state, operation, .. }: Illegal) -> Self {
        Reject::Illegal { session, state, operation }
    }
}

impl Staging<'_> {
    /// Whether the table has the transitions that a request asks for.
    pub fn permits(&mut self, request: &Request) -> Result<(), Reject> {
        if let Request::Bridge(a, b) = request
            && a == b
        {
            return Err(Reject::SameSession(*a));
        }
        for (id, op) in request.transitions() {
            // Also one in quarantine may go.
            if op != SessionOp::Destroy {
                self.permit(id, op)?;
            }
        }
        Ok(())
    }

    /// What a leg would be, also of one in quarantine.
    pub fn leg(&self, id: SessionId) -> Result<&LegState, Reject> {
        let entry = self.state.entry(id)?;
        if self.gone.contains(&id) {
            return Err(Reject::NoSuchSession(id));
        }
        Ok(self.drafted(id).map_or(&entry.leg, |draft| &draft.leg))
    }

    pub fn permit(&mut self, id: SessionId, operation: SessionOp) -> Result<(), Reject> {
        let state = self.draft(id)?.leg.state();
        if state.allows(operation) { Ok(()) } else { Err(Reject::illegal(id, state, operation)) }
    }
}

impl State {
    /// Whether requests will be legal when those that wait already have been carried out: asked before a session is moved for
    /// them, or they wait for one, since then they could only fail.
    pub fn foresee(&self, requests: &[Request]) -> Result<(), Reject> {
        let mut company = Company::default();
        for (_, waiting) in &self.deferred {
            for request in waiting {
                // What fails changes nothing.
                let _ = self.foretell(&mut company, request);
            }
        }
        requests.iter().try_for_each(|request| self.foretell(&mut company, request))
    }

    fn foretell(&self, company: &mut Company, request: &Request) -> Result<(), Reject> {
        let (session, op) = match (request, request.transitions().first()) {
            (Request::Course(id, Course::Transfer(to)), _) => {
                self.acquaint(company, *id);
                let state = company.state(*id).ok_or(Reject::NoSuchSession(*id))?;
                let Link::Bridged(old) = state.link else {
                    return Err(Reject::illegal(*id, state, SessionOp::Unbridge));
                };
                (old, SessionOp::Replace(*to))
            }
            (_, Some((session, op))) => (*session, *op),
            (Request::DestroyRoom(room), None) => {
                self.alive().for_each(|id| self.acquaint(company, id));
                company.close(*room);
                return Ok(());
            }
            _ => return Ok(()),
        };
        let other = if let SessionOp::Bridge(to) | SessionOp::Replace(to) = op { Some(to) } else { None };
        if other == Some(session) {
            return Err(Reject::SameSession(session));
        }
        for id in [Some(session), other].into_iter().flatten() {
            self.acquaint(company, id);
        }
        company.apply(session, op)?;
        Ok(())
    }

    /// Lets the company know a leg, with its peer, as it is now.
    fn acquaint(&self, company: &mut Company, id: SessionId) {
        let Ok(entry) = self.entry(id) else { return };
        for id in [Some(id), entry.leg.peer].into_iter().flatten() {
            if let (Ok(entry), None) = (self.entry(id), company.state(id)) {
                company.know(id, entry.leg.state());
            }
        }
    }
}
