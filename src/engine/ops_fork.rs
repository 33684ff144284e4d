//! Copies of a leg's stream to other legs.
//!
//! A fork is a session of its own whose datagrams are copies of the leg's, bridged to whoever gets them: so it is relayed, transcoded,
//! measured and moved like any other leg, and the leg that is copied only copies bytes.

use crate::engine::command::Command;
use crate::engine::control::{Control, Txn};
use crate::engine::course::Course;
use crate::engine::leg_event::LegEvent;
use crate::engine::request::Request;
use crate::engine::staging::Staging;
use crate::engine::{Pending, Reject};
use crate::rt::{ByteProducer, MOST_COPIES, Mirror, MirrorEnd, Owned};
use crate::session::SessionSpec;
use crate::types::SessionId;

/// Which side of a leg is copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ForkSide {
    /// What its party sends, as it came: before hold, mute and gain.
    Said,
    /// What its party is sent.
    Heard,
}

/// A fork on its way to the leg that is copied.
pub(crate) struct NewFork {
    pub fork: SessionId,
    pub side: ForkSide,
    pub sink: SessionId,
    pub ring: ByteProducer,
}

/// What a leg knows of a fork.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fork {
    pub id: SessionId,
    pub side: ForkSide,
}

impl Control {
    /// Copies what a session's party says, or what it is sent, to `sink`'s party, from now on (SIPREC, supervision, a recorder by RTP). Up to
    /// eight of one session. The copy is a session of its own, which is returned, bridged to `sink`: packets pass as they are
    /// where the codecs are equal, else they are decoded and encoded. It leaves out nothing and adds nothing to the session that is copied,
    /// whose codec changes it follows. It ends with [`unfork`](Self::unfork), and with the session copied, or `sink`: `ForkRemoved` tells.
    ///
    /// Copies arrive a tick later, with their arrival rounded up to a tick. Joined to a room after
    /// [`unbridge`](Self::unbridge), copies of both sides can be mixed.
    pub fn fork(&self, session: SessionId, side: ForkSide, sink: SessionId) -> Result<(SessionId, Pending), Reject> {
        let (fork, requests) = self.copy_of(session, side, sink)?;
        // Apart, so that the lock is free again.
        let outcome = self.state().submit(requests);
        Ok((fork, outcome.inspect_err(|_| self.abandon(fork))?))
    }

    /// A session for the copy, and what is to be asked for it.
    fn copy_of(
        &self,
        session: SessionId,
        side: ForkSide,
        sink: SessionId,
    ) -> Result<(SessionId, Vec<Request>), Reject> {
        let spec = {
            let state = self.state();
            let (entry, worker) = (state.entry(session)?, state.entry(sink)?.worker);
            if entry.spec.opaque.is_some() {
                return Err(Reject::Opaque(session));
            }
            if !entry.spec.has_network() {
                return Err(Reject::External(session));
            }
            copied(&entry.spec, side).worker(worker)
        };
        let created = self.create(spec)?;
        created.op.detach();
        if let Some(entry) = self.state().entry_mut(created.id) {
            // Nobody answers it: what one-way audio is to others is its nature.
            entry.watch = None;
        }
        let (fork, ring) = (created.id, created.ingress.into_ring());
        let new = Box::new(NewFork { fork, side, sink, ring });
        let requests = vec![Request::Course(session, Course::Fork(new)), Request::Bridge(fork, sink)];
        Ok((fork, requests))
    }

    /// Ends a session that was made for what came to nothing.
    fn abandon(&self, session: SessionId) {
        // Gone already, or the engine has stopped.
        let _ = self.destroy(session).map(Pending::detach);
    }
}

impl Txn {
    /// As [`Control::fork`]; the id is returned beside the transaction. Where that is not committed, the copy's session goes.
    pub fn fork(mut self, session: SessionId, side: ForkSide, sink: SessionId) -> Result<(SessionId, Self), Reject> {
        let (fork, requests) = self.control.copy_of(session, side, sink)?;
        self.made.push(fork);
        self.requests.extend(requests);
        Ok((fork, self))
    }
}

