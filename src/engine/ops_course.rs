//! The operations of a leg's course, and the one place where each is carried out.

use crate::engine::control::{Control, Txn};
use crate::engine::course::Course;
use crate::engine::leg_event::LegEvent;
use crate::engine::operations::operations;
use crate::engine::ops_early::EarlyMedia;
use crate::engine::ops_source::SourceHint;
use crate::engine::request::Request;
use crate::engine::staging::Staging;
use crate::engine::state::Effect;
use crate::engine::{EventKind, Pending, Reject};
use crate::session::{Cue, Link, MediaState, SessionOp, Source};
use crate::types::{Millis, SessionId};

operations! {
    /// Puts a session aside: out of its bridge or room and off hold, it hears `music` or nothing, and nobody hears it. Its former
    /// peer is told `Unbridged` and hears nobody. [`bridge`](Self::bridge) and [`join`](Self::join) pick it up.
    park(session: SessionId, music: Option<Source>) => Request::Course(session, Course::Park(music));
    /// Ends the parking; the session hears nobody then.
    unpark(session: SessionId) => Request::Course(session, Course::Unpark);
    /// Sets what passes before the answer of a session that was made [`early`](crate::SessionSpec::early). It takes effect for its own
    /// party; in a bridge of two early sessions both gates count.
    early(session: SessionId, media: EarlyMedia) => Request::Course(session, Course::Early(media));
    /// The call is answered: ringback ends, and all passes.
    answer(session: SessionId) => Request::Course(session, Course::Answer);
    /// Lets one session take the place of another with whom that is bridged to: `old` is parted, `new` is bridged, at one
    /// tick, and the stream that the far party is sent goes on with its numbers. `old` stays, and hears nobody. A `new` that
    /// is parked is picked up.
    replace(old: SessionId, new: SessionId) => Request::Course(old, Course::Replace(new));
    /// Passes a session on: it leaves its peer and is bridged to `to`, at one tick, with its numbers kept. The same as
    /// [`replace`](Self::replace), asked of the one who stays.
    transfer(session: SessionId, to: SessionId) => Request::Course(session, Course::Transfer(to));
    /// Ends a session when what waits has been played and sent: plays that come to an end, digits, a program's audio, what its jitter
    /// buffer holds for the far party; at last after `grace`. Meanwhile it stays connected. `Destroyed` follows.
    end(session: SessionId, grace: Millis) => Request::Course(session, Course::End(grace));
    /// Ends a copy made by [`Control::fork`], named by its own session.
    unfork(fork: SessionId) => Request::Course(fork, Course::Unfork);
    /// Another source is about to take over the session's stream, as signalling says: its first packet is taken at once, without a second one
    /// to prove it and without the time for which a source that was left is ignored; other sources than the one named are
    /// ignored meanwhile. `SourceSwitched` tells when it has come. The announcement holds for 5 s from the next packet on.
    source_changed(session: SessionId, hint: SourceHint) => Request::Course(session, Course::Source(hint));
}

impl Control {
    /// What a session is in its call: by it the table in [`MediaState::after`] says what may be asked of it.
    pub fn session_state(&self, session: SessionId) -> Result<MediaState, Reject> {
        Ok(self.state().entry(session)?.leg.state())
    }
}

impl Staging<'_> {
    pub fn course(&mut self, id: SessionId, course: Course) -> Result<(), Reject> {
        match course {
            Course::Park(music) => self.park(id, music),
            Course::Unpark => self.unpark(id),
            Course::Early(media) => self.early(id, media),
            Course::Answer => self.answer(id),
            Course::FarMedia => self.far_media(id),
            Course::Replace(new) => {
                let far = self.peer(id, SessionOp::Replace(new))?;
                self.replace(id, far, new)
            }
            Course::Transfer(to) => {
                let old = self.peer(id, SessionOp::Unbridge)?;
                self.replace(old, id, to)
            }
            Course::End(grace) => self.end(id, grace),
            Course::Fork(new) => self.fork(id, *new),
            Course::Unfork => self.unfork(id),
            Course::Source(hint) => self.source_changed(id, hint),
        }
    }

    fn park(&mut self, id: SessionId, music: Option<Source>) -> Result<(), Reject> {
        let state = self.draft(id)?.leg.state();
        match state.link {
            Link::Bridged(_) => self.unbridge(id)?,
            Link::InRoom(_) => self.leave(id)?,
            Link::Free | Link::Parked => {}
        }
        if state.held {
            self.resume(id)?;
        }
        let music = music.map(|music| self.play(id, music, Cue::new())).transpose()?;
        let leg = &mut self.draft(id)?.leg;
        (leg.parked, leg.music) = (true, music);
        self.tell(id, LegEvent::Parked);
        Ok(())
    }

    fn unpark(&mut self, id: SessionId) -> Result<(), Reject> {
        self.draft(id)?.leg.parked = false;
        self.stop_music(id)?;
        self.tell(id, LegEvent::Unparked);
        Ok(())
    }

    /// Somebody who is about to be connected is parked no more.
    pub fn pick_up(&mut self, id: SessionId) -> Result<(), Reject> {
        if self.draft(id)?.leg.parked { self.unpark(id) } else { Ok(()) }
    }

    /// `new` takes the place of `old` with `far`.
    fn replace(&mut self, old: SessionId, far: SessionId, new: SessionId) -> Result<(), Reject> {
        if new == far || new == old {
            return Err(Reject::SameSession(new));
        }
        self.permit(old, SessionOp::Replace(new))?;
        self.unbridge(old)?;
        self.permit(far, SessionOp::Bridge(new))?;
        self.permit(new, SessionOp::Bridge(far))?;
        self.bridge(far, new)?;
        self.tell(new, LegEvent::Replaced { old });
        Ok(())
    }

    fn peer(&mut self, id: SessionId, operation: SessionOp) -> Result<SessionId, Reject> {
        let leg = &self.draft(id)?.leg;
        leg.peer.ok_or_else(|| Reject::illegal(id, leg.state(), operation))
    }

    /// Ends what a hold, a parking or an early call plays.
    pub fn stop_music(&mut self, id: SessionId) -> Result<(), Reject> {
        match self.draft(id)?.leg.music.take() {
            Some(music) => self.stop_play(id, music),
            None => Ok(()),
        }
    }

    pub fn tell(&mut self, id: SessionId, event: LegEvent) {
        self.effects.push(Effect::Tell(id, EventKind::Leg(event)));
    }
}
