//! What each request comes to: changes of trial copies, and commands.

use crate::engine::command::Command;
use crate::engine::reject::TopologyError;
use crate::engine::request::Request;
use crate::engine::staging::Staging;
use crate::engine::state::Effect;
use crate::engine::{Conversion, EventKind, Reject};
use crate::graph::nodes::FarIn;
use crate::graph::{Edge, Segment};
use crate::types::{SampleRate, SessionId};

impl Staging<'_> {
    /// Tries one request out.
    pub fn stage(&mut self, request: Request) -> Result<(), Reject> {
        self.permits(&request)?;
        self.asks_for_audio(&request)?;
        match request {
            Request::Course(session, course) => self.course(session, course),
            Request::Destroy(id) => self.destroy(id),
            Request::Bridge(a, b) => self.bridge(a, b),
            Request::Unbridge(id) => self.unbridge(id),
            Request::Settle(id) => self.draft(id).map(drop),
            Request::Gain { session, direction, gain, ramp } => self.gain(session, direction, gain, ramp),
            Request::Mute { session, direction, muted } => self.mute(session, direction, muted),
            Request::Hold { session, music } => self.hold(session, music),
            Request::Resume(session) => self.resume(session),
            Request::Play { session, id, source, how } => {
                let playing = self.play(session, source, *how)?;
                self.draft(session)?.leg.plays.push((id, playing));
                Ok(())
            }
            Request::StopPlay { session, id } => {
                let plays = &mut self.draft(session)?.leg.plays;
                let at = plays.iter().position(|p| p.0 == id).ok_or(Reject::NoSuchHandle(session))?;
                let (_, playing) = plays.remove(at);
                self.stop_play(session, playing)
            }
            Request::ControlPlay { session, id, control } => self.control_play(session, id, control),
            Request::Transmit { session, on } => self.transmit(session, on),
            Request::SendDigits { session, digits } => self.send_digits(session, &digits),
            Request::OpenTap { session, id, point, reader } => self.open_tap(session, id, point, reader),
            Request::CloseTap { session, id } => self.close_tap(session, id),
            Request::Set { session, node, param, value, ramp } => {
                let draft = self.draft(session)?;
                if draft.leg.owns(node) {
                    return Err(Reject::Reserved(node));
                }
                draft.topology.check_param(node, param, value)?;
                let worker = draft.worker;
                self.sets.push((worker, Command::Set { session, node, param, value, ramp }));
                Ok(())
            }
            Request::SetEncoder { session, param, value } => {
                let draft = self.draft(session)?;
                // Whether the codec has the setting an encoder of the same kind tells.
                if !draft.spec.sends().encoder().set(param, value) {
                    return Err(Reject::Encoder(param, value));
                }
                let (worker, node) = (draft.worker, draft.leg.legs.send);
                let value = self.note_encoder(session, param, value)?;
                self.sets.push((worker, Command::SetEncoder { session, node, param, value }));
                Ok(())
            }
            Request::Edit { session, edit } => {
                let draft = self.draft(session)?;
                draft.edited = true;
                edit(&mut draft.topology, draft.leg.legs)?;
                let own = [draft.leg.voice, draft.leg.tones].into_iter().flatten();
                for node in draft.leg.legs.all().into_iter().chain(own) {
                    draft.topology.node(node).map_err(TopologyError::from)?;
                }
                Ok(())
            }
            Request::Flush(session) => self.flush(session),
            Request::DestroyRoom(room) => self.destroy_room(room),
            Request::Join { session, room, gain } => self.join(session, room, gain),
            Request::Leave(session) => self.leave(session),
            Request::Shape { room, changes, ramp } => self.shape(room, changes, ramp),
            Request::Floor(room, floor) => self.floor(room, &floor),
            Request::Voice(session, change) => self.voice(session, change),
            Request::Update { session, update } => self.update(session, &update),
            Request::Migrate { session, to } => {
                let workers = self.state.workers.len();
                if usize::from(to.0) >= workers {
                    return Err(Reject::NoSuchWorker(to));
                }
                let draft = self.draft(session)?;
                let (worker, room, cost) = (draft.worker, draft.leg.room, draft.topology.cost());
                let excepted = |id| self.state.rooms.get(id).is_some_and(|room| room.excepts(session));
                if worker != to && room.is_some_and(excepted) {
                    return Err(Reject::Excepted(session));
                }
                if worker != to {
                    self.state.holds(to, 1, cost.into())?;
                }
                self.moves.push((session, to));
                Ok(())
            }
        }
    }

    fn destroy(&mut self, id: SessionId) -> Result<(), Reject> {
        // Also a session in quarantine may go, so this does not ask for a draft of it.
        let entry = self.state.entry(id)?;
        if self.gone.contains(&id) {
            return Err(Reject::NoSuchSession(id));
        }
        let worker = entry.worker;
        self.unfork_all(id)?;
        let peer = self.leg(id)?.peer;
        if let Some(peer) = peer
            && let Ok(far) = self.draft(peer)
            && far.leg.peer == Some(id)
        {
            far.leg.peer = None;
            self.effects.push(Effect::Tell(peer, EventKind::Unbridged));
        }
        self.forget(id);
        self.gone.push(id);
        self.wiring.push((worker, Command::Remove(id)));
        self.effects.push(Effect::Gone(id));
        Ok(())
    }

    pub fn bridge(&mut self, a: SessionId, b: SessionId) -> Result<(), Reject> {
        self.pick_up(a)?;
        self.pick_up(b)?;
        if self.draft(a)?.spec.opaque.is_some() != self.draft(b)?.spec.opaque.is_some() {
            return Err(Reject::Unlike(a, b));
        }
        for (near, far) in [(a, b), (b, a)] {
            let from = self.rate(far, Segment::Up)?;
            self.draft(near)?.leg.peer = Some(far);
            self.hear(near, from)?;
        }
        let worker = self.draft(a)?.worker;
        if self.draft(b)?.worker != worker {
            return Err(Reject::Busy(worker));
        }
        self.wiring.push((worker, Command::Bridge { a, b }));
        for (near, far) in [(a, b), (b, a)] {
            let conversion = Conversion::Relay;
            self.effects.push(Effect::Tell(near, EventKind::Bridged { peer: far, relay: false, conversion }));
        }
        Ok(())
    }

    /// Parts a session from its peer, if it has one.
    pub fn unbridge(&mut self, id: SessionId) -> Result<(), Reject> {
        let draft = self.draft(id)?;
        let (worker, Some(peer)) = (draft.worker, draft.leg.peer.take()) else { return Ok(()) };
        self.effects.push(Effect::Tell(id, EventKind::Unbridged));
        if let Ok(far) = self.draft(peer) {
            far.leg.peer = None;
            self.effects.push(Effect::Tell(peer, EventKind::Unbridged));
        }
        self.wiring.push((worker, Command::Unbridge { a: id }));
        Ok(())
    }

    /// Makes a session's end towards the far party take frames at `from`.
    pub fn hear(&mut self, id: SessionId, from: SampleRate) -> Result<(), Reject> {
        let (rate, quality) = (self.rate(id, Segment::Down)?, self.state.entry(id)?.spec.resampling);
        let draft = self.draft(id)?;
        if draft.leg.heard_rate == from {
            return Ok(());
        }
        let old = draft.leg.legs.far_in;
        let readers: Vec<_> = draft.topology.edges().filter(|e| e.from.0 == old).collect();
        draft.topology.remove(old).map_err(TopologyError::from)?;
        let new = draft
            .topology
            .add(Segment::Down, Box::new(FarIn::new(rate, from, quality)))
            .map_err(TopologyError::from)?;
        for Edge { to, delayed, .. } in readers {
            let connected = match delayed {
                false => draft.topology.connect((new, 0), to),
                true => draft.topology.connect_delayed((new, 0), to),
            };
            connected.map_err(TopologyError::from)?;
        }
        (draft.leg.legs.far_in, draft.leg.heard_rate, draft.edited) = (new, from, true);
        Ok(())
    }

    /// Rate of the audio in one half of a session.
    pub fn rate(&mut self, id: SessionId, half: Segment) -> Result<SampleRate, Reject> {
        let spec = &self.draft(id)?.spec;
        Ok(if half == Segment::Up { spec.codec.rate } else { spec.sends().rate })
    }
}