impl Drop for Txn {
    fn drop(&mut self) {
        self.made.drain(..).for_each(|session| self.control.abandon(session));
    }
}

impl Staging<'_> {
    pub fn fork(&mut self, id: SessionId, new: NewFork) -> Result<(), Reject> {
        let NewFork { fork, side, sink, ring } = new;
        self.draft(fork)?.leg.copies = Some(id);
        let reclaim = self.state.reclaim.as_ref().ok_or(Reject::Stopped)?;
        let draft = self.draft(id)?;
        if draft.leg.forks.len() >= MOST_COPIES {
            return Err(Reject::TooManyForks(id));
        }
        draft.leg.forks.push(Fork { id: fork, side });
        let worker = draft.worker;
        let end = MirrorEnd { tag: fork.tag(), incoming: side == ForkSide::Said, ring };
        let mirror = Owned::new(reclaim, Mirror::of(end));
        self.wiring.push((worker, Command::Mirror { session: id, mirror }));
        self.tell(id, LegEvent::ForkAdded { fork, sink });
        Ok(())
    }

    pub fn unfork(&mut self, fork: SessionId) -> Result<(), Reject> {
        self.draft(fork)?.leg.copies.ok_or(Reject::NoSuchHandle(fork))?;
        self.stage(Request::Destroy(fork))
    }

    /// What goes with a session: the copies of it, its own place among another one's copies, and a copy that only it gets.
    pub fn unfork_all(&mut self, id: SessionId) -> Result<(), Reject> {
        let (forks, peer) = {
            let leg = self.leg(id)?;
            (leg.forks.clone(), leg.peer)
        };
        for Fork { id: fork, .. } in forks {
            if self.leg(fork).is_ok() {
                self.stage(Request::Destroy(fork))?;
            }
        }
        if let Some(copied) = self.leg(id)?.copies
            && let Ok(draft) = self.draft(copied)
        {
            draft.leg.forks.retain(|fork| fork.id != id);
            let worker = draft.worker;
            let reclaim = self.state.reclaim.as_ref().ok_or(Reject::Stopped)?;
            let away = Owned::new(reclaim, Mirror::default());
            self.wiring.push((worker, Command::Unmirror { session: copied, tag: id.tag(), away }));
            self.tell(copied, LegEvent::ForkRemoved { fork: id });
        }
        if let Some(peer) = peer
            && self.leg(peer).is_ok_and(|far| far.copies.is_some() && far.peer == Some(id))
        {
            self.stage(Request::Destroy(peer))?;
        }
        Ok(())
    }

    /// The copies of a session whose codecs have changed go on with those.
    pub fn update_forks(&mut self, id: SessionId) -> Result<(), Reject> {
        let (forks, spec) = (self.draft(id)?.leg.forks.clone(), self.draft(id)?.spec.clone());
        for Fork { id: fork, side } in forks {
            let Ok(draft) = self.draft(fork) else { continue };
            let (old, new) = (draft.spec.clone(), copied(&spec, side));
            draft.spec = SessionSpec { codec: new.codec, also: new.also, expected: new.expected, ..old.clone() };
            if old.receives() != draft.spec.receives() || old.expected() != draft.spec.expected() {
                self.receive_anew(fork, old.codec.rate)?;
            }
        }
        Ok(())
    }
}

/// A session that takes copies of what a session of `spec` is sent, or sends. What it hears itself is of no account: its way to a
/// party stays as it was made.
fn copied(spec: &SessionSpec, side: ForkSide) -> SessionSpec {
    let (codec, also, payloads) = match side {
        ForkSide::Said => (spec.codec, spec.also.clone(), spec.expected()),
        ForkSide::Heard => (spec.sends(), Vec::new(), spec.payloads),
    };
    let mut copy = SessionSpec::new(codec).send(codec).ptime(spec.ptime).io(spec.io).relay(spec.relay);
    (copy.also, copy.expected, copy.copied) = (also, Some(payloads), true);
    match side {
        ForkSide::Said => SessionSpec { audio_level: spec.audio_level, jitter: spec.jitter, ..copy },
        ForkSide::Heard => copy,
    }
}
